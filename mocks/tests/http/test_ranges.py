import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.http.ranges import MOST, satisfied


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("bytes=0-0", [range(1)]),
        ("bytes=2-4", [range(2, 5)]),
        ("bytes=5-", [range(5, 10)]),
        ("bytes=5-99", [range(5, 10)]),
        ("bytes=-3", [range(7, 10)]),
        ("bytes=-99", [range(10)]),
        ("BYTES = 0-1", [range(2)]),
        ("bytes= 0-1 ,\t4-5 ,,", [range(2), range(4, 6)]),
        ("bytes=8-,0-1", [range(8, 10), range(2)]),
        ("bytes=0-1,20-30", [range(2)]),
        # none of them is there
        ("bytes=10-", []),
        ("bytes=-0", []),
        ("bytes=20-30,40-", []),
        ("bytes=99999999999999999999999-", []),
        # not to be read, or not worth it
        ("bytes=4-2", None),
        ("bytes=0-1,4-2", None),
        ("bytes=-", None),
        ("bytes=--1", None),
        ("bytes=1", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=+1-2", None),
        ("bytes=", None),
        ("bytes", None),
        ("lines=0-1", None),
        ("", None),
        ("bytes=0-,0-", None),
        ("bytes=0-9,-1", None),
    ],
)
def test_a_field_names_the_parts_that_there_are(field, found):
    assert satisfied(field, 10) == found


def test_numbers_of_any_length_are_read():
    assert satisfied(f"bytes={'0' * 9000}1-{'9' * 9000}", 10) == [range(1, 10)]


def test_more_ranges_than_are_sensible_are_ignored():
    field = "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 4 * MOST, 2))
    assert satisfied(field, 10_000) is None


def test_the_end_of_nothing_is_nothing_but_no_error():
    assert satisfied("bytes=-5", 0) is None
    assert satisfied("bytes=0-", 0) == []


@given(st.text(alphabet="0123456789-, =bytesx\t", max_size=40), st.integers(0, 50))
def test_whatever_is_asked_the_parts_lie_within_and_are_no_more_than_all(text, size):
    found = satisfied("bytes=" + text, size)
    if found is not None:
        assert all(0 <= span.start < span.stop <= size for span in found)
        assert sum(map(len, found)) <= size
