"""Faults at the door: connections that are refused, or that nobody attends to."""

import socket

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.faults import Refuse, SlowAccept, tls
from netmocks.tcp import TCPMock, echo
from netmocks.wire.authority import authority


@pytest.fixture(params=["tcp", "unix"])
def served(request, tmp_path):
    """An echo server on TCP, and on a Unix socket."""
    options = {} if request.param == "tcp" else {"path": str(tmp_path / "s")}
    with TCPMock(echo, **options) as mock:
        yield mock


def asked(client):
    client.sendall(b"x")
    return client.recv(1)


def test_connections_are_refused_while_it_lasts_and_those_that_are_open_stay(served, connect):
    before = connect(served)
    assert asked(before) == b"x"
    with served.fault(Refuse()) as placed:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                connect(served)
        assert asked(before) == b"x"
    assert asked(connect(served)) == b"x"
    assert placed.count == 1


def test_refusing_twice_ends_with_the_last(served, connect):
    first, second = served.fault(Refuse()), served.fault(Refuse())
    first.withdraw()
    with pytest.raises(ConnectionRefusedError):
        connect(served)
    second.withdraw()
    assert asked(connect(served)) == b"x"


def test_who_came_before_it_refused_is_served(served, connect):
    clients = [connect(served) for _ in range(3)]
    with served.fault(Refuse()):
        assert [asked(client) for client in clients] == [b"x"] * 3


def test_a_mock_that_refuses_stops_and_starts_again(tmp_path, connect):
    for options in ({}, {"path": str(tmp_path / "s")}):
        mock = TCPMock(echo, **options)
        placed = mock.fault(Refuse())
        for _ in range(2):
            with mock, pytest.raises(ConnectionRefusedError):
                connect(mock)
        assert not list(tmp_path.iterdir())
        placed.withdraw()
        with mock:
            assert asked(connect(mock)) == b"x"


def test_who_is_refused_has_no_number(served):
    for options in ({"connection": 1}, {"times": 1}):
        with pytest.raises(MisuseError, match="those that are refused have no number"):
            served.fault(Refuse(), **options)


def test_at_the_door_nothing_was_said_yet(served):
    for fault in (Refuse(), SlowAccept(), tls.ExpiredCertificate()):
        for options in ({"direction": "in"}, {"from_event": 1}):
            with pytest.raises(MisuseError, match="strikes before anything is said: leave out"):
                served.fault(fault, **options)


def test_nobody_attends_to_a_client_until_the_fault_is_withdrawn(served, connect):
    with served.fault(SlowAccept()) as placed:
        client = connect(served)
        client.sendall(b"x")
        placed.wait_until_struck()
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)
        client.settimeout(5)
    assert client.recv(1) == b"x"


def test_a_client_is_attended_to_late(served, connect):
    with served.fault(SlowAccept(0.001), times=1) as placed:
        assert asked(connect(served)) == b"x"
        assert asked(connect(served)) == b"x"
    assert placed.count == 1


def test_one_connection_is_not_attended_to_while_the_next_is_served(served, connect):
    with served.fault(SlowAccept(), connection=1) as placed:
        connect(served)
        placed.wait_until_struck()
        assert asked(connect(served)) == b"x"


def test_not_even_a_handshake_is_answered():
    context = authority().client_context()
    with TCPMock(echo, tls=True) as server, server.fault(SlowAccept()) as placed:
        with (
            socket.create_connection(server.address, timeout=0.05) as raw,
            pytest.raises(TimeoutError),
        ):
            context.wrap_socket(raw, server_hostname="localhost")
        placed.wait_until_struck()  # the client may have left before the mock saw it


def test_a_mock_stops_at_once_though_clients_wait(served, connect):
    placed = served.fault(SlowAccept())
    client = connect(served)
    placed.wait_until_struck()
    served.stop()
    assert client.recv(1) == b""


def test_a_fault_at_the_door_that_met_nobody_is_a_finding(served):
    served.fault(SlowAccept()).withdraw()
    with pytest.raises(UnexpectedTraffic, match=r"SlowAccept\(\) placed"):
        served.verify()


def test_a_time_that_can_not_be_is_refused():
    for seconds in (-1, float("inf"), "1"):
        with pytest.raises(MisuseError, match="seconds="):
            SlowAccept(seconds)


@pytest.mark.parametrize("chosen", [False, True])
def test_a_socket_handed_in_refuses_and_serves_again_at_its_address(connect, chosen):
    port = 0
    if chosen:  # by the test, not by the system
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
    given = socket.create_server(("127.0.0.1", port))
    with TCPMock(echo, sock=given) as mock:
        address = mock.address
        before = connect(mock)
        with mock.fault(Refuse()), pytest.raises(ConnectionRefusedError):
            connect(mock)
        assert given.getsockname() == address
        assert asked(before) == asked(connect(mock)) == b"x"
