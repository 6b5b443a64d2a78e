"""A UDP server: it answers each datagram, which holds a name, with a hello."""

import socket


def main() -> None:
    """Serve for ever."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 9999))
        print("Waiting for datagrams ...")
        while True:
            name, (host, port) = server.recvfrom(1024)
            print(f"Received from {host}:{port}")
            server.sendto(b"Hello, %b!" % name, (host, port))


if __name__ == "__main__":
    main()
