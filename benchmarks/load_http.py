"""HTTP load: many connections, each with one request in flight.

    python -m load_http PORT SECONDS [--path PATH] [--connections N] [--tls]

Prints requests a second, and for how many seconds they were counted, as JSON. The connections are
asked in turn, without a selector: no client in Python costs less. When none of them has an answer,
the generator naps by the clock, while the server has requests enough: so a server pays neither for
waking it nor for its knocking at sockets that are still in use.
"""

import argparse
import json
import socket
import ssl
import sys
import time

#: Seconds of a nap: far less than any server needs for so many requests.
NAP = 0.00005

REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: benchmark\r\nAccept: */*\r\n\r\n"
)

#: What a non-blocking socket raises when nothing is there yet.
NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError)


class Client:
    """One connection with one request in flight.

    Arguments:
        port: the server's.
        request: what is sent.
        tls: how to speak TLS, where that is to be spoken.
    """

    def __init__(self, port: int, request: bytes, tls: ssl.SSLContext | None) -> None:
        self._port = port
        self.request = request
        self._tls = tls
        self.connect()

    def connect(self) -> None:
        """Open the connection and ask."""
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            self._socket = self._tls.wrap_socket(self._socket)
        self.recv = self._socket.recv
        self.send = self._socket.send
        self.send(self.request)
        self._socket.setblocking(False)

    def answer(self) -> bytes:
        """Return a whole answer, whatever its length."""
        answer = b""
        while len(answer) < (length_of(answer) or sys.maxsize):
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
            except NOTHING_YET:
                continue
            if more:
                return more
            raise SystemExit("the server closed the connection in the middle of an answer")

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def load(
    port: int, seconds: float, path: str, connections: int, tls: ssl.SSLContext | None
) -> dict[str, float]:
    """Return requests a second, and how long they were counted."""
    request = REQUEST.format(path=path).encode()
    sample = Client(port, request, tls).answer()
    length = len(sample)
    turn = close_turn if closes(sample) else keep_turn
    clients = [Client(port, request, tls) for _ in range(connections)]
    began = time.perf_counter()
    turns = 0
    while (spent := time.perf_counter() - began) < seconds:
        turn(clients, length)
        turns += 1
    for client in clients:
        client.close()
    return {"rate": turns * connections / spent, "seconds": spent}


def keep_turn(clients: list[Client], length: int) -> None:
    """Take an answer from each client that has one, and ask again, until each has had its turn."""
    waiting = clients
    while waiting:
        still = []
        for client in waiting:
            try:
                got = len(client.recv(65536))
            except NOTHING_YET:
                still.append(client)
                continue
            if got != length:
                client.finish(got, length)
            client.send(client.request)
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


def length_of(answer: bytes) -> int | None:
    """Return how long an answer is, None while its head is not there."""
    head, end, _ = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    return len(head) + len(end) + int(fields[b"content-length"])


def unverified() -> ssl.SSLContext:
    """Return a context for servers whose certificate is not what is measured."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--path", default="/hello")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--tls", action="store_true")
    told = parser.parse_args()
    tls = unverified() if told.tls else None
    json.dump(load(told.port, told.seconds, told.path, told.connections, tls), sys.stdout)
