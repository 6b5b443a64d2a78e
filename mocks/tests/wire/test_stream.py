import asyncio
import select
import socket
import threading

import pytest

from netmocks.faults import Noop
from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, echo

#: More than the buffers of both ends of a loopback connection hold.
MUCH = 16 * 1024 * 1024


class Protocol(asyncio.Protocol):
    """What the engines of these tests share."""

    def connection_made(self, transport):
        self.transport = transport


@pytest.fixture
def engines():
    """The engines that a test's mock made, so that the test can look into them."""
    return []


@pytest.fixture
def serve(engines):
    """Make a mock with an engine of this class."""

    def serve(engine, **options):
        class Kept(engine):
            def __init__(self):
                super().__init__()
                engines.append(self)

        return TCPMock(Kept, **options)

    return serve


# -- any protocol is an engine --------------------------------------------------------------------


def test_any_protocol_is_an_engine_and_the_journal_has_what_it_heard_and_said(connect, entry):
    class Upper(Protocol):
        def data_received(self, data):
            self.transport.write(data.upper())

    with TCPMock(Upper, name="upper") as server:
        client = connect(server)
        client.sendall(b"hello")
        assert client.recv(5) == b"HELLO"
        client.close()
        server.journal.wait_for(entry("closed"))
    opened, received, sent, closed = server.journal
    assert opened[2:6] == ("upper", 1, "", "opened")
    assert opened.value[0] == "127.0.0.1"
    assert received[2:] == ("upper", 1, "in", "received", b"hello", None)
    assert sent[2:] == ("upper", 1, "out", "sent", b"HELLO", None)
    assert closed[2:] == ("upper", 1, "", "closed", b"", "by the client")


def test_asyncios_own_stream_protocol_is_an_engine(connect):
    class Reversing(asyncio.StreamReaderProtocol):
        def __init__(self):
            super().__init__(asyncio.StreamReader(), self.begin)

        async def begin(self, reader, writer):
            writer.write((await reader.readline()).rstrip()[::-1])
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    with TCPMock(Reversing) as server:
        client = connect(server)
        client.sendall(b"stressed\n")
        assert client.makefile("rb").read() == b"desserts"


def test_connections_are_numbered_and_kept_apart(connect):
    with TCPMock(echo) as server:
        clients = [connect(server) for _ in range(3)]
        for client, data in zip(clients, (b"1", b"2", b"3"), strict=True):
            client.sendall(data)
            assert client.recv(1) == data
    said = {(entry.connection, entry.data) for entry in server.journal if entry.kind == "sent"}
    assert said == {(1, b"1"), (2, b"2"), (3, b"3")}


def test_an_engine_can_ask_its_transport_what_it_may_ask_any(connect, serve, engines, entry):
    with serve(Protocol) as server:
        client = connect(server)
        server.journal.wait_for(entry("opened"))
        server.journal.whole.clear()
        client.sendall(b"x")
        server.journal.wait_for(entry("received"))
        transport = engines[0].transport
        assert transport.get_extra_info("peername") == client.getsockname()
        assert transport.get_extra_info("socket").getsockname() == server.address
        assert transport.get_extra_info("ssl_object") is None
        assert transport.get_extra_info("unheard of", "default") == "default"
        assert (transport.encrypted, transport.server_name) == (False, "")
        assert transport.can_write_eof()
        assert transport.is_reading()
        assert not transport.is_closing()
        assert transport.get_protocol() is engines[0]
        assert transport.get_write_buffer_size() == 0
    assert transport.is_closing()


def test_another_engine_can_take_over(connect):
    class Second(Protocol):
        def data_received(self, data):
            self.transport.write(b"second: " + data)

    class First(Protocol):
        def data_received(self, data):
            other = Second()
            self.transport.set_protocol(other)
            other.connection_made(self.transport)
            self.transport.write(b"first: " + data)

    with TCPMock(First) as server:
        client = connect(server)
        client.sendall(b"a")
        assert client.recv(8) == b"first: a"
        client.sendall(b"b")
        assert client.recv(9) == b"second: b"


def test_what_is_written_is_copied_and_what_is_empty_is_no_entry(connect):
    class Careless(Protocol):
        def connection_made(self, transport):
            buffer = bytearray(b"first ")
            transport.write(buffer)
            buffer[:] = b"spoilt"
            transport.write(b"")
            transport.write(memoryview(b"second "))
            transport.writelines([b"th", b"ird"])
            transport.close()
            transport.write(b"too late")

    with TCPMock(Careless) as server:
        assert connect(server).makefile("rb").read() == b"first second third"
    said = [entry.data for entry in server.journal if entry.kind == "sent"]
    assert said == [b"first ", b"second ", b"third"]


@pytest.mark.parametrize("data", [5, [65, 66], "text"])
def test_what_is_no_bytes_can_not_be_written_and_is_a_finding(connect, entry, data):
    class Careless(Protocol):
        def connection_made(self, transport):
            transport.write(data)

    with TCPMock(Careless) as server:
        assert connect(server).recv(1) == b""
        server.journal.wait_for(entry("closed"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert "a bytes-like object is required" in finding.text


def test_a_long_stream_arrives_whole_both_ways(connect):
    data = bytes(range(256)) * 16384  # 4 MiB
    with TCPMock(echo) as server:
        client = connect(server)
        sender = threading.Thread(target=client.sendall, args=(data,))
        sender.start()
        assert client.makefile("rb").read(len(data)) == data
        sender.join()
        heard = b"".join(entry.data for entry in server.journal if entry.kind == "received")
    assert heard == data


# -- how a connection ends ------------------------------------------------------------------------


def test_closing_delivers_what_was_written_before(connect, entry):
    class Generous(Protocol):
        def connection_made(self, transport):
            transport.write(b"x" * MUCH)
            transport.close()

    with TCPMock(Generous, journal_limit=1024) as server:
        assert len(connect(server).makefile("rb").read()) == MUCH
        assert server.journal.wait_for(entry("closed")).value == "by the mock"


def test_aborting_does_not(connect, entry):
    class Rude(Protocol):
        def connection_made(self, transport):
            transport.write(b"x" * MUCH)
            transport.abort()

    with TCPMock(Rude, journal_limit=1024) as server:
        client = connect(server)
        assert server.journal.wait_for(entry("closed")).value == "by the mock"
        assert len(client.makefile("rb").read()) < MUCH


def test_a_client_that_half_closes_still_gets_its_answer(connect, entry):
    class Counting(Protocol):
        size = 0

        def data_received(self, data):
            self.size += len(data)

        def eof_received(self):
            self.transport.write(b"%d" % self.size)
            self.transport.close()
            return True

    with TCPMock(Counting) as server:
        client = connect(server)
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)
        assert client.makefile("rb").read() == b"5"
        assert server.journal.wait_for(entry("closed")).value == "by the client"


def test_an_engine_that_does_not_care_is_closed_when_its_client_half_closes(connect):
    with TCPMock(Protocol) as server:
        client = connect(server)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""


def test_a_mock_that_half_closes_still_hears_its_client(connect, entry):
    class Speechless(Protocol):
        def connection_made(self, transport):
            transport.write(b"my last words")
            transport.write_eof()

    with TCPMock(Speechless) as server:
        client = connect(server)
        assert client.makefile("rb").read() == b"my last words"
        client.sendall(b"are you there?")
        server.journal.wait_for(lambda entry: entry.data == b"are you there?")
        client.close()
        assert server.journal.wait_for(entry("closed")).value == "by the client"


@pytest.mark.parametrize("fault", [None, Noop()], ids=["at once", "through a fault"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_what_is_said_behind_a_half_close_is_a_finding_and_not_in_the_journal(
    connect, connect_tls, entry, tls, fault
):
    class Talkative(Protocol):
        def connection_made(self, transport):
            transport.write_eof()
            transport.write(b"more")

    with TCPMock(Talkative, tls=tls) as server:
        if fault is not None:
            server.fault(fault, required=False)
        assert (connect_tls if tls else connect)(server).recv(1) == b""
        server.journal.wait_for(entry("closed"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert "write() behind write_eof()" in finding.text
    assert not [entry for entry in server.journal if entry.kind == "sent"]


def test_a_client_that_resets_is_told_to_the_engine_and_does_not_stop_the_next(
    connect, serve, engines, entry, reset
):
    class Loss(Protocol):
        def connection_lost(self, exc):
            self.lost = exc

    with serve(Loss) as server:
        reset(connect(server))
        assert server.journal.wait_for(entry("closed")).value == "reset by the client"
        connect(server).close()
        server.journal.wait_for(lambda entry: entry.connection == 2 and entry.kind == "closed")
    assert isinstance(engines[0].lost, ConnectionResetError)
    assert engines[1].lost is None


def test_a_client_that_resets_while_it_is_being_written_to_harms_nobody(connect, entry, reset):
    class Generous(Protocol):
        def connection_made(self, transport):
            transport.write(b"x" * MUCH)

    with TCPMock(Generous, journal_limit=1024) as server:
        reset(connect(server))
        server.journal.wait_for(entry("closed"))
        assert connect(server).recv(1) == b"x"


def test_a_client_that_has_reset_can_be_half_closed(connect, entry, reset):
    class Late(Protocol):
        def data_received(self, data):
            # Until the reset is here, of which the loop has not told yet.
            select.select([self.transport.get_extra_info("socket")], [], [], PATIENCE)
            self.transport.write_eof()

    with TCPMock(Late) as server:
        client = connect(server)
        client.sendall(b"x")
        server.journal.wait_for(entry("received"))
        reset(client)
        server.journal.wait_for(entry("closed", "reset by the client"))
        assert not server.findings.all


def test_a_reset_by_the_mock_is_seen_as_such_by_the_client(connect, entry):
    class Resetting(Protocol):
        def data_received(self, data):
            self.transport.reset()

    with TCPMock(Resetting) as server:
        client = connect(server)
        client.sendall(b"hello")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        assert server.journal.wait_for(entry("closed")).value == "reset by the mock"


def test_a_connection_that_is_over_can_be_reset_and_has_no_address_any_more(
    connect, serve, engines, entry, loop_thread
):
    with serve(Protocol) as server:
        connect(server).close()
        server.journal.wait_for(entry("closed"))
        transport = engines[0].transport
        loop_thread.call(lambda: None)  # the turn in which it closed is over
        loop_thread.call(transport.reset)
        assert transport.get_extra_info("sockname") is None
        assert not server.findings.all


def test_a_stop_is_told_as_the_end_of_each_connection(connect, serve, engines, entry):
    class Loss(Protocol):
        def connection_lost(self, exc):
            self.lost = exc

    with serve(Loss) as server:
        connect(server)
        server.journal.wait_for(entry("opened"))
    assert server.journal[-1].value == "by the mock, which stopped"
    assert engines[0].lost is None


# -- an engine that raises ------------------------------------------------------------------------


def failing_in(method, error):
    """Make an echoing engine, one of whose methods raises when it is first called."""
    failed = []

    class Echo(Protocol):
        def data_received(self, data):
            self.transport.write(data)

    def fail_once(self, *arguments):
        if not failed:
            failed.append(True)
            raise error
        return getattr(Echo, method)(self, *arguments)

    return type("Failing", (Echo,), {method: fail_once})


@pytest.mark.parametrize(
    "error",
    [ValueError("mine"), SystemExit("mine"), pytest.fail.Exception("mine")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize(
    "method",
    ["__init__", "connection_made", "data_received", "eof_received", "connection_lost"],
)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_an_engine_that_raises_is_a_finding_and_the_next_client_is_served(
    connect, connect_tls, entry, method, error, tls
):
    meet = connect_tls if tls else connect
    with TCPMock(failing_in(method, error), tls=tls, name="the mock") as server:
        try:
            client = meet(server)
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            client.makefile("rb").read()
        except OSError:
            pass  # how far a client gets is not the point
        server.journal.wait_for(entry("error", f"{type(error).__name__}: mine"))
        server.journal.wait_for(entry("closed"))
        client = meet(server)
        client.sendall(b"again")
        assert client.recv(5) == b"again"
        (finding,) = server.findings.all
        server.findings.clear()
    assert (finding.kind, finding.culprit) == ("handler", "the mock#1")
    assert "raise error" in finding.text
    assert finding.text.endswith(f"{type(error).__name__}: mine") or "Failed: mine" in finding.text


# -- the flow of bytes ----------------------------------------------------------------------------


class Flow(Protocol):
    """Writes much, and tells when it should pause and when it may go on."""

    def __init__(self):
        self.paused, self.resumed = threading.Event(), threading.Event()

    def connection_made(self, transport):
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=1024)
        transport.write(b"x" * MUCH)

    def pause_writing(self):
        self.paused.set()

    def resume_writing(self):
        self.resumed.set()


def test_an_engine_is_told_to_pause_while_its_client_does_not_read(connect, serve, engines, entry):
    with serve(Flow, journal_limit=2 * MUCH) as server:
        client = connect(server)
        server.journal.wait_for(entry("sent"))
        assert engines[0].paused.wait(PATIENCE)
        assert engines[0].transport.get_write_buffer_limits()[1] == 1024
        assert not engines[0].resumed.is_set()
        assert len(client.makefile("rb").read(MUCH)) == MUCH
        assert engines[0].resumed.wait(PATIENCE)


@pytest.mark.parametrize("method", ["pause_writing", "resume_writing"])
def test_an_engine_that_raises_when_told_of_the_flow_is_a_finding(
    connect, serve, engines, entry, method
):
    def fail(self):
        self.paused.set()
        raise ValueError("mine")

    with serve(type("Failing", (Flow,), {method: fail}), journal_limit=2 * MUCH) as server:
        client = connect(server)
        server.journal.wait_for(entry("sent"))
        assert engines[0].paused.wait(PATIENCE)  # a client that reads at once may be sent it all
        client.makefile("rb").read()
        assert server.journal.wait_for(entry("error")).value == "ValueError: mine"
        server.journal.wait_for(entry("closed"))
        assert len(server.findings.all) == 1
        server.findings.clear()


def test_an_engine_that_pauses_reading_hears_nothing_until_it_resumes(
    connect, serve, engines, entry, loop_thread
):
    class Pausing(Protocol):
        def data_received(self, data):
            super().data_received(data)
            self.transport.pause_reading()

    with serve(Pausing) as server:
        client = connect(server)
        client.sendall(b"one")
        server.journal.wait_for(entry("received"))
        client.sendall(b"two")
        with TCPMock(echo) as other:  # a dialogue with another mock: the loop has turned
            connect(other).close()
            other.journal.wait_for(entry("closed"))
        assert not engines[0].transport.is_reading()
        assert len([entry for entry in server.journal if entry.kind == "received"]) == 1
        loop_thread.call(engines[0].transport.resume_reading)
        server.journal.wait_for(lambda entry: entry.data == b"two")


# -- clients that mean no good --------------------------------------------------------------------


def test_a_client_that_says_nothing_does_not_hold_up_the_next(connect, entry):
    with TCPMock(echo) as server:
        connect(server)
        server.journal.wait_for(entry("opened"))
        client = connect(server)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"


def test_clients_that_reset_at_once_do_not_stop_the_next(connect, reset):
    with TCPMock(echo) as server:
        for _ in range(50):
            reset(connect(server))
        client = connect(server)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"
        server.journal.wait_for(lambda entry: entry.connection == 50 and entry.kind == "closed")


def test_a_line_of_a_mebibyte_is_heard_whole(connect, entry):
    with TCPMock() as server:
        client = connect(server)
        client.sendall(b"x" * 1024 * 1024 + b"\n")
        client.close()
        server.journal.wait_for(entry("closed"))
    heard = b"".join(entry.data for entry in server.journal if entry.kind == "received")
    assert heard == b"x" * 1024 * 1024 + b"\n"
