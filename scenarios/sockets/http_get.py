"""A web page by hand: a raw TCP socket sends an HTTP request and reads until the server closes.

`main(secure=True)` does the same over TLS. That was once documented with `ssl.wrap_socket`, which
verified no certificate and is gone since Python 3.12; a context verifies it.
"""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

HOST = "doc.ucharts.cn"
REQUEST = f"GET / HTTP/1.1\r\nHost: {HOST} \r\nConnection: close\r\n\r\n"


def connect(secure: bool) -> socket.socket:
    """Return a connection to the host."""
    if not secure:
        return socket.create_connection((HOST, 80))
    context = ssl.create_default_context()
    return context.wrap_socket(socket.create_connection((HOST, 443)), server_hostname=HOST)


def chunks(connection: socket.socket) -> Iterator[bytes]:
    """Receive until the server closes."""
    while chunk := connection.recv(1024):
        yield chunk


def main(secure: bool = False) -> None:
    """Print the head of the page and save its body."""
    with connect(secure) as connection:
        connection.sendall(REQUEST.encode())
        answer = b"".join(chunks(connection))
    head, _, body = answer.partition(b"\r\n\r\n")
    print(head.decode())
    Path("save.html").write_bytes(body)


if __name__ == "__main__":
    main()
