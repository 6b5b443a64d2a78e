import asyncio
import functools

import pytest

from netmocks import MisuseError
from netmocks.tcp import TCPMock, discard, echo, greet


async def ask(reader, writer):
    writer.write(b"async")


def ask_blocking(client):
    client.sendall(b"blocking")


class Method:
    async def handle(self, reader, writer):
        writer.write(b"async")

    def handle_blocking(self, client):
        client.sendall(b"blocking")


class AsyncObject:
    async def __call__(self, reader, writer):
        writer.write(b"async")


class Engine(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"engine")
        transport.close()


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (greet(b"ready"), b"ready"),
        (ask, b"async"),
        (Method().handle, b"async"),
        (functools.partial(ask), b"async"),
        (AsyncObject(), b"async"),
        (ask_blocking, b"blocking"),
        (Method().handle_blocking, b"blocking"),
        (functools.partial(ask_blocking), b"blocking"),
        (lambda client: client.sendall(b"blocking"), b"blocking"),
        (Engine, b"engine"),
    ],
)
def test_a_behaviour_comes_in_many_shapes(connect, behaviour, said):
    with TCPMock(behaviour) as server:
        assert connect(server).makefile("rb").read() == said


@pytest.mark.parametrize(
    "behaviour", [None, "echo", b"hello", Engine(), dict, asyncio.DatagramProtocol, 7]
)
def test_what_is_no_behaviour_is_refused_with_those_that_are(behaviour):
    for refuse in (TCPMock, TCPMock().become):
        with pytest.raises(MisuseError) as raised:
            refuse(behaviour)
        assert str(raised.value) == (
            f"behaviour={behaviour!r}: a TCP mock takes echo, discard, greet(...), broadcast(), a"
            " Script, an async function of (reader, writer), a function of a blocking socket, or"
            " an asyncio.Protocol class"
        )


def test_without_a_behaviour_it_discards():
    assert TCPMock().behaviour is discard


def test_it_becomes_something_else_for_those_who_come_then(connect):
    with TCPMock(echo) as server:
        before = connect(server)
        before.sendall(b"hello")
        assert before.recv(5) == b"hello"
        server.become(greet(b"changed"))
        assert connect(server).makefile("rb").read() == b"changed"
        before.sendall(b"still here")
        assert before.recv(10) == b"still here"
