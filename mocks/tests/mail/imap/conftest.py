"""What tests of IMAP share: mailboxes with one account, sessions, a mock, and clients of lines."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Self

import pytest

from netmocks.mail import Account, IMAPMock, Mailboxes
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.reader import CommandReader, RawCommand
from netmocks.mail.imap.service import serve, understand
from netmocks.mail.imap.session import Session, Terms
from netmocks.wire.authority import authority

NAME, PASSWORD = "me@example.com", "secret"

LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class Talk:
    """A client of a session without a wire."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._reader = CommandReader(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.drop()

    def say(self, line: str | bytes, *answers: bytes) -> list[str]:
        """Give one command, tagged "a"; return what comes, the tag taken off the last.

        The answers are the lines that replies ask for. Literals stand in the line as they are sent.
        """
        self._reader.limit = self.session.literal_limit
        self._reader.takes_unasked = self.session.has("LITERAL+")
        self._reader.feed(b"a " + (line.encode() if isinstance(line, str) else line) + b"\r\n")
        while not isinstance(raw := self._reader.command(), RawCommand):
            assert raw is not None, "the command has not ended"
        serving, told, left = serve(self.session, understand(self.session, raw)), [], list(answers)
        answer = None
        with suppress(StopIteration):
            while True:
                reply, answer = serving.send(answer), None
                if reply is not None:
                    told.append(reply)
                    answer = left.pop(0) if reply.asks else None
        assert told[-1].tag == b"a"
        assert not left
        shown = [reply.text if reply.tag != b"+" else b"+ " + reply.text for reply in told]
        return [text.decode() for text in shown]

    def end(self, line: str | bytes, *answers: bytes) -> str:
        """Give one command; return the text that ends it."""
        return self.say(line, *answers)[-1]

    def data(self, line: str | bytes, *answers: bytes) -> list[str]:
        """Give one command that is done; return what comes before its end."""
        *data, ending = self.say(line, *answers)
        assert ending.startswith("OK "), ending
        return data


class Talker:
    """A client on a wire that sends just what it is told, and reads replies one by one."""

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

    def line(self) -> bytes:
        """Read one line with the literals in it; b"" where the mock has closed."""
        line = self._file.readline()
        while announced := LITERAL.search(line):
            line += self._file.read(int(announced[1])) + self._file.readline()
        assert not line or line.endswith(b"\r\n"), line
        return line.removesuffix(b"\r\n")

    def say(self, line: str | bytes) -> list[bytes]:
        """Give one command, tagged "a"; return what comes, the tag taken off the last."""
        self.send(b"a " + (line.encode() if isinstance(line, str) else line) + b"\r\n")
        return self.told()

    def told(self) -> list[bytes]:
        """Read until the end of the command that is tagged "a"."""
        told = [self.line()]
        while not told[-1].startswith(b"a "):
            assert told[-1], told
            told.append(self.line())
        return [*told[:-1], told[-1].removeprefix(b"a ")]

    def log_in(self) -> Self:
        assert self.say(f"LOGIN {NAME} {PASSWORD}")[-1].startswith(b"OK")
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
def stranger(mailboxes: Mailboxes) -> Iterator[Callable[..., Talk]]:
    """Make a client that is not logged in, on these terms."""
    with ExitStack() as clients:

        def make(*, encrypted: bool = False, **terms: object) -> Talk:
            session = Session(mailboxes, Terms(**terms), encrypted=encrypted)
            return clients.enter_context(Talk(session))

        yield make


@pytest.fixture
def user(stranger: Callable[..., Talk]) -> Callable[..., Talk]:
    """Make a client that is logged in, on these terms, and has a mailbox open if told so."""

    def make(mailbox: str = "", **terms: object) -> Talk:
        talk = stranger(**terms)
        talk.data(f"LOGIN {NAME} {PASSWORD}")
        if mailbox:
            talk.data(f"SELECT {mailbox}")
        return talk

    return make


@pytest.fixture
def arguments() -> Callable[[bytes], Arguments]:
    """Make a cursor over arguments; literals stand in them as they are sent."""

    def make(text: bytes) -> Arguments:
        reader = CommandReader(1000)
        reader.feed(text + b"\r\n")
        while not isinstance(raw := reader.command(), RawCommand):
            assert raw is not None
        return Arguments(raw)

    return make


@pytest.fixture
def server(mailboxes: Mailboxes) -> Iterator[IMAPMock]:
    """A mock that must have nothing to complain of in the end."""
    with IMAPMock(mailboxes=mailboxes) as mock:
        yield mock


@pytest.fixture
def dial(connect: Callable[..., socket.socket]) -> Iterator[Callable[[IMAPMock], Talker]]:
    """Connect a client to a mock, and read its greeting."""
    with ExitStack() as clients:

        def dial(mock: IMAPMock) -> Talker:
            client = clients.enter_context(Talker(connect(mock)))
            assert client.line().startswith(b"* OK [CAPABILITY IMAP4rev1 ")
            return client

        yield dial


@pytest.fixture
def client(server: IMAPMock, dial: Callable[[IMAPMock], Talker]) -> Talker:
    """A client that is connected to `server`."""
    return dial(server)
