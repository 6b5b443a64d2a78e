import asyncio
import socket
import struct
import threading

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, echo

MUCH = 16 * 1024 * 1024


# -- both kinds of handler ------------------------------------------------------------------------


async def reply_async(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()


def reply_blocking(client):
    for line in client.makefile("rb"):
        client.sendall(line.upper())


async def say_last_words_async(reader, writer):
    writer.write(b"x" * MUCH)


def say_last_words_blocking(client):
    client.sendall(b"x" * MUCH)


async def half_close_async(reader, writer):
    writer.write(b"I have said it all")
    writer.write_eof()
    await reader.read()


def half_close_blocking(client):
    client.sendall(b"I have said it all")
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass


async def ignore_async(reader, writer):
    writer.write(b"I do not listen")


def ignore_blocking(client):
    client.sendall(b"I do not listen")


async def fail_async(reader, writer):
    writer.write(b"up to here")
    raise ValueError("a mistake in the handler")


def fail_blocking(client):
    client.sendall(b"up to here")
    raise ValueError("a mistake in the handler")


async def fail_test_async(reader, writer):
    pytest.fail("failed on purpose")


def fail_test_blocking(client):
    pytest.fail("failed on purpose")


async def exit_async(reader, writer):
    raise SystemExit("leaving on purpose")


def exit_blocking(client):
    raise SystemExit("leaving on purpose")


async def refuse_async(reader, writer):
    raise ConnectionRefusedError("by somebody else")


def refuse_blocking(client):
    raise ConnectionRefusedError("by somebody else")


class Flood:
    """Handlers that never cease to send."""

    def __init__(self):
        self.sent = 0
        self.ended = threading.Event()

    async def handle_async(self, reader, writer):
        try:
            while True:
                writer.write(b"x" * 65536)
                self.sent += 65536
                await writer.drain()
        finally:
            self.ended.set()

    def handle_blocking(self, client):
        try:
            while True:
                client.sendall(b"x" * 65536)
                self.sent += 65536
        finally:
            self.ended.set()


@pytest.fixture
def flood():
    return Flood()


both_floods = pytest.mark.parametrize("how", ["handle_async", "handle_blocking"])


def both(name):
    return pytest.mark.parametrize(
        "handler",
        [globals()[f"{name}_async"], globals()[f"{name}_blocking"]],
        ids=["async", "blocking"],
    )


@both("reply")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_handler_talks_with_its_client_and_the_journal_has_it(connect, connect_tls, handler, tls):
    with TCPMock(handler, tls=tls) as server:
        client = (connect_tls if tls else connect)(server)
        client.sendall(b"hello\n")
        assert client.recv(6) == b"HELLO\n"
        assert [entry.data for entry in server.journal if entry.data] == [b"hello\n", b"HELLO\n"]


@both("reply")
def test_a_handler_sees_the_end_of_its_client_and_can_still_answer(connect, handler):
    with TCPMock(handler) as server:
        client = connect(server)
        client.sendall(b"one\ntwo\nthree")
        client.shutdown(socket.SHUT_WR)
        assert client.makefile("rb").read() == b"ONE\nTWO\nTHREE"


@both("reply")
def test_each_client_has_a_handler_of_its_own(connect, handler):
    with TCPMock(handler) as server:
        clients = [connect(server) for _ in range(5)]
        for client in reversed(clients):
            client.sendall(b"x\n")
            assert client.recv(2) == b"X\n"


@both("say_last_words")
def test_what_a_handler_says_last_arrives_whole(connect, handler):
    with TCPMock(handler, journal_limit=1024) as server:
        assert len(connect(server).makefile("rb").read()) == MUCH


@both("ignore")
def test_what_a_handler_does_not_read_does_not_hold_it_up(connect, handler):
    with TCPMock(handler) as server:
        client = connect(server)
        client.sendall(b"do you listen?")
        assert client.recv(15) == b"I do not listen"


@both("half_close")
def test_a_handler_that_half_closes_still_hears_its_client(connect, entry, handler):
    with TCPMock(handler) as server:
        client = connect(server)
        assert client.makefile("rb").read() == b"I have said it all"
        client.sendall(b"and I have not")
        assert server.journal.wait_for(entry("received")).data == b"and I have not"
        client.close()
        server.journal.wait_for(entry("closed"))


# -- handlers that fail ---------------------------------------------------------------------------


@both("fail")
def test_a_handler_that_raises_is_a_finding_and_what_it_said_before_arrives(
    connect, entry, handler
):
    with TCPMock(handler, name="the mock") as server:
        assert connect(server).makefile("rb").read() == b"up to here"
        server.journal.wait_for(entry("error", "ValueError: a mistake in the handler"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert (finding.kind, finding.culprit) == ("handler", "the mock#1")
    assert 'raise ValueError("a mistake in the handler")' in finding.text


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        (fail_test_async, "failed on purpose"),
        (fail_test_blocking, "failed on purpose"),
        (exit_async, "leaving on purpose"),
        (exit_blocking, "leaving on purpose"),
        (refuse_async, "by somebody else"),
        (refuse_blocking, "by somebody else"),
    ],
)
def test_whatever_a_handler_raises_is_a_finding_and_the_next_client_is_met(connect, handler, text):
    with TCPMock(handler) as server:
        for _ in range(2):
            connect(server).makefile("rb").read()
        findings = server.findings.all
        server.findings.clear()
    assert len(findings) == 2
    assert all(text in finding.text for finding in findings)


@both_floods
@pytest.mark.parametrize("leaves", [socket.socket.close, None], ids=["closes", "resets"])
def test_a_client_that_leaves_ends_its_handler_and_is_no_finding(
    connect, reset, flood, how, leaves
):
    with TCPMock(getattr(flood, how), journal_limit=100_000) as server:
        client = connect(server)
        client.recv(1)
        (leaves or reset)(client)
        assert flood.ended.wait(PATIENCE)


@both_floods
def test_a_client_that_does_not_read_holds_up_its_handler_instead_of_filling_memory(
    connect, flood, how
):
    with TCPMock(getattr(flood, how), journal_limit=100_000) as server, TCPMock(echo) as other:
        connect(server).recv(1)
        client = connect(other)
        for _ in range(500):  # turns of the loop, in each of which the handler might send more
            client.sendall(b"x")
            client.recv(1)
        assert flood.sent < 32 * 1024 * 1024  # above what the system's buffers hold


# -- handlers at the end of their mock ------------------------------------------------------------


def test_an_async_handler_that_waits_ends_when_its_mock_stops(connect):
    begun, ended = threading.Event(), threading.Event()

    async def wait(reader, writer):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with TCPMock(wait) as server:
        connect(server)
        assert begun.wait(PATIENCE)
    assert ended.is_set()


def test_a_blocking_handler_that_waits_for_its_client_ends_when_its_mock_stops(connect):
    begun, ended = threading.Event(), threading.Event()

    def wait(client):
        begun.set()
        assert client.recv(1) == b""
        ended.set()

    with TCPMock(wait) as server:
        connect(server)
        assert begun.wait(PATIENCE)
    assert ended.is_set()


@both_floods
def test_a_handler_that_never_ceases_to_send_ends_when_its_mock_stops(connect, flood, how):
    with TCPMock(getattr(flood, how), journal_limit=100_000) as server:
        connect(server).recv(1)
    assert flood.ended.is_set()


def test_what_a_blocking_handler_raises_when_its_mock_stops_is_no_finding(connect):
    begun = threading.Event()

    def parse(client):
        begun.set()
        struct.unpack("!I", client.recv(4))

    with TCPMock(parse) as server:
        connect(server)
        assert begun.wait(PATIENCE)


def test_a_blocking_handler_that_never_ends_is_a_finding_and_holds_up_nobody(connect, monkeypatch):
    monkeypatch.setattr("netmocks.mock.GRACE", 0.01)
    begun, release = threading.Event(), threading.Event()

    def hang(client):
        begun.set()
        release.wait(PATIENCE)

    server = TCPMock(hang, name="the mock").start()
    connect(server)
    assert begun.wait(PATIENCE)
    server.stop()
    (finding,) = server.findings.all
    assert (finding.kind, finding.culprit) == ("handler", "the mock")
    assert finding.text.startswith(f"{hang.__qualname__} never ends: ")
    release.set()


def test_a_handler_whose_line_is_too_long_is_a_finding(connect):
    with TCPMock(reply_async) as server:
        client = connect(server)
        try:
            client.sendall(b"x" * 1024 * 1024)
            assert client.recv(1) == b""
        except ConnectionError:
            pass  # how the mock closes on one who still sends
        server.journal.wait_for(lambda entry: entry.kind == "error")
        (finding,) = server.findings.all
        server.findings.clear()
    assert "ValueError" in finding.text
