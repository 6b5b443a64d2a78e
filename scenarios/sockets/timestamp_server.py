"""A TCP server that sends each message back with the time before it, one on each connection.

As documented it was Python 2: print was a statement, and text was the same as bytes.
"""

import contextlib
import socket
import time


def main() -> None:
    """Serve until an empty message comes: a client that closes without a word."""
    with socket.create_server(("127.0.0.1", 8000)) as server:
        while True:
            client, (host, port) = server.accept()
            print(f"{host}:{port} has come")
            with client, contextlib.suppress(ConnectionError):
                message = client.recv(1024)
                if not message:
                    break
                client.sendall(b"[%b] %b" % (time.ctime().encode(), message))


if __name__ == "__main__":
    main()
