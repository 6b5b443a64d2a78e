"""What tests of the HTTP room share: a mock, and a client made of bytes."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple, Self

import pytest

from netmocks.http import HTTPMock, Limits, Request
from netmocks.http.engine import HTTPEngine
from netmocks.http.heads import Heads
from netmocks.wire.stream import LINGER_NONE


class Answer(NamedTuple):
    """One answer as it stood on the wire."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def all(self, name: str) -> list[str]:
        return [value for other, value in self.fields if other.lower() == name.lower()]


class Client:
    """A client that sends just what it is told, and reads answers one by one."""

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

    def half_close(self) -> Self:
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        self.__exit__()

    def ask(self, method: str, target: str, *fields: str, body: bytes = b"") -> Answer:
        """Send one request of HTTP/1.1 and read its answer."""
        lines = [f"{method} {target} HTTP/1.1", "Host: example.com", *fields]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return self.answer(method)

    def get(self, target: str, *fields: str) -> Answer:
        return self.ask("GET", target, *fields)

    def answer(self, method: str = "GET") -> Answer:
        """Read the answer to a request of that method."""
        version, status, _ = self._line().split(" ", 2)
        assert version == "HTTP/1.1"
        fields = []
        while line := self._line():
            name, _, value = line.partition(": ")
            fields.append((name, value))
        answer = Answer(int(status), fields, b"")
        return answer._replace(body=self._body(answer, method))

    def _body(self, answer: Answer, method: str) -> bytes:
        if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
            return b""
        if answer.all("Transfer-Encoding") == ["chunked"]:
            pieces = []
            while size := int(self._line(), 16):
                pieces.append(self._file.read(size))
                assert self._line() == ""
            assert self._line() == ""
            return b"".join(pieces)
        if sizes := answer.all("Content-Length"):
            return self._file.read(int(sizes[0]))
        return self.rest()

    def _line(self) -> str:
        line = self._file.readline()
        assert line.endswith(b"\r\n"), f"the answer ends within its head: {line!r}"
        return line[:-2].decode("latin-1")

    def rest(self) -> bytes:
        """Read until the mock closes."""
        return self._file.read()


@pytest.fixture
def web() -> Iterator[HTTPMock]:
    """A mock that must have nothing to complain of in the end."""
    with HTTPMock() as mock:
        yield mock


@pytest.fixture
def dial(connect: Callable[..., socket.socket]) -> Iterator[Callable[[HTTPMock], Client]]:
    """Connect a client to a mock."""
    with ExitStack() as clients:
        yield lambda mock: clients.enter_context(Client(connect(mock)))


@pytest.fixture
def dial_tls(connect_tls: Callable[..., socket.socket]) -> Iterator[Callable[..., Client]]:
    """Connect a client to a mock, and shake hands."""
    with ExitStack() as clients:
        yield lambda mock, name: clients.enter_context(Client(connect_tls(mock, name)))


@pytest.fixture
def client(web: HTTPMock, dial: Callable[[HTTPMock], Client]) -> Client:
    """A client that is connected to `web`."""
    return dial(web)


class Answering:
    """Stands in for a mock: answers by a function."""

    def __init__(self, answer: Callable[[Request], Any], limits: Limits) -> None:
        self.answer = answer
        self.limits = limits
        self.heads = Heads()

    def early_answer(self, request: Request) -> None:
        """All content is waited for."""

    def spawn(self, coroutine: Any, handler: object) -> "asyncio.Task[None]":
        """Run a coroutine."""
        return asyncio.get_running_loop().create_task(coroutine)


@pytest.fixture
def engine_for() -> Callable[..., HTTPEngine]:
    """Make an engine that asks a function."""
    return lambda answer, limits=Limits(): HTTPEngine(Answering(answer, limits))  # noqa: B008  # immutable


@pytest.fixture
def request_of(memory_stream: Callable[[], Any]) -> Callable[..., Request]:
    """Make a request without any wire."""

    def make(
        method: str = "GET",
        target: str = "/",
        headers: dict[str, str] | list[tuple[str, str]] = {},  # noqa: B006  # read only
        body: bytes | str = b"",
    ) -> Request:
        pairs = headers.items() if isinstance(headers, dict) else headers
        return Request(
            method,
            target,
            "1.1",
            [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
            body.encode() if isinstance(body, str) else body,
            memory_stream(),
        )

    return make
