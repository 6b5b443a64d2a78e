"""A TCP client: it is welcomed, sends three names, prints the answers and says exit."""

import socket


def main() -> None:
    """Talk with the greeter."""
    with socket.create_connection(("127.0.0.1", 9999)) as server:
        print(server.recv(1024).decode())
        for name in ("Michael", "Tracy", "Sarah"):
            server.sendall(name.encode())
            print(server.recv(1024).decode())
        server.sendall(b"exit")


if __name__ == "__main__":
    main()
