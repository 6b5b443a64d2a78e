"""IMAP with many messages: reading all headers, and searching in them.

    python -m probes.imap_scale TIMES

Prints the seconds of each command by name, as JSON. The client only reads until the command's end:
what it would make of the replies is its own business.
"""

import json
import socket
import sys
import time

from netmocks.mail import IMAPMock

FEW, MANY = 1_000, 10_000

HEADER = (
    b"Received: from relay.example.com by mail.example.com; Thu, 29 Feb 2024 12:00:00 +0000\r\n"
    b"From: Sender <sender@example.com>\r\n"
    b"To: Recipient <recipient@example.com>\r\n"
    b"Date: Thu, 29 Feb 2024 12:00:00 +0000\r\n"
    b"Message-ID: <%d@example.com>\r\n"
    b"Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?= number %d\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
)
BODY = b"The quick brown fox jumps over the lazy dog, again and again.\r\n" * 30

FETCH = b"a FETCH 1:* (FLAGS BODY.PEEK[HEADER])\r\n"

#: What is found in one message of all.
SEARCH = b'a SEARCH HEADER Subject "number %d"\r\n' % (MANY - 1)


class Client:
    """A client that is logged in, and has a mailbox selected."""

    def __init__(self, server: IMAPMock, mailbox: bytes) -> None:
        self._socket = socket.create_connection((server.host, server.port))
        self._buffer = bytearray(1 << 20)
        self.seconds(b"a LOGIN me@example.com any\r\n")
        self.seconds(b"a SELECT %b\r\n" % mailbox)

    def seconds(self, command: bytes) -> float:
        """Return the seconds from a command to its end."""
        began = time.perf_counter()
        self._socket.sendall(command)
        tail = b""
        while b"\r\na OK " not in tail or not tail.endswith(b"\r\n"):
            count = self._socket.recv_into(self._buffer)
            if not count:
                raise SystemExit("the server closed the connection")
            tail = b"\r\n" + (tail + self._buffer[max(0, count - 4096) : count])[-4096:]
        return time.perf_counter() - began

    def close(self) -> None:
        """Leave."""
        self._socket.close()


def measure(times: int) -> dict[str, list[float]]:
    """Return the seconds of each command."""
    with IMAPMock() as server:
        account = server.mailboxes.open("me@example.com")
        for mailbox, count in (("Few", FEW), ("Many", MANY)):
            for number in range(count):
                account.add(HEADER % (number, number) + BODY, folder=mailbox)
        few, many = Client(server, b"Few"), Client(server, b"Many")
        seconds: dict[str, list[float]] = {"few": [], "many": [], "search": []}
        for _ in range(times):
            seconds["few"].append(few.seconds(FETCH))
            seconds["many"].append(many.seconds(FETCH))
            seconds["search"].append(many.seconds(SEARCH))
        few.close()
        many.close()
    return seconds


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
