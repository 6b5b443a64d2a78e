import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import dns.message
import pytest

from netmocks import Findings, Journal, MisuseError, UnexpectedTraffic
from netmocks.dns import DNSMock
from netmocks.http import HTTPMock, Response
from netmocks.mail import SMTPMock
from netmocks.mock import MockOptions
from netmocks.record import PATIENCE
from netmocks.tcp import Script, TCPMock, discard, echo, greet
from netmocks.udp import UDPMock
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.loop import shared
from netmocks.wire.stream import LINGER_NONE

MOCKS = [TCPMock, UDPMock, HTTPMock, SMTPMock, DNSMock]

every_mock = pytest.mark.parametrize("kind", MOCKS)


# -- its life -------------------------------------------------------------------------------------


@every_mock
def test_a_mock_has_an_address_while_it_runs_and_only_then(kind):
    mock = kind(name="the mock")
    for _ in range(2):
        assert not mock.running
        with pytest.raises(MisuseError) as raised:
            _ = mock.port
        assert str(raised.value) == (
            "the mock has no address, for it does not run: call start(), or use 'with'"
        )
        assert mock.start() is mock
        assert mock.running
        assert mock.address == ("127.0.0.1", mock.port)
        assert mock.host == "127.0.0.1"
        assert mock.addresses == [mock.address]
        mock.stop()


@every_mock
def test_a_mock_shows_its_name_and_where_it_is(kind):
    mock = kind(name="shop")
    assert repr(mock) == f"<{kind.__name__} shop: does not run>"
    with mock:
        assert repr(mock) == f"<{kind.__name__} shop: {mock.address}>"


@every_mock
def test_a_second_start_is_refused_and_harms_nothing(kind):
    with kind(name="the mock") as mock:
        with pytest.raises(MisuseError) as raised:
            mock.start()
        assert str(raised.value) == f"the mock runs already, on {mock.address!r}: stop() it first"
        assert mock.running


@every_mock
def test_stopping_twice_and_before_the_start_does_nothing(kind):
    mock = kind()
    mock.stop()
    mock.start()
    mock.stop()
    mock.stop()
    assert not mock.running


@every_mock
def test_nobody_is_at_home_after_the_stop(kind):
    with kind() as mock:
        host, port = mock.address
    kind = socket.SOCK_DGRAM if "tcp" not in mock.transports else socket.SOCK_STREAM
    with socket.socket(type=kind) as client:
        client.settimeout(PATIENCE)

        def ask():
            client.connect((host, port))
            client.send(b"anybody?")
            client.recv(1)

        with pytest.raises(ConnectionRefusedError):
            ask()


def test_a_mock_that_starts_again_serves_and_its_journal_goes_on(connect, entry):
    mock = TCPMock(echo)
    for connection in (1, 2):
        with mock:
            connect(mock).sendall(b"hello")
            mock.journal.wait_for(
                lambda entry, n=connection: entry.connection == n and entry.kind == "sent"
            )
    assert [e.connection for e in mock.journal if e.kind == "closed"] == [1, 2]


def test_many_starts_and_stops_in_a_row_lose_no_client(connect):
    mock = TCPMock(greet(b"hello"))
    for _ in range(50):
        with mock, connect(mock) as client:
            assert client.recv(5) == b"hello"


@every_mock
def test_with_and_async_with_start_and_stop(kind):
    with kind() as mock:
        assert mock.running
    assert not mock.running

    async def live():
        async with kind() as mock:
            assert mock.running
        assert not mock.running

    asyncio.run(live())


def test_async_with_serves_clients_of_the_same_loop_even_blocking_ones(connect):
    async def talk():
        async with TCPMock(echo) as server:
            reader, writer = await asyncio.open_connection(*server.address)
            writer.write(b"async")
            assert await reader.readexactly(5) == b"async"
            writer.close()
            await writer.wait_closed()
            client = connect(server)
            client.sendall(b"block")
            assert client.recv(5) == b"block"

    asyncio.run(talk())


# -- where it stands ------------------------------------------------------------------------------


@every_mock
def test_a_fixed_port_that_is_taken_is_refused_with_a_way_out(kind):
    with kind() as first:
        second = kind(port=first.port)
        with pytest.raises(MisuseError) as raised:
            second.start()
        assert not second.running
    assert str(raised.value) == (
        f"('127.0.0.1', {second.endpoints[0].port}) is in use by another"
        " mock or process: leave the port out for a free one, or stand on the real name and port"
        " with the 'internet' fixture"
    )


@every_mock
def test_a_start_that_fails_gives_back_what_it_had_bound(kind):
    with kind() as first:
        probe = kind().start()
        free = probe.port
        probe.stop()
        endpoints = [Endpoint(port=free), Endpoint(port=first.port)]
        with pytest.raises(MisuseError, match="is in use"):
            kind(endpoints=endpoints).start()
        with kind(port=free) as second:
            assert second.port == free


def test_a_fixed_port_can_be_used_again_at_once(connect):
    with TCPMock(greet(b"hello")) as mock:
        port = mock.port
        assert connect(mock).makefile("rb").read() == b"hello"  # the mock closed first
    with TCPMock(greet(b"again"), port=port) as mock:
        assert connect(mock).makefile("rb").read() == b"again"


@every_mock
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0::0", "::ffff:0.0.0.0"])
def test_a_wildcard_is_refused(kind, host):
    with pytest.raises(MisuseError) as raised:
        kind(host=host)
    assert str(raised.value) == (
        f"host={host!r} would let the whole network in: bind '127.0.0.1' or '::1'"
    )


@pytest.mark.parametrize("host", ["localhost", "mail.example.com", "", "127.0.0.1:80"])
def test_a_host_that_is_no_address_is_refused(host):
    with pytest.raises(MisuseError, match=f"host={host!r} is no address of this machine"):
        TCPMock(host=host)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(MisuseError, match=f"port={port}: a port is a number from 0"):
        TCPMock(port=port)


def test_a_mock_at_several_places_has_their_addresses_in_order(connect, tmp_path):
    path = str(tmp_path / "sock")
    places = [Endpoint(), Endpoint(host="127.0.0.2"), Endpoint(path=path)]
    with TCPMock(greet(b"hello"), endpoints=places) as mock:
        assert [address[0] for address in mock.addresses[:2]] == ["127.0.0.1", "127.0.0.2"]
        assert mock.addresses[2] == path
        for address in mock.addresses[:2]:
            with socket.create_connection(address, timeout=PATIENCE) as client:
                assert client.recv(5) == b"hello"
        assert [entry.connection for entry in mock.journal if entry.kind == "opened"] == [1, 2]


def test_a_mock_on_a_unix_socket_has_no_port(tmp_path):
    path = str(tmp_path / "sock")
    with TCPMock(path=path, name="the mock") as mock, pytest.raises(MisuseError) as raised:
        _ = mock.port
    assert str(raised.value) == f"the mock stands on a Unix socket: its address is {path!r}"


# -- its options ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"path": "x", "host": "127.0.0.1"}, "host and path exclude each other"),
        ({"path": "x", "port": 1, "host": "::1"}, "host/port and path exclude each other"),
        ({"sock": None, "port": 1}, "port and sock exclude each other"),
        ({"sock": None, "path": "x"}, "path and sock exclude each other"),
        ({"endpoints": [Endpoint()], "port": 1}, "endpoints= and port= exclude each other"),
        ({"endpoints": [Endpoint()], "tls": True}, "endpoints= and tls= exclude each other"),
        ({"endpoints": []}, "a mock stands in at least one place"),
        ({"journal": Journal(), "journal_limit": 1}, "journal= and journal_limit= exclude"),
        ({"findings": Findings(), "tolerate": "script"}, "findings= and tolerate= exclude"),
        ({"tolerate": ["scripts"]}, "names no kind of finding"),
        ({"journal_limit": 0}, "limit=0: a record keeps a positive number of bytes"),
    ],
)
@every_mock
def test_options_that_exclude_each_other_or_make_no_sense_are_refused(kind, options, text):
    with pytest.raises(MisuseError, match=text):
        kind(**options)


@every_mock
def test_an_unknown_option_is_refused_beside_those_that_exist(kind):
    with pytest.raises(MisuseError) as raised:
        kind(prot=25)
    assert str(raised.value).startswith(f"{kind.__name__} takes no prot=")
    assert f": {', '.join(MockOptions.__annotations__)}" in str(raised.value)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            HTTPMock,
            "HTTPMock takes no prot= (did you mean port=?); its own: limits; those of",
        ),
        (TCPMock, "TCPMock takes no prot= (did you mean port=?); its own: behaviour; those of"),
    ],
)
def test_an_option_much_like_the_unknown_one_is_named_and_so_are_those_of_its_kind(make, text):
    with pytest.raises(MisuseError, match=re.escape(text)):
        make(prot=25)


def test_a_mock_of_a_test_s_own_names_the_options_that_it_adds():
    class Slow(TCPMock):
        def __init__(self, *, pause=0, **options):
            super().__init__(discard, **options)

    with pytest.raises(MisuseError, match=r"pasue= \(did you mean pause=\?\); its own: pause, "):
        Slow(pasue=1)


def test_a_journal_of_its_own_keeps_as_much_as_it_is_told(connect, entry):
    with TCPMock(discard, journal_limit=4096) as server:
        with connect(server) as client:
            client.sendall(b"x" * 100_000)
        server.journal.wait_for(entry("closed"))
    assert sum(len(entry.data) for entry in server.journal) < 100_000
    assert server.journal.whole.dropped > 0


# -- what it saw ----------------------------------------------------------------------------------


def test_two_mocks_with_one_journal_write_in_one_order(connect, entry):
    journal = Journal()
    left, right = (TCPMock(echo, name=name, journal=journal) for name in ("left", "right"))
    with left, right:
        clients = {left: connect(left), right: connect(right)}
        for server, data in ((left, b"1"), (right, b"2"), (right, b"3"), (left, b"4")):
            clients[server].sendall(data)
            assert clients[server].recv(1) == data
    said = [(e.mock, e.data) for e in journal if e.kind == "received"]
    assert said == [("left", b"1"), ("right", b"2"), ("right", b"3"), ("left", b"4")]
    assert [e.data for e in left.journal if e.kind == "received"] == [b"1", b"4"]
    assert left.journal.whole is right.journal.whole is journal


def test_what_clients_said_before_the_stop_is_heard(connect):
    for _ in range(50):
        with TCPMock(discard) as server, connect(server) as client:
            client.sendall(b"x" * 300_000)
        said = b"".join(entry.data for entry in server.journal if entry.kind == "received")
        assert len(said) == 300_000


def test_the_end_of_a_stream_before_the_stop_is_heard(connect):
    for _ in range(50):
        script = Script().expect(b"QUIT\r\n").expect_end()
        with TCPMock(script) as server, connect(server) as client:
            client.sendall(b"QUIT\r\n")
            client.close()
        assert server.journal[-1].value == "by the client"


def test_datagrams_sent_before_the_stop_are_heard():
    with UDPMock() as server, socket.socket(type=socket.SOCK_DGRAM) as client:
        for number in range(150):
            client.sendto(b"%d" % number, server.address)
    assert [datagram.data for datagram in server.datagrams] == [b"%d" % n for n in range(150)]


# -- what went wrong ------------------------------------------------------------------------------


def fail(client):
    raise ValueError("a mistake in the handler")


@pytest.fixture
def failing(connect, entry):
    """Return running mocks whose handler has failed already."""
    with ExitStack() as stack:

        def failing(**options):
            mock = TCPMock(fail, **options).start()
            stack.callback(mock.stop)
            connect(mock)
            mock.journal.wait_for(entry("closed"))
            return mock

        yield failing


def test_leaving_the_block_raises_what_went_wrong(connect, entry):
    mock = TCPMock(fail, name="the mock")

    def live():
        with mock:
            connect(mock)
            mock.journal.wait_for(entry("closed"))

    with pytest.raises(UnexpectedTraffic) as raised:
        live()
    text = str(raised.value)
    assert text.startswith("[handler] the mock#1: an exception while serving\nTraceback")
    assert 'raise ValueError("a mistake in the handler")' in text
    assert text.endswith(
        "ValueError: a mistake in the handler\n\n(to let this pass: tolerate=['handler'])"
    )
    assert not mock.running


def test_leaving_an_async_block_raises_what_went_wrong(connect, entry):
    async def live():
        async with TCPMock(fail) as mock:
            connect(mock)
            await mock.journal.wait_for_async(entry("closed"))

    with pytest.raises(UnexpectedTraffic, match="a mistake in the handler"):
        asyncio.run(live())


def test_an_exception_of_the_block_is_not_hidden_by_what_went_wrong(connect, entry):
    mock = TCPMock(fail)

    def live():
        with mock:
            connect(mock)
            mock.journal.wait_for(entry("closed"))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        live()
    assert not mock.running
    assert len(mock.findings.all) == 1


def test_verify_raises_at_once_and_only_once(failing):
    mock = failing()
    with pytest.raises(UnexpectedTraffic, match="a mistake in the handler"):
        mock.verify()
    mock.verify()


def test_a_tolerated_kind_fails_nothing_but_stands_in_the_journal(failing, entry):
    mock = failing(tolerate=["handler"])
    mock.verify()
    assert mock.journal.wait_for(entry("error")).value == "ValueError: a mistake in the handler"


def test_mocks_with_one_set_of_findings_tell_them_together(failing):
    findings = Findings()
    for name in ("left", "right"):
        failing(name=name, findings=findings)
    assert [finding.culprit for finding in findings.all] == ["left#1", "right#1"]


# -- stopping within bounds -----------------------------------------------------------------------


def stop_in_time(mock):
    """Stop a mock; fail instead of hanging for ever."""
    stopper = threading.Thread(target=mock.stop, daemon=True)
    stopper.start()
    stopper.join(PATIENCE)
    assert not stopper.is_alive(), "stop() does not return"


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("said", [b"", b"half a li"], ids=["nothing", "half a line"])
def test_stop_ends_two_hundred_stalled_clients(connect, entry, said, tls):
    before = threading.active_count()
    mock = TCPMock(Script().expect(b"line\n"), tls=tls, tolerate=["script"]).start()
    clients = [connect(mock) for _ in range(200)]
    for client in clients:
        client.sendall(said)
    mock.journal.whole.wait_for_count(200, entry("opened"))
    stop_in_time(mock)
    assert len([e for e in mock.journal if e.kind == "closed"]) == 200
    for client in clients:
        try:
            assert client.recv(1) == b""
        except ConnectionResetError:
            pass  # the other way to be told that it is over
    assert threading.active_count() == before


def test_stop_ends_clients_that_never_read(connect, entry):
    class Flood(asyncio.Protocol):
        def connection_made(self, transport):
            transport.write(b"x" * 8_000_000)

    mock = TCPMock(Flood, journal_limit=100_000_000).start()
    for _ in range(5):
        connect(mock)
    mock.journal.whole.wait_for_count(5, entry("sent"))
    stop_in_time(mock)
    assert {e.value for e in mock.journal if e.kind == "closed"} == {"by the mock, which stopped"}


def test_stop_ends_a_client_that_never_ceases_to_send(connect, entry):
    class Hydra(asyncio.Protocol):
        """For each piece that it reads, its client has sent another."""

        def data_received(self, data):
            client.send(b"x")

    mock = TCPMock(Hydra, journal_limit=100_000).start()
    client = connect(mock)
    client.send(b"x")
    mock.journal.wait_for(entry("received"))
    stop_in_time(mock)
    assert mock.journal[-1].value == "by the mock, which stopped"


def test_who_stops_a_mock_that_another_thread_stops_finds_it_stopped():
    leases, begun, released = shared.leases, threading.Event(), threading.Event()

    class Long(TCPMock):
        def _conclude(self):
            begun.set()
            assert released.wait(PATIENCE)

    mock = Long(echo).start()
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(mock.stop)
        assert begun.wait(PATIENCE)
        other = threads.submit(mock.stop)
        with pytest.raises(TimeoutError):
            other.result(0.01)
        released.set()
        one.result(PATIENCE)
        other.result(PATIENCE)
    assert shared.leases == leases


def test_two_threads_that_stop_a_mock_at_once_stop_it_once():
    for _ in range(20):
        leases = shared.leases
        mock = TCPMock(echo).start()
        together = threading.Barrier(2)

        def stop(mock=mock, together=together):
            together.wait()
            mock.stop()

        threads = [threading.Thread(target=stop) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert shared.leases == leases


def test_a_handler_that_ignores_its_end_is_told_to_the_test(connect, monkeypatch):
    monkeypatch.setattr("netmocks.mock.GRACE", 0.01)
    waits, ended, released = threading.Event(), threading.Event(), asyncio.Event()

    async def stubborn(reader, writer):
        try:
            waits.set()
            await asyncio.Event().wait()
        finally:
            await released.wait()
            ended.set()

    loop = shared.acquire()  # which outlasts the mock, so that the handler ends with the test
    mock = TCPMock(stubborn, name="the mock").start()
    connect(mock)
    assert waits.wait(PATIENCE)
    stop_in_time(mock)
    loop.call_soon_threadsafe(released.set)
    assert ended.wait(PATIENCE)
    shared.release()
    (finding,) = mock.findings.all
    assert (finding.kind, finding.culprit) == ("handler", "the mock")
    assert finding.text == (
        f"{stubborn.__qualname__} never ends: an async handler has to let CancelledError pass, and"
        " a blocking one to return when its socket ends"
    )


@pytest.fixture
def hanging():
    """A plain function that has begun, and hangs until the test's end."""
    release = threading.Event()

    def hang(*_):
        hang.begun.set()
        release.wait(PATIENCE)

    hang.begun, hang.release = threading.Event(), release
    yield hang
    release.set()


def hang_http(hang):
    mock = HTTPMock(name="the mock")
    mock.on("GET", "/").reply(hang)
    return mock, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def hang_http_stream(hang):
    def pieces():
        yield hang()

    pieces.__qualname__ = hang.__qualname__
    mock = HTTPMock(name="the mock")
    mock.on("GET", "/").reply(Response(stream=pieces()))
    return mock, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def hang_smtp(hang):
    mock = SMTPMock(name="the mock")
    mock.on("NOOP").reply(hang)
    return mock, b"EHLO a\r\nNOOP\r\n"


def hang_dns(hang):
    mock = DNSMock(name="the mock")
    mock.on("A", "a").reply(hang)
    return mock, dns.message.make_query("a", "A").to_wire()


def hang_udp(hang):
    return UDPMock(hang, name="the mock"), b"hello"


@pytest.mark.parametrize(
    "make", [hang_http, hang_http_stream, hang_smtp, hang_dns, hang_udp], ids=lambda m: m.__name__
)
def test_a_plain_function_that_hangs_is_told_to_the_test(hanging, monkeypatch, make):
    monkeypatch.setattr("netmocks.mock.GRACE", 0.01)
    mock, said = make(hanging)
    mock.start()
    kind = socket.SOCK_STREAM if mock.transports == ("tcp",) else socket.SOCK_DGRAM
    with socket.socket(type=kind) as client:
        client.connect(mock.address)
        client.sendall(said)
        assert hanging.begun.wait(PATIENCE)
        stop_in_time(mock)
    (finding,) = mock.findings.all
    assert (finding.kind, finding.culprit) == ("handler", "the mock")
    assert finding.text == (
        f"{hanging.__qualname__} still runs in its thread, 0.01 s after the mock was to stop:"
        " nothing can cancel a plain function, so what it waits for has to come, or to time out"
    )


def test_a_plain_function_that_hangs_is_told_of_though_its_client_has_left(hanging, monkeypatch):
    monkeypatch.setattr("netmocks.mock.GRACE", 0.01)
    mock, said = hang_http(hanging)
    mock.start()
    with socket.socket() as client:
        client.connect(mock.address)
        client.sendall(said)
        assert hanging.begun.wait(PATIENCE)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    mock.journal.wait_for(lambda entry: entry.kind in ("closed", "reset"))
    stop_in_time(mock)
    (finding,) = mock.findings.all
    assert finding.text.startswith(f"{hanging.__qualname__} still runs in its thread")


def test_an_async_function_of_a_rule_that_ignores_its_end_is_named(monkeypatch):
    monkeypatch.setattr("netmocks.mock.GRACE", 0.01)
    waits, ended, released = threading.Event(), threading.Event(), asyncio.Event()

    async def stubborn(request):
        try:
            waits.set()
            await asyncio.Event().wait()
        finally:
            while not released.is_set():  # however often it is cancelled
                with suppress(asyncio.CancelledError):
                    await released.wait()
            ended.set()

    loop = shared.acquire()  # which outlasts the mock, so that the handler ends with the test
    mock, said = hang_http(stubborn)
    mock.start()
    with socket.socket() as client:
        client.connect(mock.address)
        client.sendall(said)
        assert waits.wait(PATIENCE)
        stop_in_time(mock)
    loop.call_soon_threadsafe(released.set)
    assert ended.wait(PATIENCE)
    shared.release()
    (finding,) = mock.findings.all
    assert finding.text.startswith(f"{stubborn.__qualname__} never ends: an async handler has to")


def test_a_plain_function_that_ends_when_its_mock_does_is_none_of_its_findings(hanging):
    mock = UDPMock(hanging).start()
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", mock.address)
        assert hanging.begun.wait(PATIENCE)
        hanging.release.set()
        mock.stop()
    mock.verify()


# -- stopping from within -------------------------------------------------------------------------


def test_an_async_handler_can_not_stop_its_own_mock(connect, entry):
    async def stop(reader, writer):
        mock.stop()

    with TCPMock(stop, name="the mock") as mock:
        connect(mock)
        mock.journal.wait_for(entry("closed"))
        assert mock.running
        (finding,) = mock.findings.all
        mock.findings.clear()
    assert finding.text.endswith("a handler can't stop the mock, which waits for its handlers")


def test_a_blocking_handler_can_not_stop_its_own_mock(connect, entry):
    def stop(client):
        mock.stop()

    with TCPMock(stop, name="the mock") as mock:
        connect(mock)
        mock.journal.wait_for(entry("closed"))
        assert mock.running
        (finding,) = mock.findings.all
        mock.findings.clear()
    assert finding.text.endswith("a handler can't stop the mock, which waits for its handlers")


def test_a_datagram_handler_can_not_stop_its_own_mock(entry):
    with UDPMock(lambda _: mock.stop(), name="the mock") as mock:
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.sendto(b"stop", mock.address)
        mock.journal.wait_for(entry("error", "a handler can't stop the mock"))
        assert mock.running
        mock.findings.clear()


def test_a_blocking_handler_may_start_and_stop_another_mock(connect):
    def greet_through_another(client):
        with TCPMock(greet(b"from another")) as other:
            client.sendall(connect(other).makefile("rb").read())

    with TCPMock(greet_through_another) as mock:
        assert connect(mock).makefile("rb").read() == b"from another"


def test_a_mock_serves_at_one_more_endpoint_until_it_stops():
    with TCPMock(greet(b"hello")) as mock:
        address = mock.address
        sock = socket.create_server(("127.0.0.1", 0))
        other = sock.getsockname()
        mock.serve_also(Endpoint(sock=sock))
        for place in (address, other):
            with socket.create_connection(place, timeout=5) as client:
                assert client.recv(100) == b"hello"
        assert mock.addresses == [address]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(other, timeout=5)


def test_a_mock_that_does_not_run_serves_nowhere_else():
    with pytest.raises(MisuseError, match="does not run"):
        TCPMock(greet(b"hello")).serve_also(Endpoint())
