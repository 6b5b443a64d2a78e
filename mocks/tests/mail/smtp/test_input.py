import asyncio

import pytest

from netmocks.mail.smtp.input import Input


class Transport:
    """Stands in for a connection: whether it is read from."""

    reading = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


@pytest.fixture
def read():
    """Feed an input of a hundred octets a line; the input, and its transport."""

    def read(data, *, ended=False):
        reader, transport = asyncio.StreamReader(limit=100), Transport()
        reader.set_transport(transport)
        reader.feed_data(data)
        if ended:
            reader.feed_eof()
        return Input(reader), transport

    return read


@pytest.mark.asyncio
async def test_lines_come_with_their_ends(read):
    lines, _ = read(b"one\r\ntwo\n")
    assert [await lines.line(), await lines.line()] == [(b"one\r\n", 0), (b"two\n", 0)]
    assert not lines


@pytest.mark.asyncio
async def test_a_line_that_is_far_too_long_is_skipped_and_counted(read):
    lines, _ = read(b"x" * 1000 + b"\nnext\n")
    assert [await lines.line(), await lines.line()] == [(b"", 1001), (b"next\n", 0)]


@pytest.mark.asyncio
@pytest.mark.parametrize("data", [b"", b"half", b"x" * 1000])
async def test_a_line_that_never_ends_is_none(read, data):
    lines, _ = read(data, ended=True)
    with pytest.raises(asyncio.IncompleteReadError):
        await lines.line()


@pytest.mark.asyncio
async def test_what_waits_can_be_taken_and_put_back_even_behind_the_end(read):
    waiting, transport = read(b"x" * 500, ended=True)
    assert not transport.reading
    assert len(waiting) == 500
    assert waiting.take() == b"x" * 500
    assert transport.reading
    assert waiting.has_ended
    waiting.put_back(b"NOOP\r\n")
    assert not waiting.has_ended
    assert await waiting.line() == (b"NOOP\r\n", 0)
