"""A chat server: what one client sends, every client receives, the sender too.

As documented, tabs and spaces were mixed; and a client that left stayed on the list, where its
thread read the end of the stream for ever, and the next broadcast failed for all the others.
"""

import contextlib
import socket
import threading

clients: list[socket.socket] = []
lock = threading.Lock()


def broadcast(message: bytes) -> None:
    """Send a message to every client; all of them get all messages in the same order."""
    with lock:
        for client in clients:
            with contextlib.suppress(ConnectionError):  # its own thread will drop it
                client.sendall(message)


def serve(client: socket.socket, host: str, port: int) -> None:
    """Pass on what one client says, until it leaves."""
    with client:
        with contextlib.suppress(ConnectionError):
            while message := client.recv(1024):
                broadcast(message)
        with lock:
            clients.remove(client)
    print(f"{host}:{port} has left")


def main() -> None:
    """Serve for ever."""
    with socket.create_server(("10.40.122.215", 3000)) as server:
        while True:
            client, (host, port) = server.accept()
            with lock:
                clients.append(client)
            print(f"{host}:{port} has come")
            threading.Thread(target=serve, args=(client, host, port), daemon=True).start()


if __name__ == "__main__":
    main()
