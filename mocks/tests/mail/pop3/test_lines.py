from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail.pop3.lines import Line, LineReader


def _read(pieces, limit=20):
    reader, lines = LineReader(), []
    for piece in pieces:
        reader.receive(piece)
        while (line := reader.next(limit)) is not None:
            lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("data", "text", "sin"),
    [
        (b"STAT\r\n", "STAT", ""),
        (b"\r\n", "", ""),
        (b"STAT\n", "STAT", "a line ends in a bare LF"),
        (b"\n", "", "a line ends in a bare LF"),
        (b"a\0b\r\n", "a\0b", "a line has a NUL in it"),
        (b"a\rb\r\n", "a\rb", "a line has a bare CR in it"),
        (b"a\r\r\n", "a\r", "a line has a bare CR in it"),
        ("USER ü\r\n".encode(), "USER ü", "a line has 8-bit characters"),
        (b"\xff\r\n", "\udcff", "a line has 8-bit characters"),
    ],
)
def test_lines_are_read_whatever_is_wrong_with_them(data, text, sin):
    (line,) = _read([data])
    assert line.text == text
    assert line.sin.startswith(sin)
    assert bool(line.sin) is bool(sin)


@pytest.mark.parametrize(("length", "is_too_long"), [(18, False), (19, True), (500, True)])
def test_a_line_may_be_as_long_as_the_limit_with_its_end(length, is_too_long):
    long, next_ = _read([b"x" * length + b"\r\nNOOP\r\n"])
    assert long.is_too_long is is_too_long
    assert (long.text == "") is is_too_long
    assert next_ == Line("NOOP")


def test_what_is_too_long_is_not_kept():
    reader = LineReader()
    for _ in range(1000):
        reader.receive(b"x" * 1000)
        assert reader.next() is None
        assert len(reader._buffer) <= 1000
    assert reader.has_rest
    reader.receive(b"\r\nNOOP\r\n")
    assert reader.next().sin == "a line is longer than 255 bytes"
    assert reader.next() == Line("NOOP")
    assert not reader.has_rest


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"abc", b"x" * 9, b"\xff"])).map(b"".join),
    st.lists(st.integers(0, 60), max_size=4),
)
def test_lines_are_the_same_wherever_the_bytes_are_cut(data, places):
    bounds = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    cut = _read([data[start:end] for start, end in pairwise(bounds)])
    assert cut == _read([data])
    assert len(cut) == data.count(b"\n")
