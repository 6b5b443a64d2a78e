"""A chat client: it sends what is typed, while a second thread prints what arrives.

As documented, the second thread went on for ever when the connection was closed; this one ends.
"""

import codecs
import contextlib
import socket
import threading


def show(server: socket.socket) -> None:
    """Print what arrives, until the connection ends."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with contextlib.suppress(ConnectionError):
        while message := server.recv(1024):
            # A character may be cut by the end of a chunk: its rest comes with the next one.
            if text := decoder.decode(message):
                print(text)
    print("The connection is closed.")


def talk(server: socket.socket) -> None:
    """Send what is typed, until that is exit or an empty line."""
    with contextlib.suppress(ConnectionError):  # the server may leave first
        while (line := input("Please type a message (exit ends): ")) not in ("", "exit"):
            print(f"Your input is : {line}")
            server.sendall(line.encode())


def main() -> None:
    """Chat."""
    with socket.create_connection(("10.40.122.215", 3000)) as server:
        reader = threading.Thread(target=show, args=(server,))
        reader.start()
        try:
            talk(server)
        finally:
            with contextlib.suppress(OSError):  # if the server has left, it is shut down already
                server.shutdown(socket.SHUT_RDWR)  # which wakes the reader
            reader.join()


if __name__ == "__main__":
    main()
