"""A TCP server with a thread for each client: it greets, and answers every name with a hello.

As documented, a bracket was never closed, and text was sent where a socket takes bytes.
"""

import contextlib
import socket
import threading
import time


def greet(client: socket.socket, host: str, port: int, pause: float) -> None:
    """Talk with one client until it says exit or leaves."""
    with client, contextlib.suppress(ConnectionError):
        client.sendall(b"Welcome!")
        while True:
            name = client.recv(1024)
            time.sleep(pause)
            if name in (b"", b"exit"):
                break
            client.sendall(b"Hello, %b!" % name)
    print(f"{host}:{port} has left")


def main(pause: float = 1.0) -> None:
    """Serve for ever; `pause` is the wait before each answer, in seconds."""
    with socket.create_server(("127.0.0.1", 9999), backlog=5) as server:
        print("Waiting for clients ...")
        while True:
            client, (host, port) = server.accept()
            print(f"{host}:{port} has come")
            threading.Thread(target=greet, args=(client, host, port, pause), daemon=True).start()


if __name__ == "__main__":
    main()
