"""Faults on the mocks of an internet, met at their real names."""

import asyncio
import socket

import pytest

from netharness import Internet
from netmocks.faults import Corrupt, Cut, Drop, DropDatagram, Refuse, SlowAccept
from netmocks.tcp import echo
from netmocks.udp import echo as echo_datagrams

HOST = "api.example.com"


@pytest.mark.parametrize("port", [80, 443])
def test_a_host_refuses_on_all_its_ports_while_it_shall(internet: Internet, port: int) -> None:
    api = internet.http(HOST)
    with api.fault(Refuse()) as placed:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((HOST, port), timeout=5)
    assert placed.count == 1
    with socket.create_connection((HOST, port), timeout=5) as client:
        assert client.getpeername() == ("198.18.0.1", port)


@pytest.mark.asyncio
async def test_a_host_refuses_asyncio_too(internet: Internet) -> None:
    server = internet.tcp(HOST, 7, echo)
    with server.fault(Refuse()), pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, 7)
    reader, writer = await asyncio.open_connection(HOST, 7)
    writer.write(b"x")
    assert await reader.read(1) == b"x"
    writer.close()
    await writer.wait_closed()


def test_nobody_attends_to_who_has_connected(internet: Internet) -> None:
    server = internet.tcp(HOST, 7, echo)
    with server.fault(SlowAccept()) as placed:
        client = socket.create_connection((HOST, 7), timeout=0.05)
        client.sendall(b"x")
        placed.wait_until_struck()
        with pytest.raises(TimeoutError):
            client.recv(1)
    with client:
        client.settimeout(5)
        assert client.recv(1) == b"x"


def test_a_fault_strikes_at_every_place_of_a_mock_and_numbers_them_together(
    internet: Internet,
) -> None:
    server = internet.smtp(HOST)
    with server.fault(Cut(after=3), connection=2):
        for port, greeting in ((25, b"220 "), (587, b"220")):
            with socket.create_connection((HOST, port), timeout=5) as client:
                assert client.makefile("rb").read(4) == greeting


def test_datagrams_are_struck_at_their_real_place(internet: Internet) -> None:
    server = internet.udp(HOST, 53, echo_datagrams)
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        with server.fault(DropDatagram(1), direction="in"):
            for data in (b"1", b"2"):
                client.sendto(data, (HOST, 53))
            assert client.recvfrom(9) == (b"2", ("198.18.0.1", 53))


def test_a_relay_stands_between_in_both_directions(internet: Internet) -> None:
    real = internet.tcp("real.example.com", 7, echo)
    relay = internet.relay("db.internal", 5432, to=(real.host, real.port))
    relay.fault(Drop(at=0), direction="in")
    relay.fault(Corrupt(at=0))
    with socket.create_connection(("db.internal", 5432), timeout=5) as client:
        client.sendall(b"aab")
        assert client.makefile("rb").read(2) == b"\x9eb"
    assert b"".join(entry.data for entry in real.journal if entry.kind == "received") == b"ab"
