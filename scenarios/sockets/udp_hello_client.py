"""A UDP client: it sends three names and prints the answer to each."""

import socket


def main(patience: float = 5.0) -> None:
    """Greet; `patience` is how many seconds to wait for an answer, for datagrams may be lost."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(patience)
        for name in ("Michael", "Tracy", "Sarah"):
            client.sendto(name.encode(), ("127.0.0.1", 9999))
            print(client.recv(1024).decode())


if __name__ == "__main__":
    main()
