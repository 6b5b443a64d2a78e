import asyncio
import socket
from contextlib import ExitStack

import pytest
import pytest_asyncio

from netmocks.record import PATIENCE
from netmocks.wire.carrier import HIGH_WATER, PARCEL, Carrier
from netmocks.wire.stream import reset as reset_by_mock

#: Far more than the buffers of the connections in these tests hold.
MUCH = 4 * 1024 * 1024

CALLED = ["connection_made", "received", "eof_received", "pause_writing", "resume_writing"]


class Recorder:
    """A stream that keeps what its carrier calls, and does then what a test wants it to."""

    def __init__(self, goes_on=False, **doing):
        self._goes_on = goes_on
        self._doing = doing
        self._calls = asyncio.Queue()

    def _note(self, name, *what):
        self._calls.put_nowait((name, *what))
        if name in self._doing:
            self._doing[name](self.carrier)

    def connection_made(self, carrier):
        self.carrier = carrier
        self._note("connection_made")

    def received(self, data):
        self._note("received", bytes(data))

    def eof_received(self):
        self._note("eof_received")
        return self._goes_on

    def pause_writing(self):
        self._note("pause_writing")

    def resume_writing(self):
        self._note("resume_writing")

    def connection_lost(self, error):
        self._note("connection_lost", type(error))

    async def until(self, name):
        """Wait for a call; return what came with it."""
        async with asyncio.timeout(PATIENCE):
            while (call := await self._calls.get())[0] != name:
                pass
        return call[1:]

    @property
    def calls(self):
        """The calls that were not looked at yet."""
        return [self._calls.get_nowait() for _ in range(self._calls.qsize())]


class Client:
    """The other end of a carrier, in the same loop."""

    def __init__(self, sock):
        self.socket = sock

    async def read(self, size=MUCH):
        """Return some of what comes; nothing at the end."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().sock_recv(self.socket, size)

    async def read_all(self, size=MUCH):
        """Return all that comes until the end, taking so much at once."""
        pieces = []
        while piece := await self.read(size):
            pieces.append(piece)
        return b"".join(pieces)


class Counting(socket.socket):
    """A socket that counts how often it is told to send, and refuses to at first."""

    sent = 0
    refusals = ()

    def send(self, data, *flags):
        self.sent += 1
        if self.refusals:
            raise self.refusals.pop()
        return super().send(data, *flags)


@pytest.fixture
def connection():
    """Make the sockets of both ends of a TCP connection whose buffers are small."""
    with ExitStack() as stack:

        def connection():
            with socket.create_server(("127.0.0.1", 0)) as server:
                server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
                client = stack.enter_context(socket.socket())
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
                client.settimeout(PATIENCE)
                client.connect(server.getsockname())
                ours, _ = server.accept()
            for sock in (ours, client):
                sock.setblocking(False)
            return Counting(fileno=stack.enter_context(ours).detach()), client

        yield connection


@pytest_asyncio.fixture
async def carry(connection):
    """Carry what a recorder says; the carrier is over when the test is."""
    carriers = []

    def carry(recorder, sockets=None):
        ours, client = sockets or connection()
        carriers.append(Carrier(ours, "a peer", recorder))
        return carriers[-1], Client(client)

    yield carry
    for carrier in carriers:
        carrier.abort()
        carrier.settle()


def is_gone(carrier, descriptor):
    """Whether nothing is left of a carrier, neither in the system nor in the loop."""
    loop = asyncio.get_running_loop()
    is_watched = loop.remove_reader(descriptor) or loop.remove_writer(descriptor)
    return not is_watched and carrier.get_extra_info("socket").fileno() == -1


# -- what it is told ------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_much_in_small_pieces_arrives_whole_and_in_order_where_the_client_is_slow(carry):
    pieces = [b"%07d " % number for number in range(100_000)]
    carrier, client = carry(Recorder())
    for piece in pieces:
        carrier.write(piece)
    carrier.close()
    assert await client.read_all(1000) == b"".join(pieces)


@pytest.mark.asyncio
async def test_small_pieces_that_wait_are_joined(carry):
    carrier, client = carry(Recorder())
    sock = carrier.get_extra_info("socket")
    carrier.write(b"x" * MUCH)
    sock.sent = 0
    for _ in range(PARCEL):
        carrier.write(b"y")
    carrier.close()
    assert sock.sent == 0  # it waits for its turn
    assert await client.read_all() == b"x" * MUCH + b"y" * PARCEL
    assert 0 < sock.sent < PARCEL / 100


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [BlockingIOError, InterruptedError])
async def test_what_the_system_does_not_take_yet_is_sent_later(carry, error):
    carrier, client = carry(Recorder())
    carrier.get_extra_info("socket").refusals = [error(), error()]
    carrier.write(b"first ")
    carrier.write(b"second")
    assert carrier.get_write_buffer_size() == 12
    carrier.close()
    assert await client.read_all() == b"first second"


@pytest.mark.asyncio
async def test_closing_sends_what_waits_and_aborting_does_not(carry):
    for end, is_whole in [(Carrier.close, True), (Carrier.abort, False)]:
        recorder = Recorder()
        carrier, client = carry(recorder)
        carrier.write(b"x" * MUCH)
        assert carrier.get_write_buffer_size() > 0
        end(carrier)
        assert carrier.is_closing()
        assert (len(await client.read_all()) == MUCH) is is_whole
        assert await recorder.until("connection_lost") == (type(None),)
        assert carrier.get_write_buffer_size() == 0


@pytest.mark.asyncio
async def test_the_end_is_told_once_and_nothing_behind_it(carry):
    recorder = Recorder()
    carrier, client = carry(recorder)
    descriptor = carrier.get_extra_info("socket").fileno()
    for end in (carrier.close, carrier.close, carrier.abort):
        end()
    await recorder.until("connection_lost")
    carrier.write(b"late")
    for ask in (
        carrier.write_eof,
        carrier.resume_reading,
        carrier.pause_reading,
        carrier.close,
        carrier.abort,
        carrier.settle,
    ):
        ask()
    assert not carrier.hear()
    assert await client.read() == b""
    assert not recorder.calls
    assert is_gone(carrier, descriptor)


@pytest.mark.asyncio
async def test_who_settles_need_not_wait_for_the_loop(carry):
    recorder = Recorder()
    carrier, _ = carry(recorder)
    carrier.settle()  # it is not over: nothing to do
    carrier.close()
    assert recorder.calls == [("connection_made",)]
    carrier.settle()
    assert recorder.calls == [("connection_lost", type(None))]


# -- saying that no more comes --------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_half_close_comes_behind_what_waits(carry):
    recorder = Recorder()
    carrier, client = carry(recorder)
    carrier.write(b"x" * MUCH)
    carrier.write_eof()
    carrier.write_eof()
    assert len(await client.read_all()) == MUCH
    client.socket.send(b"still here")
    assert await recorder.until("received") == (b"still here",)


@pytest.mark.asyncio
async def test_a_half_close_when_the_client_reads_again_is_one(carry):
    recorder = Recorder(resume_writing=Carrier.write_eof)
    carrier, client = carry(recorder)
    carrier.write(b"x" * MUCH)
    assert len(await client.read_all()) == MUCH
    assert not carrier.is_closing()


@pytest.mark.asyncio
async def test_a_client_that_resets_just_before_a_half_close_is_told_of_by_reading(carry, reset):
    def leave(carrier):
        carrier.write_eof()
        reset(client.socket)

    recorder = Recorder(resume_writing=leave)
    carrier, client = carry(recorder)
    carrier.set_write_buffer_limits(0)
    carrier.get_extra_info("socket").refusals = [BlockingIOError()]
    carrier.write(b"x")
    assert await recorder.until("connection_lost") == (ConnectionResetError,)


@pytest.mark.asyncio
async def test_a_client_that_resets_behind_its_own_half_close_is_noticed_by_ours(carry, reset):
    recorder = Recorder(goes_on=True)
    carrier, client = carry(recorder)
    client.socket.shutdown(socket.SHUT_WR)
    await recorder.until("eof_received")
    reset(client.socket)
    carrier.write_eof()
    assert await recorder.until("connection_lost") == (ConnectionResetError,)


# -- the flow of bytes ----------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("high", [0, 1, HIGH_WATER])
async def test_the_writer_is_paused_above_the_limit_and_goes_on_below(carry, high):
    sizes = []
    recorder = Recorder(
        pause_writing=lambda carrier: sizes.append(carrier.get_write_buffer_size()),
        resume_writing=lambda carrier: sizes.append(carrier.get_write_buffer_size()),
    )
    carrier, client = carry(recorder)
    carrier.set_write_buffer_limits(high)
    low = carrier.get_write_buffer_limits()[0]
    assert (low, high) == carrier.get_write_buffer_limits() == (high // 4, high)
    carrier.write(b"x" * MUCH)
    carrier.write(b"x" * MUCH)
    assert recorder.calls == [("connection_made",), ("pause_writing",)]
    carrier.close()
    assert len(await client.read_all()) == 2 * MUCH
    assert recorder.calls[:1] == [("resume_writing",)]
    paused, resumed = sizes
    assert paused > high
    assert resumed <= low


@pytest.mark.asyncio
async def test_limits_that_come_late_hold_for_what_waits(carry):
    recorder = Recorder()
    carrier, _ = carry(recorder)
    carrier.get_extra_info("socket").refusals = [BlockingIOError()]
    carrier.write(b"x" * 1000)
    carrier.set_write_buffer_limits(1000)
    assert recorder.calls == [("connection_made",)]
    carrier.set_write_buffer_limits(999)
    carrier.set_write_buffer_limits(0)
    assert recorder.calls == [("pause_writing",)]
    await recorder.until("resume_writing")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ({}, (HIGH_WATER // 4, HIGH_WATER)),
        ({"high": 100}, (25, 100)),
        ({"low": 100}, (100, 400)),
        ({"high": 100, "low": 100}, (100, 100)),
        ({"low": 0}, (0, 0)),
    ],
)
async def test_one_limit_follows_from_the_other(carry, given, limits):
    carrier, _ = carry(Recorder())
    carrier.set_write_buffer_limits(1, 1)
    carrier.set_write_buffer_limits(**given)
    assert carrier.get_write_buffer_limits() == limits


@pytest.mark.asyncio
@pytest.mark.parametrize("given", [{"high": -1}, {"low": -1}, {"high": 1, "low": 2}])
async def test_limits_that_make_no_sense_are_refused(carry, given):
    carrier, _ = carry(Recorder())
    with pytest.raises(ValueError, match="high >= low >= 0 is needed"):
        carrier.set_write_buffer_limits(**given)
    assert carrier.get_write_buffer_limits() == (HIGH_WATER // 4, HIGH_WATER)


# -- ending it within a call ----------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("end", [Carrier.close, Carrier.abort, reset_by_mock])
@pytest.mark.parametrize("called", CALLED)
async def test_it_can_be_ended_within_each_call(carry, connection, called, end):
    recorder = Recorder(goes_on=True, **{called: end})
    sockets = connection()
    descriptor = sockets[0].fileno()
    carrier, client = carry(recorder, sockets)
    client.socket.send(b"hello")
    client.socket.shutdown(socket.SHUT_WR)
    if called.endswith("writing"):
        await recorder.until("eof_received")
        carrier.write(b"x" * MUCH)
    try:
        while await client.read():
            pass
    except ConnectionResetError:
        # Or what it said was never read, which the system tells by a reset.
        assert end is reset_by_mock or called == "connection_made"
    assert await recorder.until("connection_lost") == (type(None),)
    assert not recorder.calls
    assert is_gone(carrier, descriptor)


@pytest.mark.asyncio
async def test_what_goes_wrong_in_a_stream_is_raised_and_the_end_of_its_connection(
    carry, connection
):
    def fail(_):
        raise ValueError("mine")

    sockets = connection()
    descriptor = sockets[0].fileno()
    with pytest.raises(ValueError, match="mine"):
        carry(broken := Recorder(connection_made=fail), sockets)
    await broken.until("connection_lost")
    assert is_gone(broken.carrier, descriptor)
    recorder = Recorder(received=fail)
    carrier, client = carry(recorder)
    client.socket.send(b"hello")
    with pytest.raises(ValueError, match="mine"):
        carrier.hear()
    assert carrier.is_closing()
    assert await client.read() == b""


# -- what the client says -------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_comes_can_be_heard_without_the_loop(carry):
    recorder = Recorder()
    carrier, client = carry(recorder)
    assert not carrier.hear()
    client.socket.send(b"hello")
    carrier.pause_reading()
    assert not carrier.hear()
    carrier.resume_reading()
    assert carrier.hear()
    assert not carrier.hear()
    client.socket.close()
    assert carrier.hear()
    assert not carrier.hear()
    assert recorder.calls == [
        ("connection_made",),
        ("received", b"hello"),
        ("eof_received",),
        ("connection_lost", type(None)),
    ]


@pytest.mark.asyncio
async def test_who_pauses_reading_within_a_call_hears_no_more_until_it_resumes(carry, connection):
    recorder = Recorder(
        connection_made=Carrier.pause_reading, received=Carrier.pause_reading, goes_on=True
    )
    sockets = connection()
    sockets[1].sendall(b"one")
    carrier, client = carry(recorder, sockets)
    assert not carrier.is_reading()
    assert not carrier.hear()
    carrier.resume_reading()
    assert await recorder.until("received") == (b"one",)
    client.socket.send(b"two")
    client.socket.shutdown(socket.SHUT_WR)
    assert not carrier.hear()
    carrier.resume_reading()
    assert await recorder.until("received") == (b"two",)
    carrier.resume_reading()
    await recorder.until("eof_received")


@pytest.mark.asyncio
async def test_the_end_of_input_is_told_once_even_if_reading_pauses_and_resumes(carry):
    recorder = Recorder(goes_on=True)
    carrier, client = carry(recorder)
    client.socket.shutdown(socket.SHUT_WR)
    await recorder.until("eof_received")
    for _ in range(2):
        carrier.pause_reading()
        carrier.resume_reading()
        assert not carrier.is_reading()
        assert not carrier.hear()
    carrier.write(b"answer")
    carrier.close()
    assert await client.read_all() == b"answer"
    assert recorder.calls == [("connection_lost", type(None))]


@pytest.mark.asyncio
async def test_what_a_client_said_before_it_left_is_heard_of_one_accepted_later(carry, connection):
    recorder = Recorder()
    sockets = connection()
    sockets[1].sendall(b"bye")
    sockets[1].close()
    carry(recorder, sockets)
    assert await recorder.until("received") == (b"bye",)
    await recorder.until("eof_received")
    await recorder.until("connection_lost")


# -- a client that resets -------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("when", ["before it is accepted", "reading", "writing", "waiting"])
async def test_a_reset_is_told_whatever_is_under_way(connection, carry, reset, when):
    recorder = Recorder()
    sockets = connection()
    descriptor = sockets[0].fileno()
    if when == "before it is accepted":
        reset(sockets[1])
    carrier, client = carry(recorder, sockets)
    if when == "waiting":
        carrier.write(b"x" * MUCH)
        assert await client.read(1) == b"x"
        carrier.close()  # from now on only writing can tell
    if when != "before it is accepted":
        reset(client.socket)
    if when == "writing":
        carrier.pause_reading()
        carrier.write(b"x")
    assert await recorder.until("connection_lost") == (ConnectionResetError,)
    assert not recorder.calls
    assert is_gone(carrier, descriptor)


# -- what it can be asked -------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_it_tells_of_its_socket_but_not_where_it_was_when_it_is_over(carry, connection):
    recorder = Recorder()
    ours, theirs = connection()
    carrier, _ = carry(recorder, (ours, theirs))
    assert carrier.get_extra_info("sockname") == ours.getsockname()
    carrier.close()
    await recorder.until("connection_lost")
    assert carrier.get_extra_info("sockname") is None
    assert carrier.get_extra_info("peername") == "a peer"
    assert carrier.get_extra_info("socket") is ours
    assert carrier.get_extra_info("cipher") is None
    assert carrier.get_extra_info("cipher", "none") == "none"


@pytest.mark.asyncio
async def test_a_socket_that_can_tell_its_name_no_more_has_none(carry, connection):
    class Nameless(socket.socket):
        def getsockname(self):
            raise OSError("the client has left already")

    ours, theirs = connection()
    carrier, _ = carry(Recorder(), (Nameless(fileno=ours.detach()), theirs))
    assert carrier.get_extra_info("sockname") is None


@pytest.mark.asyncio
async def test_it_works_in_a_loop_that_is_debugged(carry):
    asyncio.get_running_loop().set_debug(True)
    recorder = Recorder()
    carrier, client = carry(recorder)
    client.socket.send(b"hello")
    assert await recorder.until("received") == (b"hello",)
    carrier.write(b"x" * MUCH)
    carrier.close()
    assert len(await client.read_all()) == MUCH
    await recorder.until("connection_lost")
