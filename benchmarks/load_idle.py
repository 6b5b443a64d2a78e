"""Idle load: connections that are kept alive and say nothing, then ask once more, all of them.

    python -m load_idle PORT COUNT

Prints "idle" when all were answered once; when a line comes in, asks on each again, and prints how
many were served.
"""

import socket
import sys
from contextlib import ExitStack

REQUEST = b"GET /hello HTTP/1.1\r\nHost: www.example.com\r\n\r\n"


def ask(client: socket.socket) -> bool:
    """Ask once; whether it was served."""
    client.sendall(REQUEST)
    return client.recv(4096).startswith(b"HTTP/1.1 200")


if __name__ == "__main__":
    with ExitStack() as stack:
        address = ("127.0.0.1", int(sys.argv[1]))
        clients = [
            stack.enter_context(socket.create_connection(address)) for _ in range(int(sys.argv[2]))
        ]
        if not all(ask(client) for client in clients):
            raise SystemExit("a connection was not served")
        print("idle", flush=True)
        sys.stdin.readline()
        print(sum(ask(client) for client in clients), flush=True)
