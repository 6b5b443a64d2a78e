"""Framing: streams and datagrams arrive whole and in order, whatever the slices."""

import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netharness.strategies import cuts, datagrams
from netmocks.record import PATIENCE
from netmocks.tcp import Script, TCPMock
from netmocks.tcp import echo as echo_stream
from netmocks.udp import UDPMock, echo

STREAMS = st.binary(min_size=1, max_size=300)
#: What is said and answered, step by step; and all that is said, cut anywhere.
DIALOGUES = st.lists(st.tuples(STREAMS, STREAMS), min_size=1, max_size=3).flatmap(
    lambda steps: st.tuples(st.just(steps), cuts(b"".join(said for said, _ in steps)))
)


def read(client):
    """Read until the mock closes."""
    with client.makefile("rb") as stream:
        return stream.read()


@pytest.fixture(scope="module")
def tcp():
    with TCPMock(echo_stream) as mock:
        yield mock


@pytest.fixture(scope="module")
def udp():
    with UDPMock(echo) as mock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.connect(mock.address)
        yield mock, client


@pytest.mark.law("A stream comes back whole, whatever the pieces it was sent in.")
@given(STREAMS.flatmap(cuts))
def test_a_stream_comes_back_whole(tcp, pieces):
    tcp.become(echo_stream)
    with socket.create_connection(tcp.address, timeout=PATIENCE) as client:
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        assert read(client) == b"".join(pieces)


@pytest.mark.law("A script hears what it expects, whatever the pieces it comes in.")
@given(DIALOGUES)
@example(([(b"ab", b"c"), (b"d", b"e")], [b"a", b"bd"]))
def test_a_script_hears_what_it_expects(tcp, dialogue):
    """A piece may end one step and begin the next; a departure would be a finding."""
    steps, pieces = dialogue
    script = Script()
    for said, answered in steps:
        script = script.expect(said).send(answered)
    tcp.become(script.close())
    with socket.create_connection(tcp.address, timeout=PATIENCE) as client:
        for piece in pieces:
            client.sendall(piece)
        assert read(client) == b"".join(answered for _, answered in steps)
    assert tcp.findings.all == ()


@pytest.mark.law("Datagrams arrive whole and in order, and come back so; empty ones too.")
@given(st.lists(datagrams(), min_size=1, max_size=6))
@example([b"", b"a", b""])
def test_datagrams_arrive_whole(udp, sent):
    mock, client = udp
    mock.datagrams.clear()
    for data in sent:
        client.send(data)
    assert [client.recv(65535) for _ in sent] == sent
    assert [datagram.data for datagram in mock.datagrams] == sent


@pytest.mark.exception("A datagram is cut to what the reader asks for", "recv(1) of b'ab' → b'a'")
@given(st.binary(min_size=2, max_size=20), st.integers(1, 19))
def test_a_datagram_is_cut_to_what_is_asked_for(udp, data, size):
    _, client = udp
    client.send(data)
    assert client.recv(size) == data[:size]
