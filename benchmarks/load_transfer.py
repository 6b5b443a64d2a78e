"""Transfer load: one download, or upload, of a large content.

    python -m load_transfer PORT SECONDS DIRECTION

Prints bytes a second, and for how many seconds they were counted, as JSON. How long it takes is
for the server to decide: SECONDS is there for who calls all load generators alike.
"""

import json
import socket
import sys
import time

from contenders.transfer import PIECE, SIZE

BUFFER = bytearray(1024 * 1024)


def download(client: socket.socket) -> None:
    """Ask, and read it all."""
    client.sendall(b"GET /large HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    left = SIZE
    while left > 0:
        got = client.recv_into(BUFFER)
        if not got:
            raise SystemExit(f"the server closed with {left} bytes to come")
        left -= got


def upload(client: socket.socket) -> None:
    """Send it all, and read the answer."""
    head = f"PUT /large HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: {SIZE}\r\n\r\n"
    client.sendall(head.encode())
    for _ in range(SIZE // len(PIECE)):
        client.sendall(PIECE)
    if not client.recv(1000).startswith(b"HTTP/1.1 200"):
        raise SystemExit("the upload was not taken")


if __name__ == "__main__":
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
        began = time.perf_counter()
        {"download": download, "upload": upload}[sys.argv[3]](connection)
        spent = time.perf_counter() - began
    json.dump({"rate": SIZE / spent, "seconds": spent}, sys.stdout)
