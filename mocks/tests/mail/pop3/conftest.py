"""What tests of POP3 share: mailboxes with one account, a mock, and a client of lines."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Self

import pytest

from netmocks.mail import Account, Mailboxes, POP3Mock
from netmocks.wire.authority import authority

NAME, PASSWORD = "me@example.com", "secret"


class Fetcher:
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

    def line(self) -> str:
        """Read one line; "" where the mock has closed."""
        line = self._file.readline()
        assert not line or line.endswith(b"\r\n"), line
        return line.decode().rstrip("\r\n")

    def lines(self) -> list[str]:
        """Read the lines of a multi-line reply behind its status line, dots hidden as they are."""
        lines = []
        while (line := self.line()) != ".":
            lines.append(line)
        return lines

    def say(self, line: str | bytes) -> str:
        """Send one line and return the status line of its reply."""
        data = line.encode() if isinstance(line, str) else line
        return self.send(data + b"\r\n").line()

    def log_in(self, name: str = NAME, password: str = PASSWORD) -> Self:
        assert self.say(f"USER {name}").startswith("+OK")
        assert self.say(f"PASS {password}").startswith("+OK"), password
        return self

    def start_tls(self) -> None:
        """Shake hands."""
        self._file.close()
        context = authority().client_context()
        self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self._file = self.sock.makefile("rb")

    def half_close(self) -> Self:
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def rest(self) -> bytes:
        """Read until the mock closes."""
        return self._file.read()


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes({NAME: PASSWORD})


@pytest.fixture
def account(mailboxes: Mailboxes) -> Account:
    return mailboxes[NAME]


@pytest.fixture
def server(mailboxes: Mailboxes) -> Iterator[POP3Mock]:
    """A mock that must have nothing to complain of in the end."""
    with POP3Mock(mailboxes=mailboxes) as mock:
        yield mock


@pytest.fixture
def dial(connect: Callable[..., socket.socket]) -> Iterator[Callable[[POP3Mock], Fetcher]]:
    """Connect a client to a mock, and read its greeting."""
    with ExitStack() as clients:

        def dial(mock: POP3Mock) -> Fetcher:
            client = clients.enter_context(Fetcher(connect(mock)))
            assert client.line().startswith("+OK ready")
            return client

        yield dial


@pytest.fixture
def client(server: POP3Mock, dial: Callable[[POP3Mock], Fetcher]) -> Fetcher:
    """A client that is connected to `server`."""
    return dial(server)
