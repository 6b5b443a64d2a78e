import asyncio
import errno
import socket

import pytest

from netmocks import MisuseError
from netmocks.record import PATIENCE
from netmocks.udp import UDPMock, echo
from netmocks.wire.datagram import LARGEST, READ_AT_ONCE, Datagrams
from netmocks.wire.endpoint import Endpoint

unix_only = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets"
)


class Protocol(asyncio.DatagramProtocol):
    """An engine that keeps what it is told."""

    def __init__(self):
        self.told = []

    def connection_made(self, transport):
        self.transport = transport
        self.told.append("made")

    def datagram_received(self, data, addr):
        self.told.append(data)

    def error_received(self, exc):
        self.told.append(exc)

    def connection_lost(self, exc):
        self.told.append("lost")


@pytest.fixture
def engine():
    return Protocol()


@pytest.fixture
def datagrams(site, engine, loop_thread):
    """A running endpoint on loopback."""
    datagrams = Datagrams(site, Endpoint(), lambda: engine)
    loop_thread.call(lambda: datagrams.start(asyncio.get_running_loop()))
    yield datagrams
    loop_thread.wait(datagrams.stop())


@pytest.fixture
def client():
    """A socket of the client's own."""
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.settimeout(PATIENCE)
        yield client


def test_an_engine_is_told_of_datagrams_and_the_journal_has_them(
    datagrams, engine, client, site, loop_thread
):
    client.sendto(b"hello", datagrams.address)
    site.journal.wait_for(lambda entry: entry.kind == "received")
    loop_thread.call(datagrams.sendto, b"welcome", client.getsockname())
    assert client.recvfrom(100) == (b"welcome", datagrams.address)
    loop_thread.wait(datagrams.stop())
    assert engine.told == ["made", b"hello", "lost"]
    assert [entry[2:] for entry in site.journal] == [
        ("wire", 1, "in", "received", b"hello", client.getsockname()),
        ("wire", 1, "out", "sent", b"welcome", client.getsockname()),
    ]


def test_a_client_that_sends_before_the_start_is_heard(site, engine, client, loop_thread):
    datagrams = Datagrams(site, Endpoint(), lambda: engine)
    client.sendto(b"early", datagrams.address)
    loop_thread.call(lambda: datagrams.start(asyncio.get_running_loop()))
    loop_thread.wait(datagrams.stop())
    assert engine.told == ["made", b"early", "lost"]


def test_peers_are_numbered_in_the_order_in_which_they_were_first_seen(datagrams, site, client):
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        for sender in (client, other, client):
            sender.sendto(b"x", datagrams.address)
        site.journal.wait_for_count(3)
        assert datagrams.peers == [client.getsockname(), other.getsockname()]
    assert [entry.connection for entry in site.journal] == [1, 2, 1]


def test_an_engine_can_ask_its_transport_what_it_may_ask_any(datagrams, engine):
    assert engine.transport is datagrams
    assert datagrams.get_extra_info("sockname") == datagrams.address
    assert datagrams.get_extra_info("socket").getsockname() == datagrams.address
    assert datagrams.get_extra_info("unheard of", "default") == "default"
    assert not datagrams.is_closing()


def test_a_closed_endpoint_sends_nothing_more(datagrams, engine, site, client, loop_thread):
    loop_thread.call(datagrams.abort)
    loop_thread.call(datagrams.close)
    assert datagrams.is_closing()
    loop_thread.call(datagrams.sendto, b"too late", client.getsockname())
    assert len(site.journal) == 0
    assert engine.told == ["made", "lost"]


def test_an_engine_may_close_its_endpoint_while_it_is_told(site, client, loop_thread):
    class Closing(Protocol):
        def datagram_received(self, data, addr):
            super().datagram_received(data, addr)
            self.transport.close()

    engine = Closing()
    datagrams = Datagrams(site, Endpoint(), lambda: engine)
    client.sendto(b"first", datagrams.address)
    client.sendto(b"second", datagrams.address)
    loop_thread.call(lambda: datagrams.start(asyncio.get_running_loop()))
    loop_thread.wait(datagrams.stop())
    assert engine.told == ["made", b"first", "lost"]


def test_an_endpoint_that_was_never_started_gives_its_address_back(site, engine):
    datagrams = Datagrams(site, Endpoint(), lambda: engine)
    datagrams.discard()
    Endpoint(port=datagrams.address[1]).bind(socket.SOCK_DGRAM).close()


# -- what can't be sent ---------------------------------------------------------------------------


def test_a_datagram_to_nobody_is_refused(datagrams):
    with pytest.raises(MisuseError, match=r"say to whom, mock.send\(data, to=peer\)"):
        datagrams.sendto(b"hello")


def test_the_largest_datagram_is_sent_and_one_byte_more_is_refused(datagrams, client, loop_thread):
    peer = client.getsockname()
    loop_thread.call(datagrams.sendto, b"x" * LARGEST, peer)
    assert client.recv(65536) == b"x" * LARGEST
    with pytest.raises(MisuseError) as raised:
        loop_thread.call(datagrams.sendto, b"x" * (LARGEST + 1), peer)
    assert str(raised.value) == (
        f"{LARGEST + 1} bytes to 127.0.0.1:{peer[1]}: one datagram holds at most {LARGEST}"
    )


def test_an_error_of_the_system_is_told_to_the_engine_and_the_journal(
    datagrams, engine, client, site, loop_thread
):
    client.sendto(b"hello", datagrams.address)
    site.journal.wait_for(lambda entry: entry.kind == "received")
    # Broadcasts need an option that this socket has not.
    loop_thread.call(datagrams.sendto, b"to all", ("255.255.255.255", 9))
    loop_thread.call(datagrams.sendto, b"to one", client.getsockname())
    assert client.recv(100) == b"to one"  # the error held up nobody
    error = engine.told[-1]
    assert isinstance(error, OSError)
    assert error.errno == errno.EACCES
    noted = site.journal.wait_for(lambda entry: entry.kind == "error")
    assert noted.value == f"can't send: {error}"


# -- engines that raise, and floods ---------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [ValueError("mine"), SystemExit("mine"), pytest.fail.Exception("mine")],
    ids=lambda error: type(error).__name__,
)
def test_an_engine_that_raises_is_a_finding_and_the_next_datagram_is_heard(
    site, client, loop_thread, error
):
    class Failing(Protocol):
        def datagram_received(self, data, addr):
            super().datagram_received(data, addr)
            if data == b"first":
                raise error

    engine = Failing()
    datagrams = Datagrams(site, Endpoint(), lambda: engine)
    loop_thread.call(lambda: datagrams.start(asyncio.get_running_loop()))
    client.sendto(b"first", datagrams.address)
    client.sendto(b"second", datagrams.address)
    loop_thread.wait(datagrams.stop())
    assert engine.told == ["made", b"first", b"second", "lost"]
    (finding,) = site.findings.all
    assert (finding.kind, finding.culprit) == ("handler", "wire#1")
    assert "raise error" in finding.text


def test_a_flood_is_read_whole_and_in_order(datagrams, engine, client, loop_thread):
    many = 2 * READ_AT_ONCE + 1
    for number in range(many):
        client.sendto(b"%d" % number, datagrams.address)
    loop_thread.wait(datagrams.stop())
    assert engine.told == ["made", *(b"%d" % number for number in range(many)), "lost"]


# -- other families -------------------------------------------------------------------------------


def test_ipv6_is_served(ipv6):
    client = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with client, UDPMock(echo, host=ipv6) as server:
        client.settimeout(PATIENCE)
        client.sendto(b"hello", server.address)
        assert client.recv(5) == b"hello"


@unix_only
def test_a_unix_socket_is_served_and_its_file_is_gone_afterwards(tmp_path):
    path = tmp_path / "sock"
    client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with client, UDPMock(echo, path=path) as server:
        client.settimeout(PATIENCE)
        client.bind(str(tmp_path / "client"))
        client.sendto(b"hello", server.address)
        assert client.recv(5) == b"hello"
    assert not path.exists()


@unix_only
def test_a_unix_client_that_is_gone_holds_up_no_other(tmp_path, entry):
    with UDPMock(echo, path=tmp_path / "sock") as server:
        for name, leaves in (("first", True), ("second", False)):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                client.settimeout(PATIENCE)
                client.bind(str(tmp_path / name))
                if leaves:
                    (tmp_path / name).unlink()
                client.sendto(b"hello", server.address)
                if leaves:
                    server.journal.wait_for(entry("error", "can't send: "))
                else:
                    assert client.recv(5) == b"hello"
