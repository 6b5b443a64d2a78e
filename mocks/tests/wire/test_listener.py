import asyncio
import os
import socket
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from netmocks import MisuseError
from netmocks.faults import Drop, Fault, Refuse, SlowAccept
from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, echo, greet
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.listener import ACCEPTED_AT_ONCE, Listener

unix_only = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets"
)


def test_a_client_that_connects_before_the_start_is_served(site, loop_thread):
    listener = Listener(site, Endpoint(), lambda: echo.engine(None))
    with socket.create_connection(listener.address, timeout=PATIENCE) as client:
        client.sendall(b"early")
        loop_thread.call(lambda: listener.start(asyncio.get_running_loop()))
        assert client.recv(5) == b"early"
    loop_thread.wait(listener.stop())


def test_a_fault_placed_while_a_client_is_held_up_strikes_it_once(connect):
    with TCPMock(echo) as server, server.fault(SlowAccept()) as slow:
        client = connect(server)
        slow.wait_until_struck()
        with server.fault(Drop(at=0, count=2)):
            slow.withdraw()
            client.sendall(b"hello")
            assert client.recv(5) == b"llo"


@pytest.mark.parametrize("is_held_up", [False, True])
def test_a_fault_that_is_broken_is_a_finding_and_the_end_of_its_connection(
    connect, entry, is_held_up
):
    class Broken(Fault):
        def strike(self):
            raise ValueError("mine")

    with TCPMock(echo) as server:
        if is_held_up:
            server.fault(SlowAccept(0))
        server.fault(Broken(), required=False)
        assert connect(server).recv(1) == b""
        server.journal.wait_for(entry("closed"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert finding.text.endswith("ValueError: mine")


def test_ipv4_is_served(connect):
    with TCPMock(greet(b"hello"), host="127.0.0.1") as server:
        assert connect(server).recv(5) == b"hello"


def test_ipv6_is_served(connect, ipv6):
    with TCPMock(greet(b"hello"), host=ipv6) as server:
        assert server.address == ("::1", server.port)
        client = connect(server)
        assert client.recv(5) == b"hello"
        assert f"opened by [::1]:{client.getsockname()[1]}" in str(server.journal)


@unix_only
@pytest.mark.parametrize("kind", [str, Path])
def test_a_unix_socket_is_served_and_its_file_is_gone_afterwards(connect, tmp_path, kind):
    path = tmp_path / "sock"
    mock = TCPMock(greet(b"hello"), path=kind(path))
    for _ in range(2):
        with mock:
            assert mock.address == str(path)
            assert path.is_socket()
            assert connect(mock).recv(5) == b"hello"
            assert "opened by an unnamed peer" in str(mock.journal)
        assert not path.exists()


@unix_only
def test_the_file_of_a_unix_socket_is_gone_after_a_failed_start(tmp_path):
    with TCPMock() as first:
        path = tmp_path / "sock"
        places = [Endpoint(path=path), Endpoint(port=first.port)]
        with pytest.raises(MisuseError, match="is in use"):
            TCPMock(endpoints=places).start()
    assert not path.exists()


@unix_only
def test_unix_clients_can_be_reset(connect, entry, tmp_path):
    async def reset(reader, writer):
        writer.transport.reset()

    with TCPMock(reset, path=tmp_path / "sock") as server:
        assert connect(server).recv(1) == b""  # a Unix socket knows no RST
        assert server.journal.wait_for(entry("closed")).value == "reset by the mock"


def test_a_socket_handed_in_is_served_and_closed_by_the_mock(connect):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        address = sock.getsockname()
        mock = TCPMock(greet(b"hello"), sock=sock)
        with mock:
            assert mock.address == address
            assert connect(mock).recv(5) == b"hello"
        assert sock.fileno() == -1
        with pytest.raises(MisuseError, match="a mock that stopped closed it"):
            mock.start()


def test_who_is_served_may_have_those_behind_refused(connect, entry):
    class Choosy(asyncio.Protocol):
        def connection_made(self, transport):
            server.fault(Refuse())
            transport.write(b"hello")

    with TCPMock(Choosy) as server:
        client = connect(server)
        assert client.recv(5) == b"hello"
        with pytest.raises(ConnectionRefusedError):
            connect(server)
        client.close()
        server.journal.wait_for(entry("closed"))
        assert not [each for each in server.journal if each.kind == "error"]


def test_a_client_that_left_before_it_was_accepted_is_served_like_any(connect, entry, monkeypatch):
    def fail(*_):  # macOS tells of it so
        raise OSError("Invalid argument")

    with TCPMock(greet(b"hello")) as server:
        monkeypatch.setattr(socket.socket, "setsockopt", fail)
        client = connect(server)
        assert client.recv(5) == b"hello"
        client.close()
        server.journal.wait_for(entry("closed"))


def test_a_burst_of_clients_is_accepted_whole(connect):
    with TCPMock(echo) as server:
        clients = [connect(server) for _ in range(3 * ACCEPTED_AT_ONCE)]
        for client in clients:
            client.sendall(b"x")
        for client in clients:
            assert client.recv(1) == b"x"


def test_clients_of_many_threads_are_served(connect):
    with TCPMock(echo) as server:
        together = threading.Barrier(16)
        answers = []

        def ask(number):
            together.wait()
            client = connect(server)
            client.sendall(b"%3d" % number)
            answers.append(client.recv(3))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert sorted(answers) == [b"%3d" % number for number in range(16)]


@contextmanager
def no_descriptors_left():
    """Let this process open no more files."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def client():
    """A client that has its descriptor already."""
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        yield client


@pytest.fixture
def at_the_limit(entry):
    """Let a client connect to a mock that can't accept it, and see that the mock says so."""

    @contextmanager
    def at_the_limit(client, mock):
        with no_descriptors_left():
            client.connect(mock.address)
            mock.journal.wait_for(entry("error", "can't accept: [Errno 24]"))
            yield

    return at_the_limit


posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no limit of descriptors to set"
)


@posix_only
def test_a_client_that_could_not_be_accepted_is_when_descriptors_are_free(client, at_the_limit):
    with TCPMock(greet(b"hello")) as mock:
        with at_the_limit(client, mock):
            pass
        assert client.recv(5) == b"hello"


@posix_only
def test_a_mock_without_descriptors_does_not_fill_its_journal(
    client, at_the_limit, loop_thread, monkeypatch
):
    monkeypatch.setattr("netmocks.wire.listener.ACCEPT_AGAIN", 3600)
    with TCPMock(echo) as mock, at_the_limit(client, mock):
        for _ in range(10):
            loop_thread.call(lambda: None)
        assert len([entry for entry in mock.journal if entry.kind == "error"]) == 1


@posix_only
def test_a_mock_without_descriptors_stops(connect, client, at_the_limit):
    mock = TCPMock(echo).start()
    other = connect(mock)
    other.sendall(b"x")
    assert other.recv(1) == b"x"
    with at_the_limit(client, mock):
        mock.stop()
    assert mock.journal[-1].value == "by the mock, which stopped"
