"""Head and tail of what is written, and the search in its pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netharness.children.output import KEPT, Output, Search


def test_what_is_little_is_kept_whole():
    output = Output()
    for piece in (b"one ", b"two ", "三".encode()):
        output.add(piece)
    assert str(output) == "one two 三"
    assert output.size == 11


@pytest.mark.parametrize("size", [2 * KEPT, 2 * KEPT + 1, 5 * KEPT])
def test_of_a_flood_head_and_tail_are_kept(size):
    output = Output()
    data = bytes(number % 251 for number in range(size))
    for start in range(0, size, 65536):
        output.add(data[start : start + 65536])
    kept = bytes(output)
    if size == 2 * KEPT:
        assert kept == data
    else:
        note = f"\n[... {size - 2 * KEPT} bytes left out ...]\n".encode()
        assert kept == data[:KEPT] + note + data[-KEPT:]


def test_what_is_no_utf8_is_replaced():
    output = Output()
    output.add(b"caf\xe9")
    assert str(output) == "caf\ufffd"
    assert bytes(output) == b"caf\xe9"


@given(
    st.lists(st.text("ab", max_size=5)), st.text("ab", min_size=1, max_size=4), st.integers(1, 4)
)
def test_a_search_finds_what_a_search_in_the_whole_finds(pieces, wanted, count):
    search = Search(wanted, count)
    found = any(search(piece.encode()) for piece in pieces)
    assert found == ("".join(pieces).count(wanted) >= count)


def test_a_search_ends_when_nothing_more_comes():
    search = Search("x", 1)
    assert search(None)
    assert not search.found
