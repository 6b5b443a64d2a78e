from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail.smtp.content import Chunk, DottedContent, has_long_line


def _read(content, pieces):
    """Feed pieces until the end; return what was behind it, None if it never came."""
    if content.rest is not None:
        return content.rest + b"".join(pieces)
    for place, piece in enumerate(pieces):
        content.receive(piece)
        if content.rest is not None:
            return content.rest + b"".join(pieces[place + 1 :])
    return None


def _cut(data, places):
    bounds = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(bounds)]


PLACES = st.lists(st.integers(0, 30), max_size=4)


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
    dotted = DottedContent(limit=1000)
    assert _read(dotted, [data]) == rest
    assert dotted.take() == content


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"a"]), max_size=12).map(b"".join),
    PLACES,
    st.sampled_from([3, 1000]),
)
def test_dotted_content_reads_the_same_wherever_the_bytes_are_cut(data, places, limit):
    data += b"\r\n.\r\n"
    dotted = DottedContent(limit)
    rest = _read(dotted, _cut(data, places))
    content, _, behind = (b"\r\n" + data).partition(b"\r\n.\r\n")
    assert rest == behind
    content = (content + b"\r\n")[2:]
    assert dotted.size == len(content)
    assert dotted.is_too_much is (len(content) > limit)
    if not dotted.is_too_much:
        assert dotted.take() == content.replace(b"\r\n.", b"\r\n").removeprefix(b".")


@settings(max_examples=100, deadline=None, database=None)
@given(st.binary(max_size=20), st.integers(0, 25), PLACES)
def test_a_chunk_has_so_many_octets_whatever_they_are_and_wherever_cut(data, size, places):
    chunk = Chunk(size, limit=1000)
    rest = _read(chunk, _cut(data, places))
    if len(data) < size:
        assert rest is None
    else:
        assert rest == data[size:]
        assert chunk.take() == data[:size]


@pytest.mark.parametrize(("size", "is_too_much"), [(10, False), (11, True), (100, True)])
def test_the_limit_counts_the_last_line_end_and_not_the_dot(size, is_too_much):
    dotted, chunk = DottedContent(limit=10), Chunk(size, limit=10)
    dotted.receive(b"x" * (size - 2) + b"\r\n.\r\n")
    chunk.receive(b"x" * size)
    assert dotted.is_too_much is is_too_much
    assert chunk.is_too_much is is_too_much


def test_a_content_at_its_limit_is_whole_however_its_end_is_cut():
    for place in range(13):
        dotted = DottedContent(limit=10)
        assert _read(dotted, _cut(b"12345678\r\n.\r\n", [place])) == b""
        assert not dotted.is_too_much
        assert dotted.take() == b"12345678\r\n"


@pytest.mark.parametrize("content", [DottedContent(limit=10), Chunk(10**12, limit=10)])
def test_what_is_too_much_is_not_kept(content):
    for _ in range(100):
        content.receive(b"x" * 1000)
        assert content.rest is None
        assert content.take() == b""
    assert content.is_too_much
    assert content.size == 100_000


def test_the_end_of_what_is_too_much_is_found_all_the_same():
    dotted = DottedContent(limit=10)
    assert _read(dotted, [b"x" * 1000, b"\r\n.", b"\r\nQUIT\r\n"]) == b"QUIT\r\n"
    assert dotted.is_too_much


@pytest.mark.parametrize(
    ("lines", "is_long"),
    [
        ([], False),
        ([998], False),
        ([999], True),
        ([10, 998, 10], False),
        ([10, 999, 10], True),
        ([998, 998, 998], False),
        ([10] * 500, False),
        ([*[10] * 500, 5000], True),
        ([5000, *[10] * 500], True),
    ],
)
def test_a_line_has_at_most_998_octets_before_its_end(lines, is_long):
    assert has_long_line(b"".join(b"x" * size + b"\r\n" for size in lines)) is is_long


def test_bare_line_feeds_end_no_line():
    assert has_long_line(b"short\n" * 200 + b"\r\n")
    assert has_long_line(b"x" * 1001)
    assert not has_long_line(b"x" * 1000)
