"""Octets: datagrams, and streams cut to pieces."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

#: Bytes of data that a datagram over IPv4 has at most: 65535 less the headers (RFC 768, RFC 791).
LARGEST = 65507


def datagrams(*, max_size: int = 1472) -> st.SearchStrategy[bytes]:
    """Data of UDP datagrams, empty ones too (RFC 768).

    Arguments:
        max_size: bytes at most; what one frame of Ethernet holds where left out, and never more
            than `LARGEST`.
    """
    return st.binary(max_size=min(max_size, LARGEST))


def cuts(data: bytes, *, max_pieces: int = 8) -> st.SearchStrategy[list[bytes]]:
    """Pieces of a stream, none of them empty, as a network may deliver it (RFC 9293 §3.8).

    Arguments:
        data: the stream.
        max_pieces: how many pieces at most; it shrinks to one.
    """
    if not data:
        return st.just([])
    places = st.lists(st.integers(1, len(data)), max_size=max_pieces - 1, unique=True)
    return places.map(lambda chosen: _cut(data, chosen))


def _cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    bounds = [0, *sorted({*places, len(data)})]
    return [data[start:end] for start, end in pairwise(bounds)]
