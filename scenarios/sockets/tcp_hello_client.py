"""A TCP client that prints the one message of its server."""

import socket


def main() -> None:
    """Print what the server says, up to 2048 bytes of it."""
    with socket.create_connection(("10.40.122.215", 3000)) as server:
        print(server.recv(2048).decode())


if __name__ == "__main__":
    main()
