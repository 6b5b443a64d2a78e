"""RelayMock: bytes, half-closes and errors pass; faults strike between."""

import queue
import re
import socket
import threading

import pytest

from netmocks import MisuseError
from netmocks.faults import Corrupt, Cut, Latency, Reset
from netmocks.relay import RelayMock
from netmocks.tcp import TCPMock, echo
from netmocks.wire.stream import LINGER_NONE

MUCH = 8 * 1024 * 1024


@pytest.fixture(params=["tcp", "unix"])
def real(request, tmp_path):
    """A server that the test runs itself; an echo."""
    options = {} if request.param == "tcp" else {"path": str(tmp_path / "s")}
    with TCPMock(echo, name="real", **options) as mock:
        yield mock


@pytest.fixture
def relay(real):
    with RelayMock(to=real.address) as mock:
        yield mock


@pytest.fixture
def serving():
    """Run a function on the one connection of a real server's socket; return its address."""
    threads = []

    def serve(function):
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(5)

        def run():
            with listener:
                connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                function(connection)

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)
        return listener.getsockname()

    yield serve
    for thread in threads:
        thread.join(5)


def test_what_is_said_passes_both_ways_and_is_in_the_journal(relay, connect):
    client = connect(relay)
    client.sendall(b"hello")
    assert client.recv(5) == b"hello"
    said = [(entry.kind, entry.data) for entry in relay.journal if entry.data]
    assert said == [("received", b"hello"), ("sent", b"hello")]


def test_much_passes_and_the_pace_is_kept(relay, connect):
    data = bytes(range(256)) * (MUCH // 256)
    client = connect(relay)
    sending = threading.Thread(target=client.sendall, args=(data,))
    sending.start()
    received = client.makefile("rb").read(MUCH)
    sending.join()
    assert received == data


def test_a_client_that_has_said_all_still_hears_the_server(serving, connect):
    def count(connection):
        connection.sendall(b"%d" % len(connection.makefile("rb").read()))

    with RelayMock(to=serving(count)) as relay:
        client = connect(relay)
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)
        assert client.makefile("rb").read() == b"5"


def test_a_server_that_has_said_all_still_hears_the_client(serving, connect):
    heard = queue.SimpleQueue()

    def greet(connection):
        connection.sendall(b"ready")
        connection.shutdown(socket.SHUT_WR)
        heard.put(connection.makefile("rb").read())

    with RelayMock(to=serving(greet)) as relay:
        client = connect(relay)
        assert client.makefile("rb").read() == b"ready"
        client.sendall(b"late")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        relay.journal.wait_for(lambda entry: entry.kind == "closed")
    assert heard.get(timeout=5) == b"late"


def test_a_server_that_resets_resets_its_client(serving, connect, entry):
    def reset(connection):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)

    with RelayMock(to=serving(reset)) as relay:
        client = connect(relay)
        client.sendall(b"x")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        relay.journal.wait_for(entry("error", "the destination reset the connection"))


@pytest.mark.parametrize("resets", ["client", "fault"])
def test_a_client_that_is_reset_resets_its_server(serving, connect, reset, resets):
    heard = queue.SimpleQueue()

    def listen(connection):
        connection.sendall(b"ready")
        try:
            heard.put(connection.recv(1))
        except ConnectionResetError as error:
            heard.put(error)

    with RelayMock(to=serving(listen)) as relay:
        client = connect(relay)
        assert client.recv(5) == b"ready"
        if resets == "client":
            reset(client)
        else:
            relay.fault(Reset(after=0))
        assert isinstance(heard.get(timeout=5), ConnectionResetError)


def test_a_server_that_is_not_there_resets_its_client_and_the_journal_says_why(connect, entry):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with RelayMock(to=nobody.getsockname()) as relay:
            with pytest.raises(ConnectionResetError):
                connect(relay).recv(1)
            error = relay.journal.wait_for(entry("error"))
    assert re.fullmatch(r"127.0.0.1:\d+ can't be reached: .*[Rr]efused.*", error.value)


def test_a_client_that_leaves_before_its_server_is_reached_does_no_harm(real, connect, reset):
    with RelayMock(to=real.address) as relay:
        for _ in range(5):
            reset(connect(relay))
        client = connect(relay)
        client.sendall(b"x")
        assert client.recv(1) == b"x"


def test_faults_strike_in_both_directions(relay, connect):
    with relay.fault(Corrupt(at=0), direction="in"), relay.fault(Latency(0.001)):
        client = connect(relay)
        client.sendall(b"a")
        assert client.recv(1) == b"\x9e"
    with relay.fault(Cut(after=1), connection=2):
        client = connect(relay)
        client.sendall(b"abc")
        assert client.makefile("rb").read() == b"a"


def test_a_retry_is_proven_against_a_real_server(relay, connect):
    with relay.fault(Reset(after=0), times=1):
        with pytest.raises(ConnectionResetError):
            connect(relay).recv(1)
        client = connect(relay)
        client.sendall(b"x")
        assert client.recv(1) == b"x"


def test_clients_may_speak_tls_to_a_relay_whose_server_does_not(real, connect_tls):
    with RelayMock(to=real.address, tls=True) as relay:
        client = connect_tls(relay)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"


@pytest.mark.parametrize(
    ("to", "message"),
    [
        (("db.example.com", 5432), "nothing leaves this machine"),
        (("10.0.0.1", 5432), "nothing leaves this machine"),
        (("127.0.0.1", 0), "say (host, port), or the path"),
        (("127.0.0.1",), "say (host, port), or the path"),
        ("localhost:5432", "say (host, port), to=('localhost', 5432)"),
    ],
)
def test_a_place_that_is_not_on_this_machine_is_refused(to, message):
    with pytest.raises(MisuseError, match=re.escape(message)):
        RelayMock(to=to)
