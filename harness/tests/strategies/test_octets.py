"""Cuts lose nothing, and datagrams fit."""

from hypothesis import given
from hypothesis import strategies as st

from netharness.strategies import cuts, datagrams
from netharness.strategies.octets import LARGEST


@given(st.binary(max_size=40).flatmap(lambda data: st.tuples(st.just(data), cuts(data))))
def test_pieces_make_the_whole_and_none_is_empty(cut):
    data, pieces = cut
    assert b"".join(pieces) == data
    assert all(pieces)
    assert len(pieces) <= 8


@given(datagrams(max_size=3))
def test_a_datagram_is_no_larger_than_asked_for(data):
    assert len(data) <= 3


def test_no_datagram_is_larger_than_can_be(smallest):
    assert LARGEST == 65535 - 20 - 8
    assert smallest(datagrams(max_size=10**6)) == b""


def test_cuts_shrink_to_few_pieces(smallest):
    assert smallest(cuts(b"abc")) == [b"abc"]
    assert len(smallest(cuts(b"abcdef"), lambda pieces: b"c" in pieces)) == 3
    assert smallest(cuts(b"abc"), lambda pieces: len(pieces) == 3) == [b"a", b"b", b"c"]
