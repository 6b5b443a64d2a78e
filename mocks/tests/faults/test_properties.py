"""For any plan of faults, the bytes delivered are what a pure model says, and order is kept."""

import asyncio
import socket
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks import MisuseError
from netmocks.faults import (
    Bandwidth,
    Corrupt,
    Cut,
    Drop,
    Duplicate,
    Fault,
    HalfClose,
    Latency,
    LimitData,
    Noop,
    Nth,
    Silence,
    Slices,
    Stall,
)
from netmocks.tcp import TCPMock


@dataclass
class Modelled:
    """A fault, and what it makes of all that is said on one connection."""

    fault: Fault
    model: object

    def __repr__(self):
        return repr(self.fault)


def same(data):
    return data


def placed_at(place, data):
    """Return where a place is in bytes, None if it is not there."""
    if isinstance(place, int):
        return place if place <= len(data) else None
    pattern, number = (place, 1) if isinstance(place, bytes) else (place.pattern, place.number)
    pieces = data.split(pattern)
    return len(pattern.join(pieces[:number]) + pattern) if len(pieces) > number else None


def cut(kind, place, more):
    def model(data):
        at = placed_at(place, data)
        return data if at is None else data[: at + more]

    return Modelled(kind(after=place, more=more), model)


def in_range(kind, place, count, change):
    def model(data):
        at = placed_at(place, data)
        if at is None:
            return data
        return data[:at] + change(data[at : at + count]) + data[at + count :]

    return Modelled(kind(at=place, count=count), model)


numbers = st.integers(0, 40)
counts = st.integers(1, 12)
patterns = st.text("ab\n", min_size=1, max_size=3).map(str.encode)
places = numbers | patterns | st.builds(Nth, patterns, st.integers(1, 4))

faults = st.one_of(
    st.builds(cut, st.sampled_from([Cut, HalfClose]), places, st.integers(0, 3)),
    st.builds(in_range, st.just(Drop), places, counts, st.just(lambda _: b"")),
    st.builds(in_range, st.just(Duplicate), places, counts, st.just(lambda data: data * 2)),
    st.builds(
        in_range,
        st.just(Corrupt),
        places,
        counts,
        st.just(lambda data: bytes(byte ^ 0xFF for byte in data)),
    ),
    st.builds(
        lambda limit, then: Modelled(LimitData(limit, then=then), lambda data: data[:limit]),
        numbers,
        st.sampled_from(["close", "drop"]),
    ),
    st.just(Modelled(Silence(), lambda _: b"")),
    st.sampled_from(
        [
            Modelled(fault, same)
            for fault in (
                Noop(),
                Slices(1),
                Slices(3),
                Latency(0.0002),
                Latency(0.0002, jitter=0.0001, seed=1),
                Bandwidth(10_000_000, piece=2),
                Stall(after=2, seconds=0.0002),
            )
        ]
    ),
)

#: Two letters only, so that what is looked for is found, often across pieces.
pieces = st.lists(st.text("ab\n", min_size=1, max_size=8).map(str.encode), max_size=6)

many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def saying():
    """A mock that says these pieces, one at a time, and closes; and keeps what it hears."""

    class Engine(asyncio.Protocol):
        says = ()
        heard = b""

        def connection_made(self, transport):
            self.transport = transport
            for piece in self.says:
                transport.write(piece)
            if self.says:
                transport.close()

        def data_received(self, data):
            Engine.heard += data

        def eof_received(self):
            return False

    with TCPMock(Engine, name="said") as mock:
        yield mock, Engine


def place_all(mock, chosen, **options):
    """Place faults once; one that is refused, for it overlaps another, is not part of the plan."""
    plan, placed = [], []
    for each in chosen:
        try:
            placed.append(mock.fault(each.fault, times=1, required=False, **options))
            plan.append(each)
        except MisuseError:
            assert type(each.fault) in [type(other.fault) for other in plan]
    return plan, placed


def read_all(client):
    with client:
        return client.makefile("rb").read()


@many
@given(said=pieces, chosen=st.lists(faults, min_size=1, max_size=4))
def test_a_client_is_told_what_the_plan_makes_of_what_was_said(saying, said, chosen):
    mock, engine = saying
    engine.says = said or [b"-"]
    expected = b"".join(engine.says)
    plan, placed = place_all(mock, chosen)
    for each in plan:
        expected = each.model(expected)
    assert read_all(socket.create_connection(mock.address, timeout=5)) == expected
    for each in placed:
        each.withdraw()
    # The next connection is served as if nothing had been.
    assert read_all(socket.create_connection(mock.address, timeout=5)) == b"".join(engine.says)


@many
@given(said=pieces, chosen=st.lists(faults, min_size=1, max_size=4))
def test_a_mock_hears_what_the_plan_makes_of_what_was_said(saying, said, chosen):
    mock, engine = saying
    engine.says, engine.heard = (), b""
    expected = b"".join(said)
    plan, placed = place_all(mock, chosen, direction="in")
    for each in plan:
        expected = each.model(expected)
    mock.journal.whole.clear()
    with socket.create_connection(mock.address, timeout=5) as client:
        try:
            for piece in said:
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the plan has ended the connection
        mock.journal.wait_for(lambda entry: entry.kind == "closed")
    assert engine.heard == expected
    for each in placed:
        each.withdraw()
