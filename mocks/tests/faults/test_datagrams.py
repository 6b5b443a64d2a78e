"""Faults of datagrams, as a client sees them."""

import re
import socket

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.faults import (
    CorruptDatagram,
    DelayDatagram,
    DropDatagram,
    DuplicateDatagram,
    ReorderDatagrams,
    TruncateDatagram,
)
from netmocks.udp import UDPMock, echo

SENT = [b"1", b"2", b"3", b"4"]


@pytest.fixture
def server():
    with UDPMock(echo, name="udp") as mock:
        yield mock


@pytest.fixture
def client(server):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(server.address)
        yield sock


@pytest.fixture
def ask(client):
    """Send these, each once the mock has had the one before; then return what has come back."""

    def ask(count, sent=SENT):
        for data in sent:
            client.send(data)
        return [client.recv(100) for _ in range(count)]

    return ask


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (DropDatagram(2), [b"1", b"3", b"4"]),
        (DropDatagram(nth=[1, 4]), [b"2", b"3"]),
        (DuplicateDatagram(2), [b"1", b"2", b"2", b"3", b"4"]),
        (ReorderDatagrams(2), [b"1", b"3", b"2", b"4"]),
        (ReorderDatagrams(1, behind=2), [b"2", b"3", b"1", b"4"]),
        (CorruptDatagram(2), [b"1", b"\xcd", b"3", b"4"]),
        (CorruptDatagram(2, at=1), [b"1", b"2", b"3", b"4"]),
        (TruncateDatagram(0, 3), [b"1", b"2", b"", b"4"]),
    ],
)
def test_what_becomes_of_datagrams(server, client, ask, direction, fault, answers):
    with server.fault(fault, direction=direction) as placed:
        assert ask(len(answers)) == answers
        placed.wait_until_struck(2 if fault.nth == [1, 4] else 1)
    assert ask(4) == SENT


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_is_delayed_arrives_all_the_same(server, ask, direction):
    with server.fault(DelayDatagram(0.001, [2, 3]), direction=direction) as placed:
        assert sorted(ask(4)) == SENT
        assert placed.wait_until_struck(2)[0].text == "datagram 2 delayed by 0.001 s"


def test_without_a_number_all_are_struck(server, ask):
    with server.fault(TruncateDatagram(1)) as placed:
        assert ask(2, [b"one", b"two"]) == [b"o", b"t"]
    assert [hit.text for hit in placed.hits] == [
        "datagram 1 truncated to 1 bytes",
        "datagram 2 truncated to 1 bytes",
    ]


def test_chance_is_the_same_for_the_same_seed(server, client, ask):
    def survivors(seed):
        sent = [b"%d" % number for number in range(40)]
        heard = len(server.datagrams)
        with server.fault(DropDatagram(chance=0.5, seed=seed)):
            for data in sent:
                client.send(data)
            server.datagrams.wait_for_count(heard + len(sent))
            server.journal.wait_for(lambda entry: entry.kind == "fault")
        client.send(b"end")
        return list(iter(lambda: client.recv(100), b"end"))

    first = survivors(1)
    assert 5 < len(first) < 35
    assert survivors(1) == first
    assert survivors(2) != first


def test_a_fault_strikes_as_often_as_told(server, ask):
    with server.fault(DropDatagram(), times=2):
        assert ask(2) == [b"3", b"4"]


def test_a_fault_strikes_one_peer_by_its_ordinal(server, client, ask):
    with server.fault(DropDatagram(), connection=2, required=False):
        assert ask(4) == SENT


def test_what_waits_to_be_overtaken_goes_on_when_its_fault_is_withdrawn(server, ask, client):
    with server.fault(ReorderDatagrams(4)) as placed:
        assert ask(3) == SENT[:3]
        placed.wait_until_struck()
    assert client.recv(100) == b"4"


def test_what_is_delayed_goes_on_when_its_fault_is_withdrawn(server, client):
    with server.fault(DelayDatagram(3600)) as placed:
        for data in SENT:
            client.send(data)
        placed.wait_until_struck(4)
    assert [client.recv(100) for _ in SENT] == SENT


def test_what_a_withdrawn_fault_lets_go_passes_those_behind_it(server, client):
    first = server.fault(DelayDatagram(3600))
    with server.fault(CorruptDatagram(1)), server.fault(DuplicateDatagram(1)):
        client.send(b"1")
        first.wait_until_struck()
        first.withdraw()
        assert [client.recv(100) for _ in range(2)] == [b"\xce"] * 2


@pytest.mark.parametrize("direction", ["in", "out"])
def test_nothing_is_left_of_faults_that_were_withdrawn(server, ask, direction):
    for _ in range(3):
        server.fault(DelayDatagram(0.001), direction=direction, required=False).withdraw()
    (door,) = server._doors
    path = door._inward if direction == "in" else door._outward
    assert path._stages == ()
    assert ask(4) == SENT


def test_several_are_passed_in_the_order_of_their_placing(server, ask):
    with server.fault(DuplicateDatagram(1)), server.fault(DropDatagram(1)):
        assert ask(4) == SENT


def test_what_is_delayed_does_not_hold_up_the_stop(client, server):
    placed = server.fault(DelayDatagram(3600))
    client.send(b"x")
    placed.wait_until_struck()
    server.stop()
    assert [entry for entry in server.journal if entry.kind == "sent"] == []


def test_a_fault_that_struck_none_is_a_finding(server):
    server.fault(DropDatagram(7)).withdraw()
    with pytest.raises(UnexpectedTraffic, match=r"DropDatagram\(nth=7\) placed"):
        server.verify()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DropDatagram(0), "nth=0: a whole number, from 1 on"),
        (lambda: DropDatagram([]), "nth=[]: it strikes none"),
        (lambda: DropDatagram(1, chance=0.5), "nth=1 and chance=0.5 exclude each other"),
        (lambda: DropDatagram(chance=0), "chance=0: above 0, and 1 at most"),
        (lambda: DropDatagram(chance=1.5), "chance=1.5"),
        (lambda: DelayDatagram(-1), "seconds=-1"),
        (lambda: ReorderDatagrams(), "leaves their order"),
        (lambda: ReorderDatagrams(1, behind=0), "behind=0"),
        (lambda: CorruptDatagram(at=-1), "at=-1"),
        (lambda: TruncateDatagram(-1), "size=-1"),
        (lambda: UDPMock().fault(DropDatagram(), from_event=1), "datagrams have no events"),
    ],
)
def test_what_can_not_be_is_refused(make, message):
    with pytest.raises(MisuseError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DropDatagram(2), DropDatagram([2, 3])),
        (DuplicateDatagram(1), DuplicateDatagram(1)),
        (CorruptDatagram(2, at=0, count=2), CorruptDatagram(2, at=1)),
    ],
)
def test_a_datagram_is_not_struck_twice_by_one_kind(server, one, other):
    with server.fault(one, required=False):
        with pytest.raises(MisuseError, match=r"both name datagram \d, .* say it as one"):
            server.fault(other)
        server.fault(other, connection=1, direction="in", required=False).withdraw()
    server.fault(other, required=False).withdraw()


def test_a_datagram_may_be_corrupted_in_two_places(server, ask):
    with server.fault(CorruptDatagram(1, at=0)), server.fault(CorruptDatagram(1, at=2)):
        assert ask(1, [b"aaa"]) == [b"\x9ea\x9e"]
