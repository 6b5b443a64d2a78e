"""HTTP load: many connections, each with one request in flight.

    python -m load_http PORT SECONDS

Prints requests a second, and for how many seconds they were counted, as JSON. The connections are
asked in turn, without a selector: no client in Python costs less. When none of them has an answer,
the generator naps by the clock, while the server has requests enough: so a server pays neither for
waking it nor for its knocking at sockets that are still in use.
"""

import json
import socket
import sys
import time

CONNECTIONS = 32

#: Seconds of a nap: far less than any server needs for so many requests.
NAP = 0.00005

REQUEST = (
    b"GET /hello HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: benchmark\r\nAccept: */*\r\n\r\n"
)

BODY = b"hello, world"


class Client:
    """One connection with one request in flight."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.connect()

    def connect(self) -> None:
        """Open the connection and ask."""
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.recv = self._socket.recv
        self.send = self._socket.send
        self.send(REQUEST)
        self._socket.setblocking(False)

    def answer(self) -> bytes:
        """Return a whole answer, whatever its length."""
        answer = b""
        while not answer.endswith(BODY):
            answer += self._more()
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            raise SystemExit(f"no answer of status 200: {answer!r}")
        return answer

    def finish(self, got: int, length: int) -> None:
        """Read the rest of an answer that did not come in one piece."""
        while got < length:
            got += len(self._more())
        if got > length:
            raise SystemExit(f"an answer of {got} bytes, where the first one had {length}")

    def _more(self) -> bytes:
        while True:
            try:
                more = self.recv(65536)
            except BlockingIOError:
                continue
            if more:
                return more
            raise SystemExit("the server closed the connection in the middle of an answer")

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def load(port: int, seconds: float) -> dict[str, float]:
    """Return requests a second, and how long they were counted."""
    sample = Client(port).answer()
    length = len(sample)
    turn = close_turn if closes(sample) else keep_turn
    clients = [Client(port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    turns = 0
    while (spent := time.perf_counter() - began) < seconds:
        turn(clients, length)
        turns += 1
    for client in clients:
        client.close()
    return {"rate": turns * CONNECTIONS / spent, "seconds": spent}


def keep_turn(clients: list[Client], length: int) -> None:
    """Take an answer from each client that has one, and ask again, until each has had its turn."""
    waiting = clients
    while waiting:
        still = []
        for client in waiting:
            try:
                got = len(client.recv(65536))
            except BlockingIOError:
                still.append(client)
                continue
            if got != length:
                client.finish(got, length)
            client.send(REQUEST)
        if len(still) == len(waiting):
            time.sleep(NAP)
        waiting = still


def close_turn(clients: list[Client], length: int) -> None:
    """Take one answer from each client and ask again on a new connection."""
    for client in clients:
        client.finish(0, length)
        client.close()
        client.connect()


def closes(answer: bytes) -> bool:
    """Whether the server closes after this answer (RFC 9112 §9.3)."""
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return head.startswith(b"http/1.0") or b"\r\nconnection: close" in head


if __name__ == "__main__":
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
