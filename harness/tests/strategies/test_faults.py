"""Faults strike where they are told, and plans shrink to few of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netharness.strategies import byte_faults, fault_plans, http_faults
from netmocks.errors import MisuseError
from netmocks.faults import Cut, End, Reset

DATA = bytes(range(20))


@given(
    st.integers(1, len(DATA)).flatmap(
        lambda length: st.tuples(st.just(length), byte_faults(length))
    )
)
def test_every_fault_strikes_within_the_bytes_and_only_an_end_loses_some(made):
    length, fault = made
    steps = list(fault.strike().through(DATA[:length]))
    passed = b"".join(step for step in steps if isinstance(step, bytes))
    assert len(steps) > len([step for step in steps if isinstance(step, bytes)])
    ended = any(isinstance(step, End) for step in steps)
    assert (passed == DATA[:length]) is not ended


@given(byte_faults(5, behind=b"\x03"))
def test_an_end_may_be_counted_from_a_mark(fault):
    if isinstance(fault, Cut):
        passed = [step for step in fault.strike().through(DATA) if isinstance(step, bytes)]
        assert 4 <= len(b"".join(passed)) <= 8


def test_no_mark_is_no_place(smallest):
    with pytest.raises(MisuseError, match="no bytes stand everywhere"):
        smallest(byte_faults(5, behind=b""), lambda fault: isinstance(fault, Cut))


def test_a_plan_shrinks_to_one_fault_at_its_smallest_place(smallest):
    plans = fault_plans(http_faults(1000))
    assert smallest(plans) == ()
    (fault,) = smallest(plans, lambda plan: any(type(fault) is Cut for fault in plan))
    assert (fault.after, fault.more) == (b"\r\n\r\n", 0)
    (fault,) = smallest(plans, lambda plan: any(isinstance(f, Reset) and f.more > 9 for f in plan))
    assert fault.more == 10


def test_a_plan_has_no_more_faults_than_asked_for(smallest):
    plans = fault_plans(byte_faults(3), max_size=2)
    assert len(smallest(plans, lambda plan: len(plan) == 2)) == 2


@pytest.mark.parametrize("make", [byte_faults, http_faults])
@pytest.mark.parametrize("length", [-1, 1.5, b"data"])
def test_a_length_that_nothing_has_is_refused(make, length):
    with pytest.raises(MisuseError, match=r"it is a number of bytes, such as len\(data\)"):
        make(length)
