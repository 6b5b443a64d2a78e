"""SMTP load: some connections, each used for one message after the other.

    python -m load_smtp PORT SECONDS

Prints messages a second, and for how many seconds they were counted, as JSON. The connections take
turns, step by step, as in `load_http`.
"""

import json
import re
import socket
import sys
import time

CONNECTIONS = 8

#: Bytes of a message, its header included.
SIZE = 2048

HEADER = (
    b"From: sender@example.com\r\n"
    b"To: recipient@example.com\r\n"
    b"Subject: benchmark\r\n"
    b"Message-ID: <1@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
)

LINE = b"The quick brown fox jumps over the lazy dog, again and again.\r\n"

MESSAGE = (HEADER + LINE * SIZE)[: SIZE - 2] + b"\r\n"

#: The last line of a reply has a space after its code (RFC 5321 §4.2.1).
LAST_LINE = re.compile(rb"(?m)^\d{3} .*\r\n\Z")

FIRST = b"MAIL FROM:<sender@example.com>\r\n"

#: A message step by step: the reply that is awaited, and what the client says then.
STEPS = (
    (b"250", b"RCPT TO:<recipient@example.com>\r\n"),
    (b"250", b"DATA\r\n"),
    (b"354", MESSAGE + b".\r\n"),
    (b"250", FIRST),
)


class Client:
    """One connection with one command in flight."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send = self._socket.send
        self.expect(b"220")
        self.send(b"EHLO client.example.com\r\n")
        self.expect(b"250")
        self.send(FIRST)

    def expect(self, code: bytes) -> None:
        """Read one reply of this code, up to its last line."""
        reply = b""
        while not LAST_LINE.search(reply):
            more = self._socket.recv(65536)
            if not more:
                raise SystemExit(f"the server closed the connection; {code!r} was expected")
            reply += more
        if not reply.startswith(code):
            raise SystemExit(f"{code!r} was expected, the reply was {reply!r}")

    def close(self) -> None:
        """Say goodbye, in the middle of a message."""
        self.expect(b"250")
        self.send(b"QUIT\r\n")
        self.expect(b"221")
        self._socket.close()


def load(port: int, seconds: float) -> dict[str, float]:
    """Return messages a second, and how long they were counted."""
    clients = [Client(port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    turns = 0
    while (spent := time.perf_counter() - began) < seconds:
        for code, says in STEPS:
            for client in clients:
                client.expect(code)
                client.send(says)
        turns += 1
    for client in clients:
        client.close()
    return {"rate": turns * CONNECTIONS / spent, "seconds": spent}


if __name__ == "__main__":
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
