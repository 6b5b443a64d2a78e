"""A TCP server that says one sentence to each client and closes.

As documented, it sent text where a socket takes bytes, on an address of somebody else's host:
write an address of your own.
"""

import contextlib
import socket


def main() -> None:
    """Serve for ever."""
    with socket.create_server(("10.40.122.215", 3000)) as server:
        while True:
            client, (host, port) = server.accept()
            print(f"{host}:{port} has come")
            with client, contextlib.suppress(ConnectionError):  # it may be gone again already
                client.sendall(b"Hello, I am the server.")


if __name__ == "__main__":
    main()
