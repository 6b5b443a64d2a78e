"""Faults on the wires of a mock: where, when, how often, and until when."""

import asyncio
import contextlib
import re
import smtplib
import socket
import ssl
import threading

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.faults import (
    Bandwidth,
    Corrupt,
    Cut,
    Drop,
    DropDatagram,
    Duplicate,
    Fault,
    HalfClose,
    Latency,
    LimitData,
    Noop,
    Nth,
    Reset,
    Silence,
    Slices,
    Stall,
    Strike,
    tls,
)
from netmocks.http import HTTPMock
from netmocks.http.faults import NoLength
from netmocks.mail import SMTPMock
from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, discard, echo, greet
from netmocks.udp import UDPMock
from netmocks.wire.authority import authority
from netmocks.wire.loop import shared

MUCH = 16 * 1024 * 1024


# -- where -------------------------------------------------------------------------------------


def test_it_strikes_what_clients_are_told(echoing, talk):
    with echoing.fault(Cut(after=3)):
        assert talk(echoing, b"hello") == b"hel"
    assert talk(echoing, b"hello") == b"hello"


def test_it_strikes_what_clients_say(echoing, connect):
    with echoing.fault(Drop(at=1, count=3), direction="in"):
        client = connect(echoing)
        client.sendall(b"hello")
        assert client.recv(1) + client.recv(1) == b"ho"
    assert [entry.data for entry in echoing.journal if entry.kind == "received"] == [b"h", b"o"]


def test_it_strikes_one_connection_by_its_ordinal(echoing, talk):
    with echoing.fault(Corrupt(at=0), connection=2):
        assert [talk(echoing, b"a") for _ in range(3)] == [b"a", b"\x9e", b"a"]


def test_it_strikes_connections_that_are_open_from_then_on(echoing, connect):
    client = connect(echoing)
    client.sendall(b"before")
    assert client.recv(6) == b"before"
    with echoing.fault(Corrupt(at=0)):
        client.sendall(b"a")
        assert client.recv(1) == b"\x9e"
    client.sendall(b"a")
    assert client.recv(1) == b"a"


def test_it_strikes_from_an_event_on(lines, connect):
    client = connect(lines)
    with lines.fault(Drop(at=0, count=2), from_event=2):
        client.sendall(b"one\ntwo\nthree\n")
        assert client.makefile("rb").read(12) == b"ONE\nO\nTHREE\n"


def test_it_strikes_from_an_event_that_was_before_it_was_placed(lines, connect):
    client = connect(lines)
    client.sendall(b"one\ntwo\n")
    reader = client.makefile("rb")
    assert reader.read(8) == b"ONE\nTWO\n"
    with lines.fault(Drop(at=0, count=2), from_event=2):
        client.sendall(b"three\n")
        assert reader.readline() == b"REE\n"


def test_what_was_said_before_the_event_passes_another_fault_untouched(lines, connect):
    with lines.fault(Latency(0.001)), lines.fault(Cut(after=0), from_event=2) as cut:
        client = connect(lines)
        client.sendall(b"one\ntwo\n")
        assert client.makefile("rb").read() == b"ONE\n"
    assert cut.count == 1


def test_the_second_request_of_a_connection_is_answered_with_a_reset(connect):
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello")
        client = connect(web)
        with web.fault(Reset(after=0), from_event=2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert client.recv(65536).endswith(b"hello")
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                client.recv(1)


def test_it_strikes_at_bytes_wherever_pieces_end(echoing, connect):
    with echoing.fault(Cut(after=b"two")):
        client = connect(echoing)
        for piece in (b"one t", b"w", b"o three"):
            client.sendall(piece)
        assert client.makefile("rb").read() == b"one two"


def test_it_strikes_at_bytes_that_come_for_the_nth_time(echoing, connect):
    with echoing.fault(Cut(after=Nth(b"aa", 3), more=1)) as cut:
        client = connect(echoing)
        for piece in (b"aaa", b"b-a", b"a-", b"-aaaa!"):  # "aaa" has it once
            client.sendall(piece)
        assert client.makefile("rb").read() == b"aaab-aa--aaa"
    assert cut.hits[0].text == "closed after 12 bytes, 1 behind b'aa' number 3"


def test_a_place_in_bytes_is_sought_anew_on_each_connection(echoing, talk):
    with echoing.fault(Cut(after=Nth(b"\n", 2))):
        for _ in range(2):
            assert talk(echoing, b"a\nb\nc\n") == b"a\nb\n"


def test_it_strikes_plaintext_behind_tls(connect_tls):
    with TCPMock(echo, tls=True) as server, server.fault(Corrupt(at=1)):
        client = connect_tls(server)
        client.sendall(b"aaa")
        assert client.recv(1) + client.recv(1) + client.recv(1) == b"a\x9ea"


# -- how often ---------------------------------------------------------------------------------


def test_it_strikes_as_often_as_told(echoing, talk):
    with echoing.fault(Cut(after=2), times=2) as placed:
        assert [talk(echoing, b"hello") for _ in range(4)] == [b"he", b"he", b"hello", b"hello"]
    assert placed.count == 2


def test_a_stretch_that_it_does_not_reach_takes_none_of_its_times(echoing, talk):
    with echoing.fault(Cut(after=3), times=1):
        assert [talk(echoing, word) for word in (b"ab", b"abcd", b"abcd")] == [
            b"ab",
            b"abc",
            b"abcd",
        ]


def test_its_times_are_kept_where_two_connections_are_open_before_it_strikes(echoing, connect):
    with echoing.fault(Cut(after=b"x"), times=1):
        one, two = connect(echoing), connect(echoing)
        for client in (one, two):
            client.sendall(b"a")
            assert client.recv(1) == b"a"
        two.sendall(b"xyz")
        assert two.makefile("rb").read() == b"x"
        one.sendall(b"xyz")
        assert one.recv(3) == b"xyz"


def test_several_are_passed_in_the_order_of_their_placing(echoing, talk):
    with echoing.fault(Drop(at=0, count=2)), echoing.fault(Duplicate(at=0, count=2)):
        assert talk(echoing, b"abcdef") == b"cdcdef"
    with echoing.fault(Duplicate(at=0, count=2)), echoing.fault(Drop(at=0, count=2)):
        assert talk(echoing, b"abcdef") == b"abcdef"


# -- until when --------------------------------------------------------------------------------


def test_it_is_withdrawn_without_a_block(echoing, talk):
    placed = echoing.fault(Silence())
    assert talk(echoing, b"hello") == b""
    placed.withdraw()
    placed.withdraw()
    assert talk(echoing, b"hello") == b"hello"


@pytest.fixture
def in_one_moment(monkeypatch):
    """Say something, and ask the mocks' loop for something, before it can hear of either."""
    loop = shared.acquire()
    call_soon = loop.call_soon_threadsafe

    def in_one_moment(say, ask):
        busy, asked, may_go_on = threading.Event(), threading.Event(), threading.Event()

        def call_soon_threadsafe(*arguments, **named):
            handle = call_soon(*arguments, **named)
            asked.set()
            return handle

        call_soon(lambda: (busy.set(), may_go_on.wait(PATIENCE)))
        assert busy.wait(PATIENCE)
        say()
        with monkeypatch.context() as patches:
            patches.setattr(loop, "call_soon_threadsafe", call_soon_threadsafe)
            asking = threading.Thread(target=ask)
            asking.start()
            assert asked.wait(PATIENCE)
            may_go_on.set()
            asking.join(PATIENCE)

    yield in_one_moment
    shared.release()


def test_what_was_said_before_a_fault_is_withdrawn_meets_it(echoing, connect, in_one_moment):
    client = connect(echoing)
    client.sendall(b"a")
    assert client.recv(1) == b"a"
    placed = echoing.fault(Corrupt(at=0))
    in_one_moment(lambda: client.sendall(b"a"), placed.withdraw)
    assert client.recv(1) == b"\x9e"


def test_what_was_said_before_a_fault_is_placed_does_not_meet_it(echoing, connect, in_one_moment):
    client = connect(echoing)
    client.sendall(b"a")
    assert client.recv(1) == b"a"
    in_one_moment(lambda: client.sendall(b"a"), lambda: echoing.fault(Corrupt(at=0)))
    assert client.recv(1) == b"a"
    client.sendall(b"a")
    assert client.recv(1) == b"\x9e"


def test_a_datagram_that_was_sent_before_a_fault_is_withdrawn_meets_it(in_one_moment):
    with UDPMock() as mock, socket.socket(type=socket.SOCK_DGRAM) as client:
        placed = mock.fault(DropDatagram(), direction="in")
        in_one_moment(lambda: client.sendto(b"a", mock.address), placed.withdraw)
    assert placed.count == 1


def test_what_a_withdrawn_fault_held_up_goes_on(echoing, connect):
    stall = Stall()
    client = connect(echoing)
    with echoing.fault(stall):
        client.sendall(b"hello")
        stall.wait_until_reached()
        echoing.journal.wait_for(lambda entry: entry.data == b"hello")
    assert client.recv(5) == b"hello"


def test_what_a_withdrawn_latency_delayed_comes_at_once(echoing, connect):
    client = connect(echoing)
    with echoing.fault(Latency(3600)) as placed:
        client.sendall(b"hello")
        placed.wait_until_struck()
    assert client.recv(5) == b"hello"


def test_a_mock_stops_at_once_whatever_its_faults_hold_up(connect):
    with TCPMock(echo) as server:
        server.fault(Stall(after=2), required=False)
        server.fault(Latency(3600), direction="in")
        connect(server).sendall(b"hello")
        server.journal.wait_for(lambda entry: entry.kind == "fault")


def test_a_client_that_leaves_takes_its_faults_with_it(echoing, connect, reset, entry):
    stall = Stall(after=2)
    with echoing.fault(stall):
        client = connect(echoing)
        client.sendall(b"hello")
        stall.wait_until_reached()
        reset(client)
        echoing.journal.wait_for(entry("closed", "reset by the client"))
    assert not echoing.site.faulty
    assert not echoing.site.events


@pytest.mark.parametrize("direction", ["in", "out"])
def test_nothing_is_left_of_faults_that_were_withdrawn(echoing, connect, direction):
    client = connect(echoing)
    for fault in (Noop(), Drop(at=0), Latency(0.0001), Stall(after=2)):
        with echoing.fault(Noop(), direction=direction, required=False):
            with echoing.fault(fault, direction=direction) as placed:
                client.sendall(b"abc.")
                placed.wait_until_struck()
            told = b""
            while not told.endswith(b"."):
                told += client.recv(4)
            assert told == (b"bc." if isinstance(fault, Drop) else b"abc.")
    client.sendall(b"a")
    assert client.recv(1) == b"a"
    (courses,) = echoing.site.faulty.values()
    assert not courses._both


def test_a_side_that_a_fault_ended_stays_shut_when_it_is_withdrawn(echoing, connect):
    client = connect(echoing)
    with echoing.fault(HalfClose(after=1)):
        client.sendall(b"abc")
        assert client.makefile("rb").read() == b"a"
    client.sendall(b"more")
    echoing.journal.wait_for(lambda entry: entry.data == b"more")
    client.shutdown(1)
    echoing.journal.wait_for(lambda entry: entry.kind == "closed")


def test_a_fault_can_be_placed_before_the_mock_starts(connect):
    server = TCPMock(greet(b"hello"))
    with server.fault(Cut(after=2)), server:
        assert connect(server).makefile("rb").read() == b"he"


# -- what it tells -----------------------------------------------------------------------------


def test_what_it_struck_can_be_waited_for_and_is_in_the_journal(echoing, talk):
    with echoing.fault(Cut(after=2)) as placed:
        talk(echoing, b"hello")
        (hit,) = placed.wait_until_struck()
    assert hit == (1, "closed after 2 bytes")
    entry = echoing.journal.wait_for(lambda entry: entry.kind == "fault")
    assert (entry.connection, entry.direction, entry.value) == (
        1,
        "out",
        "Cut: closed after 2 bytes",
    )
    assert repr(placed).endswith("placed 'out' on every connection of echo, struck 1 times>")


@pytest.mark.asyncio
async def test_a_coroutine_can_wait_for_it():
    async with TCPMock(greet(b"hello")) as server:
        with server.fault(Cut(after=2)) as placed:
            reader, writer = await asyncio.open_connection(*server.address)
            await placed.wait_until_struck_async()
            assert await reader.read() == b"he"
            writer.close()
            await writer.wait_closed()


def test_one_that_never_struck_is_a_finding(echoing, talk):
    with echoing.fault(Cut(after=100), connection=3):
        talk(echoing, b"hello")
    with pytest.raises(UnexpectedTraffic) as raised:
        echoing.verify()
    assert str(raised.value) == (
        "[unused] echo: Cut(after=100, more=0) placed 'out' on connection 3 of echo never struck:"
        " no such connection came, or its place is beyond all that was said; if it need not"
        " strike, write: mock.fault(..., required=False)\n\n(to let this pass: tolerate=['unused'])"
    )


def test_an_event_that_never_happened_is_a_finding(lines, connect):
    with lines.fault(Cut(after=0), from_event=2):
        client = connect(lines)
        client.sendall(b"one\n")
        assert client.recv(9) == b"ONE\n"
    with pytest.raises(UnexpectedTraffic, match="no such connection came, event 2 never happened"):
        lines.verify()


def test_one_that_never_struck_is_a_finding_when_the_mock_stops():
    server = TCPMock(discard).start()
    server.fault(Cut(after=100))
    server.stop()
    with pytest.raises(UnexpectedTraffic, match="never struck"):
        server.verify()


def test_one_that_need_not_strike_is_no_finding(echoing):
    echoing.fault(Cut(after=100), required=False).withdraw()
    echoing.verify()


# -- both halves -------------------------------------------------------------------------------


def test_a_half_close_towards_the_client_leaves_the_other_side_open(connect):
    with TCPMock(echo) as server, server.fault(HalfClose(after=3)):
        client = connect(server)
        client.sendall(b"hello")
        assert client.makefile("rb").read() == b"hel"
        client.sendall(b"still heard")
        server.journal.wait_for(lambda entry: entry.data == b"still heard")


def test_a_half_close_towards_the_mock_leaves_the_other_side_open(connect):
    async def count(reader, writer):
        writer.write(b"%d" % len(await reader.read()))

    with TCPMock(count) as server, server.fault(HalfClose(after=3), direction="in"):
        client = connect(server)
        client.sendall(b"hello")
        assert client.makefile("rb").read() == b"3"


@pytest.mark.parametrize("direction", ["in", "out"])
def test_half_closes_come_behind_what_faults_delay(echoing, talk, direction):
    with echoing.fault(Latency(0.001), direction=direction):
        assert talk(echoing, b"hello") == b"hello"


def test_a_close_comes_behind_what_faults_delay(connect):
    with TCPMock(greet(b"hello")) as server, server.fault(Latency(0.001)):
        assert connect(server).makefile("rb").read() == b"hello"


def test_what_comes_behind_the_engines_own_close_is_not_heard(connect, entry):
    heard = []

    class Curt(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            heard.append(data)
            self.transport.write(b"bye")
            self.transport.close()

    stall = Stall()
    with TCPMock(Curt) as server, server.fault(stall):
        client = connect(server)
        client.sendall(b"one")
        server.journal.wait_for(entry("received"))
        client.sendall(b"two")
        stall.release()
        assert client.makefile("rb").read() == b"bye"
    assert heard == [b"one"]


# -- the pace of both sides ----------------------------------------------------------------------


def test_an_engine_pauses_while_a_fault_holds_up_what_it_says(connect):
    paused, resumed = [], []

    class Eager(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
            transport.write(bytes(MUCH))

        def pause_writing(self):
            paused.append(self.transport.get_write_buffer_size())

        def resume_writing(self):
            resumed.append(True)
            self.transport.close()

    stall = Stall()
    with TCPMock(Eager, journal_limit=MUCH * 4) as server, server.fault(stall):
        client = connect(server)
        stall.wait_until_reached()
        assert not resumed
        stall.release()
        assert len(client.makefile("rb").read()) == MUCH
    assert paused
    assert paused[0] >= MUCH
    assert resumed


def test_a_client_is_not_read_from_while_a_fault_holds_up_what_it_says(connect):
    stall = Stall()
    with TCPMock(echo) as server, server.fault(stall, direction="in"):
        client = connect(server)
        stall.wait_until_reached()
        client.setblocking(False)
        said = 0
        with contextlib.suppress(BlockingIOError):
            while said < 64 * MUCH:
                said += client.send(bytes(1024 * 1024))
        # All buffers are full: the mock does not take without end.
        assert said < 64 * MUCH


def test_much_passes_a_fault_both_ways_in_order(echoing, connect):
    data = bytes(range(256)) * (MUCH // 8 // 256)
    with echoing.fault(Noop()), echoing.fault(Noop(), direction="in"):
        client = connect(echoing)
        received = bytearray()
        client.settimeout(5)
        sending = threading.Thread(target=client.sendall, args=(data,))
        sending.start()
        while len(received) < len(data):
            received += client.recv(1024 * 1024)
        sending.join()
    assert received == data


# -- upgrades to TLS -----------------------------------------------------------------------------


def test_what_was_said_before_an_upgrade_goes_in_the_clear_however_late(connect):
    context = authority().client_context()

    class Upgrading(asyncio.Protocol):
        def connection_made(self, transport):
            self.stream = transport
            transport.write(b"go ahead\n")
            self.task = asyncio.get_running_loop().create_task(self.upgrade())

        async def upgrade(self):
            await self.stream.start_tls(authority().server_context("localhost"))
            self.stream.write(b"secret")

    with TCPMock(Upgrading) as server, server.fault(Latency(0.01)):
        client = connect(server)
        assert client.recv(9) == b"go ahead\n"
        with context.wrap_socket(client, server_hostname="localhost") as tls_client:
            assert tls_client.recv(6) == b"secret"


def test_an_upgrade_has_the_fault_of_tls_that_is_placed():
    with SMTPMock() as server, server.fault(tls.ExpiredCertificate(), connection=2):
        for refusal in (contextlib.nullcontext(), pytest.raises(ssl.SSLCertVerificationError)):
            with smtplib.SMTP(*server.address, timeout=5) as client, refusal:
                client.starttls(context=authority().client_context())


# -- faults that are broken themselves -----------------------------------------------------------


def test_a_fault_of_the_tests_own_that_raises_is_told_and_the_next_client_is_served(talk, connect):
    class Broken(Fault):
        def strike(self):
            return BrokenStrike()

    class BrokenStrike(Strike):
        def through(self, data):
            raise ValueError("broken by the test")

    with TCPMock(echo) as server:
        with server.fault(Broken(), connection=1, required=False):
            client = connect(server)
            client.sendall(b"x")
            with pytest.raises(ConnectionResetError):
                client.recv(1)
            assert talk(server, b"hello") == b"hello"
        with pytest.raises(UnexpectedTraffic, match="broken by the test"):
            server.verify()


# -- what can't be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "both"}, "direction='both': it is 'in', from the client, or 'out'"),
        ({"connection": 0}, "connection=0: connections are numbered from 1"),
        ({"connection": True}, "connection=True"),
        ({"times": 0}, "times=0: it strikes once or more"),
        ({"from_event": -1}, "from_event=-1: events are numbered from 1"),
    ],
)
def test_an_impossible_placing_is_refused(echoing, options, message):
    with pytest.raises(MisuseError, match=re.escape(message)):
        echoing.fault(Cut(after=1), **options)
    assert not echoing.site.plan


OVERLAPS = [
    (Drop(at=10, count=5), Drop(at=12, count=9), "Drop(at=10, count=11)"),
    (Duplicate(at=12, count=9), Duplicate(at=10, count=5), "Duplicate(at=10, count=11)"),
    (Corrupt(at=1, count=9), Corrupt(at=2), "Corrupt(at=1, count=9)"),
    (Corrupt(at=b"a"), Corrupt(at=b"a", count=2), "Corrupt(at=b'a', count=2)"),
    (Drop(at=Nth(b"a", 2)), Drop(at=Nth(b"a", 2)), "Drop(at=Nth(b'a', 2), count=1)"),
]


@pytest.mark.parametrize(("one", "other", "union"), OVERLAPS)
def test_ranges_that_overlap_are_refused_with_the_line_to_write(echoing, one, other, union):
    placed = echoing.fault(one, required=False)
    text = f"{other!r} overlaps {one!r}, and each counts what the one before it lets pass: say it"
    with pytest.raises(MisuseError, match=re.escape(f"{text} as one, {union}")):
        echoing.fault(other, connection=2)
    assert echoing.site.plan == [placed]
    # Elsewhere, or later, it can be.
    echoing.fault(other, direction="in", required=False)
    echoing.fault(other, from_event=1, required=False)
    placed.withdraw()
    echoing.fault(other, required=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Drop(at=10, count=5), Drop(at=15)),
        (Drop(at=10, count=5), Duplicate(at=10, count=5)),
        (Drop(at=b"a"), Drop(at=Nth(b"a", 2))),
        (Drop(at=b"a"), Drop(at=0)),
    ],
)
def test_ranges_that_need_not_overlap_are_taken(echoing, one, other):
    echoing.fault(one, required=False)
    echoing.fault(other, required=False)


def test_ranges_on_two_connections_do_not_overlap(echoing):
    echoing.fault(Drop(at=1), connection=1, required=False)
    echoing.fault(Drop(at=1), connection=2, required=False)


def test_what_is_no_fault_is_refused(echoing):
    with pytest.raises(MisuseError, match=r"TCPMock takes no 'cut': give a fault, such as Cut"):
        echoing.fault("cut")


def test_a_fault_of_one_answer_is_refused_with_the_line_to_write():
    with pytest.raises(MisuseError, match=re.escape(".reply(..., fault=NoLength())")):
        HTTPMock().fault(NoLength())


def test_a_mock_of_datagrams_takes_no_fault_of_streams():
    with pytest.raises(MisuseError, match=r"UDPMock takes no Cut\(after=1"):
        UDPMock().fault(Cut(after=1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Latency(-1), "seconds=-1"),
        (lambda: Latency(float("nan")), "seconds=nan"),
        (lambda: Latency(0.1, jitter=0.2), "jitter=0.2: from 0 to the latency"),
        (lambda: Latency(0.1, jitter=0.1, seed="x"), "seed='x'"),
        (lambda: Bandwidth(float("nan")), "rate=nan"),
        (lambda: Drop(at=-1), "at=-1"),
        (lambda: Drop(at=0, count=0), "count=0"),
        (lambda: Duplicate(at=b""), "no bytes stand everywhere"),
        (lambda: LimitData(-1), "limit=-1"),
        (lambda: LimitData(1, then="explode"), "then='explode'"),
        (lambda: Slices(1.5), "size=1.5"),
        (lambda: Cut(after="\r\n"), "after=Nth(b'\\r\\n', 3)"),
        (lambda: Nth(b"", 1), "pattern=b'': bytes to look for"),
        (lambda: Nth("a", 1), "pattern='a': bytes to look for"),
        (lambda: Nth(b"a", 0), "number=0: a whole number, from 1 on"),
    ],
)
def test_an_impossible_fault_is_refused_where_it_is_made(make, message):
    with pytest.raises(MisuseError, match=re.escape(message)):
        make()


# -- one by one ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        (Latency(0.001), b"abcdef"),
        (Latency(0.001, jitter=0.001, seed=1), b"abcdef"),
        (Slices(1), b"abcdef"),
        (Bandwidth(100_000, piece=2), b"abcdef"),
        (Cut(after=2), b"ab"),
        (HalfClose(after=2), b"ab"),
        (Silence(), b""),
        (Corrupt(at=1, count=2), b"a\x9d\x9cdef"),
        (Drop(at=1, count=2), b"adef"),
        (Drop(at=b"c", count=9), b"abc"),
        (Duplicate(at=1, count=2), b"abcbcdef"),
        (Duplicate(at=4, count=9), b"abcdefef"),
        (LimitData(4), b"abcd"),
        (LimitData(4, then="drop"), b"abcd"),
        (Stall(after=3, seconds=0.001), b"abcdef"),
    ],
)
def test_every_fault_does_what_it_says_and_the_next_client_is_served(
    echoing, talk, fault, answered
):
    with echoing.fault(fault, connection=1):
        assert talk(echoing, b"abcdef") == answered
        assert talk(echoing, b"abcdef") == b"abcdef"


@pytest.mark.parametrize("fault", [Reset(after=2), LimitData(2, then="reset")])
def test_a_connection_is_reset_behind_so_many_bytes(echoing, connect, fault):
    with echoing.fault(fault, connection=1):
        client = connect(echoing)
        client.sendall(b"abcdef")
        assert client.recv(1) + client.recv(1) == b"ab"
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize("kind", [Corrupt, Drop, Duplicate])
def test_a_range_behind_all_that_was_said_does_not_strike(echoing, talk, kind):
    with echoing.fault(kind(at=6), required=False) as placed:
        assert talk(echoing, b"abcdef") == b"abcdef"
    assert placed.count == 0


def test_a_limit_that_is_just_kept_does_not_strike(echoing, talk):
    with echoing.fault(LimitData(6), required=False) as placed:
        assert talk(echoing, b"abcdef") == b"abcdef"
    assert placed.count == 0


def test_a_large_upload_passes_a_fault_whole(connect):
    with HTTPMock() as web, web.fault(Slices(1000), direction="in"):
        upload = web.on("PUT", "/").reply("taken")
        client = connect(web)
        head = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
        sending = threading.Thread(
            target=client.sendall, args=(head % (MUCH // 8) + bytes(MUCH // 8),)
        )
        sending.start()
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        sending.join()
        assert upload.count == 1
