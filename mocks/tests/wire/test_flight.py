"""For any plan of faults, the datagrams that arrive are what a pure model says, in its order."""

from dataclasses import dataclass

from hypothesis import example, given
from hypothesis import strategies as st

from netmocks import Findings, Journal
from netmocks.faults import (
    CorruptDatagram,
    DatagramFault,
    DropDatagram,
    DuplicateDatagram,
    Placed,
    ReorderDatagrams,
    TruncateDatagram,
)
from netmocks.wire.flight import FlightPath
from netmocks.wire.site import Site


@dataclass
class Modelled:
    """A fault, and what it makes of all that is sent."""

    fault: DatagramFault
    model: object

    def __repr__(self):
        return repr(self.fault)


def one_by_one(fault, nth, change):
    def model(sent):
        arrived = []
        for number, data in enumerate(sent, 1):
            arrived += change(data) if number in nth else [data]
        return arrived

    return Modelled(fault, model)


def dropped(nth):
    return one_by_one(DropDatagram(nth), nth, lambda _: [])


def duplicated(nth):
    return one_by_one(DuplicateDatagram(nth), nth, lambda data: [data, data])


def truncated(nth, size):
    return one_by_one(TruncateDatagram(size, nth), nth, lambda data: [data[:size]])


def corrupted(nth, at, count):
    def change(data):
        return [bytes(byte ^ 0xFF if at <= i < at + count else byte for i, byte in enumerate(data))]

    return one_by_one(CorruptDatagram(nth, at=at, count=count), nth, change)


def reordered(nth, behind):
    def model(sent):
        waiting, arrived = [], []
        for number, data in enumerate(sent, 1):
            if number in nth:
                waiting.append([behind, data])
                continue
            arrived.append(data)
            for each in waiting:
                each[0] -= 1
            arrived += [data for left, data in waiting if left == 0]
            waiting = [each for each in waiting if each[0] > 0]
        return arrived + [data for _, data in waiting]  # when the fault is withdrawn

    return Modelled(ReorderDatagrams(nth, behind=behind), model)


ordinals = st.sets(st.integers(1, 8), min_size=1)
small = st.integers(0, 4)
faults = st.one_of(
    st.builds(dropped, ordinals),
    st.builds(duplicated, ordinals),
    st.builds(truncated, ordinals, small),
    st.builds(corrupted, ordinals, small, st.integers(1, 4)),
    st.builds(reordered, ordinals, st.integers(1, 4)),
)
datagrams = st.lists(st.binary(max_size=5), max_size=8)


@given(sent=datagrams, chosen=st.lists(faults, max_size=4))
@example(sent=[b"1", b"2", b"3"], chosen=[reordered({1, 2}, 1)])
def test_what_arrives_is_what_the_plan_makes_of_what_was_sent(sent, chosen):
    arrived = []
    site = Site("udp", Journal(), Findings())
    path = FlightPath(site, "in", lambda _: 1, lambda data, _: arrived.append(data))
    placed = [Placed(each.fault, "udp", path.withdraw) for each in chosen]
    for each in placed:
        path.add(each, each.fault)
    for data in sent:
        path.send(data, ("127.0.0.1", 9))
    for each in placed:
        each.withdraw()
    expected = sent
    for each in chosen:
        expected = each.model(expected)
    assert arrived == expected
    path.send(b"next", ("127.0.0.1", 9))
    assert arrived[-1] == b"next"
