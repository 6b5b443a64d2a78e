from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail.smtp.content import ContentReader


def _read(pieces, limit=1000):
    """Feed pieces until the end; the reader, and what was behind the end."""
    reader = ContentReader(limit)
    for place, piece in enumerate(pieces):
        rest = reader.receive(piece)
        if rest is not None:
            return reader, rest + b"".join(pieces[place + 1 :])
    return reader, None


@pytest.mark.parametrize(
    ("data", "content", "rest"),
    [
        (b".\r\n", b"", b""),
        (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
        (b"..\r\n.\r\n.\r\n", b".\r\n", b".\r\n"),
        (b"a\n.\n\r.\r\r\n.\r\n", b"a\n.\n\r.\r\r\n", b""),
    ],
)
def test_only_a_dot_on_a_line_of_its_own_ends_the_content(data, content, rest):
    reader, behind = _read([data])
    assert (reader.content, behind, reader.refusal) == (content, rest, "")


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"a"]), max_size=12).map(b"".join),
    st.lists(st.integers(0, 30), max_size=4),
    st.sampled_from([3, 1000]),
)
def test_it_reads_the_same_wherever_the_bytes_are_cut(data, places, limit):
    data += b"\r\n.\r\n"
    bounds = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    pieces = [data[start:end] for start, end in pairwise(bounds)]
    reader, rest = _read(pieces, limit)
    content, _, behind = (b"\r\n" + data).partition(b"\r\n.\r\n")
    assert rest == behind
    content = (content + b"\r\n")[2:]
    assert bool(reader.refusal) is (len(content) > limit)
    if not reader.refusal:
        assert reader.content == content.replace(b"\r\n.", b"\r\n").removeprefix(b".")


@pytest.mark.parametrize(("size", "refusal"), [(10, ""), (11, "552"), (100, "552")])
def test_the_limit_counts_the_last_line_end_and_not_the_dot(size, refusal):
    reader, _ = _read([b"x" * (size - 2) + b"\r\n.\r\n"], limit=10)
    assert reader.refusal[:3] == refusal


@pytest.mark.parametrize(("size", "refusal"), [(999, ""), (1000, "500")])
def test_a_line_may_have_a_thousand_octets_and_the_dot_that_hides_one(size, refusal):
    reader, _ = _read([b"short\r\n" + b"x" * size + b"\r\nshort\r\n.\r\n"], limit=10_000)
    assert reader.refusal[:3] == refusal


def test_what_is_too_much_is_not_kept():
    reader = ContentReader(limit=10)
    for _ in range(100):
        assert reader.receive(b"x" * 1000) is None
        assert len(reader.content) < 1100
    assert reader.receive(b"\r\n.") is None
    assert reader.receive(b"\r\nQUIT\r\n") == b"QUIT\r\n"
    assert reader.refusal.startswith("552")
