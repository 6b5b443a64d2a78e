"""A TCP client that sends each line typed over a new connection and prints the answer.

As documented it was Python 2: print was a statement, raw_input read the keyboard, and text was the
same as bytes; and the listing stood there twice.
"""

import socket


def main() -> None:
    """Ask for lines, until one is empty."""
    while line := input("> "):
        with socket.create_connection(("127.0.0.1", 8000)) as server:
            server.sendall(line.encode())
            print(server.recv(1024).decode())


if __name__ == "__main__":
    main()
