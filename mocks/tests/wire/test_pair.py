import asyncio
import socket

import pytest

from netmocks import MisuseError
from netmocks.wire import pair
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.pair import Pair


@pytest.fixture
def make(site):
    """Make a pair at an endpoint; the test's end closes what was made."""
    made = []

    def make(endpoint):
        made.append(Pair(site, endpoint, asyncio.Protocol, asyncio.DatagramProtocol))
        return made[-1]

    yield make
    for each in made:
        each.discard()


@pytest.fixture
def taken():
    """A port that datagrams have taken, and streams have not: no client's in TIME_WAIT either."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams,
        ):
            datagrams.bind(("127.0.0.1", 0))
            port = datagrams.getsockname()[1]
            try:
                streams.bind(("127.0.0.1", port))
            except OSError:
                continue
            streams.close()
            yield datagrams
            return


def test_both_transports_stand_at_one_port(make):
    there = make(Endpoint())
    assert there.address == there.listener.address == there.datagrams.address


def test_a_port_that_one_transport_has_taken_is_passed_over(make, taken, monkeypatch):
    ports = iter([taken.getsockname()[1], 0])
    listener = pair.Listener
    monkeypatch.setattr(
        pair,
        "Listener",
        lambda site, _, engine: listener(site, Endpoint(port=next(ports)), engine),
    )
    assert make(Endpoint()).address[1] != taken.getsockname()[1]


def test_a_fixed_port_that_is_taken_is_misuse_and_leaves_nothing_open(make, taken):
    port = taken.getsockname()[1]
    with pytest.raises(MisuseError, match="is in use"):
        make(Endpoint(port=port))
    taken.close()
    assert make(Endpoint(port=port)).address == ("127.0.0.1", port)


@pytest.mark.parametrize("options", [{"path": "x"}, {"sock": socket.socket}])
def test_one_socket_is_not_enough(make, options):
    with pytest.raises(MisuseError, match="with UDP and TCP"):
        make(Endpoint(**options))
