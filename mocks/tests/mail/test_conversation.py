"""Who may speak when, in POP3 and IMAP: a client that says much, and one that asks for much."""

import asyncio
import threading
from typing import NamedTuple

import pytest

from netmocks.faults import Stall
from netmocks.mail import IMAPMock, Mailboxes, POP3Mock
from netmocks.mail.conversation import AHEAD_LIMIT, STRIDE
from netmocks.record import PATIENCE

NAME, PASSWORD = "me@example.com", "secret"

#: Bytes that come at once.
PIECE = 1000


class Protocol(NamedTuple):
    """How each says the same."""

    mock: type
    login: bytes
    noop: bytes
    #: what no server understands, of `PIECE` bytes, and how each answer to it begins
    nonsense: bytes
    refusal: bytes

    @property
    def refusals(self) -> int:
        """How many answers a piece of nonsense gets."""
        return self.nonsense.count(b"\r\n")


PROTOCOLS = {
    "pop3": Protocol(
        POP3Mock,
        b"USER me@example.com\r\nPASS secret\r\n",
        b"NOOP\r\n",
        (b"X" * 248 + b"\r\n") * 4,
        b"-ERR unknown command",
    ),
    "imap": Protocol(
        IMAPMock,
        b"a LOGIN me@example.com secret\r\nb SELECT INBOX\r\n",
        b"n NOOP\r\n",
        b"x NONSENSE" + b" " * (PIECE - 12) + b"\r\n",
        b"x BAD there is no command",
    ),
}


@pytest.fixture(params=PROTOCOLS.values(), ids=PROTOCOLS)
def protocol(request):
    return request.param


@pytest.fixture
def mailboxes():
    return Mailboxes({NAME: PASSWORD})


@pytest.fixture
def meet(memory_stream):
    """Let a client log in at a mock, without a wire; return its engine and its stream."""

    def meet(mock, login):
        stream = memory_stream()
        engine = mock._engine()
        engine.connection_made(stream)
        engine.data_received(login)
        stream.sent = b""
        return engine, stream

    return meet


async def _settled():
    """Let all turns come to their end."""
    await asyncio.sleep(0)  # what goes on in the loop's next turn
    async with asyncio.timeout(PATIENCE):
        while turns := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(turns)


# -- a client that says much ------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_flood_behind_a_stalled_answer_is_read_no_more_until_it_goes_on(
    protocol, meet, mailboxes
):
    mock = protocol.mock(mailboxes=mailboxes)
    stall = Stall()
    mock.on("NOOP").reply(fault=stall)
    engine, stream = meet(mock, protocol.login)
    engine.data_received(protocol.noop)
    await stall.wait_until_reached_async()
    pieces = 0
    while stream.reading and pieces < 1000:
        engine.data_received(protocol.nonsense)
        pieces += 1
    assert AHEAD_LIMIT < pieces * PIECE <= AHEAD_LIMIT + PIECE
    stall.release()
    await _settled()
    assert stream.sent.count(protocol.refusal) == pieces * protocol.refusals
    assert stream.reading
    engine.connection_lost(None)


@pytest.mark.asyncio
async def test_a_flood_of_a_client_that_does_not_read_is_read_no_more_until_it_does(
    protocol, meet, mailboxes
):
    engine, stream = meet(protocol.mock(mailboxes=mailboxes), protocol.login)
    engine.pause_writing()
    pieces = 0
    while stream.reading and pieces < 1000:
        engine.data_received(protocol.nonsense)
        pieces += 1
    assert stream.sent == b""
    engine.resume_writing()
    await _settled()
    assert stream.sent.count(protocol.refusal) == pieces * protocol.refusals
    assert stream.reading
    engine.connection_lost(None)


def test_all_of_a_flood_on_a_wire_is_answered_once_the_stall_is_over(protocol, mailboxes, connect):
    stall, pieces = Stall(), 2000
    with protocol.mock(mailboxes=mailboxes) as server:
        server.on("NOOP").reply(fault=stall)
        client = connect(server)
        client.sendall(protocol.login + protocol.noop)
        stall.wait_until_reached()
        flood = threading.Thread(target=client.sendall, args=(protocol.nonsense * pieces,))
        flood.start()
        stall.release()
        left = pieces * protocol.refusals
        with client.makefile("rb") as replies:
            for line in replies:
                left -= line.startswith(protocol.refusal)
                if not left:
                    break
        flood.join(PATIENCE)
    assert not left


@pytest.mark.asyncio
async def test_what_is_not_begun_when_the_client_leaves_is_never_begun(protocol, meet, mailboxes):
    mock = protocol.mock(mailboxes=mailboxes)
    rule = mock.on("NOOP").reply(lambda _: "OK" if mock.default_name == "imap" else "+OK")
    engine, stream = meet(mock, protocol.login)
    engine.data_received(protocol.noop)
    engine.connection_lost(None)
    await asyncio.sleep(0)
    assert rule.count == 0
    assert stream.sent == b""


# -- a client that asks for much --------------------------------------------------------------


@pytest.mark.asyncio
async def test_others_are_served_between_the_commands_that_a_client_says_ahead(
    protocol, meet, mailboxes
):
    mock = protocol.mock(mailboxes=mailboxes)
    engine, stream = meet(mock, protocol.login)
    engine.data_received(protocol.nonsense * 2 * STRIDE)
    assert 0 < stream.sent.count(protocol.refusal) < 2 * STRIDE
    assert engine.eof_received()  # what was asked before is still answered
    await _settled()
    assert stream.closed
    assert stream.sent.count(protocol.refusal) == 2 * STRIDE * protocol.refusals
    engine.connection_lost(None)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "command", ["FETCH 1:* FLAGS", "STORE 1:* +FLAGS.SILENT (\\Seen)", "SEARCH SUBJECT x"]
)
async def test_others_are_served_in_the_middle_of_a_command_about_many_messages(
    meet, mailboxes, command
):
    for _ in range(3 * STRIDE):
        mailboxes[NAME].add(b"Subject: x\r\n\r\n")
    mock = IMAPMock(mailboxes=mailboxes)
    busy, said = meet(mock, PROTOCOLS["imap"].login)
    other, heard = meet(mock, b"a LOGIN me@example.com secret\r\n")
    busy.data_received(b"c %b\r\nd NOOP\r\n" % command.encode())
    assert b"c OK" not in said.sent
    other.data_received(b"n NOOP\r\n")
    assert heard.sent == b"n OK NOOP completed\r\n"
    await _settled()
    assert said.sent.endswith(b"d OK NOOP completed\r\n")
    assert said.sent.index(b"c OK") < said.sent.index(b"d OK")
    for engine in (busy, other):
        engine.connection_lost(None)
