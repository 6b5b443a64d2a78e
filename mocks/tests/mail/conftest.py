"""What tests of the mail room share: a mock, and a client that speaks line by line."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple, Self

import pytest

from netmocks.faults import End, Fault, Step, Struck
from netmocks.mail import SMTPMock
from netmocks.wire.authority import authority
from netmocks.wire.stream import LINGER_NONE


class Reply(NamedTuple):
    code: int
    lines: list[str]


class Dialogue:
    """A client that sends just what it is told, and reads replies one by one."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file = sock.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.sock.close()

    def send(self, data: bytes) -> Self:
        self.sock.sendall(data)
        return self

    def reply(self) -> Reply:
        """Read one reply, of one or more lines (RFC 5321 §4.2.1)."""
        lines = []
        while True:
            line = self._file.readline()
            assert line.endswith(b"\r\n"), f"the reply ends within a line: {line!r}"
            lines.append(line[4:-2].decode("utf-8", "surrogateescape"))
            if line[3:4] == b" ":
                return Reply(int(line[:3]), lines)
            assert line[3:4] == b"-", line

    def say(self, line: str | bytes) -> int:
        """Send one line and return the code of its reply."""
        data = line.encode() if isinstance(line, str) else line
        return self.send(data + b"\r\n").reply().code

    def greet(self) -> Reply:
        """Read the greeting, say EHLO and return what is announced."""
        assert self.reply().code == 220
        return self.send(b"EHLO client.example.com\r\n").reply()

    def address(self, sender: str = "a@example.com", to: str = "b@example.com") -> Self:
        """Name the envelope, and begin the content."""
        assert self.say(f"MAIL FROM:<{sender}>") == 250
        assert self.say(f"RCPT TO:<{to}>") == 250
        assert self.say("DATA") == 354
        return self

    def start_tls(self) -> None:
        """Say STARTTLS, and shake hands."""
        assert self.say("STARTTLS") == 220
        self._file.close()
        context = authority().client_context()
        self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self._file = self.sock.makefile("rb")

    def half_close(self) -> Self:
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        self.__exit__()

    def rest(self) -> bytes:
        """Read until the mock closes."""
        return self._file.read()


@pytest.fixture
def dial(connect: Callable[..., socket.socket]) -> Iterator[Callable[[SMTPMock], Dialogue]]:
    """Connect a client to a mock."""
    with ExitStack() as clients:
        yield lambda mock: clients.enter_context(Dialogue(connect(mock)))


@pytest.fixture
def dial_tls(connect_tls: Callable[..., socket.socket]) -> Iterator[Callable[..., Dialogue]]:
    """Connect a client to a mock, and shake hands."""
    with ExitStack() as clients:
        yield lambda mock: clients.enter_context(Dialogue(connect_tls(mock)))


@pytest.fixture
def server() -> Iterator[SMTPMock]:
    """A mock that must have nothing to complain of in the end."""
    with SMTPMock() as mock:
        yield mock


@pytest.fixture
def client(server: SMTPMock, dial: Callable[[SMTPMock], Dialogue]) -> Dialogue:
    """A client that is connected to `server`, and has greeted it."""
    client = dial(server)
    client.greet()
    return client


@pytest.fixture
def struck() -> Callable[[Fault, bytes], tuple[bytes, list[str], bool]]:
    """Let a fault strike what is said, cut anywhere: what is left, what it did, if it ends here."""

    def strike(fault: Fault, pieces: list[bytes]) -> tuple[bytes, list[str], bool]:
        strike = fault.strike()
        steps: list[Step] = [step for piece in pieces for step in strike.through(piece)]
        steps += strike.finish()
        said = b"".join(step for step in steps if isinstance(step, bytes))
        return said, [step.text for step in steps if isinstance(step, Struck)], End.CLOSE in steps

    def struck(fault: Fault, data: bytes) -> tuple[bytes, list[str], bool]:
        whole = strike(fault, [data])
        single = [data[i : i + 1] for i in range(len(data))]
        for pieces in (single, *([data[:i], data[i:]] for i in range(len(data)))):
            assert strike(fault, pieces) == whole, pieces
        return whole

    return struck
