import pytest

from netmocks.mail.smtp.input import Input, Left

LIMIT = 100


class Transport:
    """Stands in for a connection: whether it is read from."""

    reading = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


@pytest.fixture
def transport():
    return Transport()


@pytest.fixture
def hear(transport):
    """Make an input that gets these pieces one by one, whenever more is needed; then the end."""

    def hear(*pieces):
        to_come = list(pieces)

        async def more():
            if to_come:
                heard.receive(to_come.pop(0))
            else:
                heard.end()

        heard = Input(transport, more, LIMIT)
        return heard

    return hear


@pytest.mark.asyncio
async def test_lines_come_with_their_ends(hear):
    lines = hear(b"one\r\ntwo\n")
    assert [await lines.line(), await lines.line()] == [(b"one\r\n", 0), (b"two\n", 0)]
    assert not lines


@pytest.mark.asyncio
async def test_a_line_comes_when_all_of_it_is_there(hear):
    lines = hear(b"o", b"ne\r", b"\ntw", b"o\n")
    assert [await lines.line(), await lines.line()] == [(b"one\r\n", 0), (b"two\n", 0)]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [LIMIT, 10, 1])
async def test_a_line_that_is_far_too_long_is_skipped_and_counted(hear, size):
    said = b"x" * 1000 + b"\nnext\n"
    lines = hear(*(said[i : i + size] for i in range(0, len(said), size)))
    assert [await lines.line(), await lines.line()] == [(b"", 1001), (b"next\n", 0)]


@pytest.mark.asyncio
async def test_a_line_of_just_the_limit_is_whole(hear):
    line = b"x" * (LIMIT - 1) + b"\n"
    assert await hear(line).line() == (line, 0)
    assert await hear(b"x" + line).line() == (b"", LIMIT + 1)


@pytest.mark.asyncio
async def test_aiosmtpd_is_told_of_a_line_that_is_far_too_long(hear):
    lines = hear(b"x" * 1000 + b"\nnext\n")
    with pytest.raises(ValueError, match="a line of 1001 octets"):
        await lines.readline()
    assert await lines.readline() == b"next\n"


@pytest.mark.asyncio
@pytest.mark.parametrize("said", [[], [b"half"], [b"x" * 1000]])
async def test_a_client_that_leaves_before_the_end_of_a_line_has_left(hear, said):
    with pytest.raises(Left):
        await hear(*said).line()


@pytest.mark.asyncio
async def test_what_waits_can_be_taken_and_put_back_even_behind_the_end(hear):
    waiting = hear()
    waiting.receive(b"x" * 500)
    waiting.end()
    assert len(waiting) == 500
    assert waiting.take() == b"x" * 500
    assert waiting.has_ended
    waiting.put_back(b"NOOP\r\n")
    assert not waiting.has_ended
    assert await waiting.line() == (b"NOOP\r\n", 0)


@pytest.mark.asyncio
async def test_a_client_is_read_no_more_while_much_waits(hear, transport):
    waiting = hear()
    waiting.receive(b"x" * LIMIT + b"\n" + b"y" * (LIMIT - 2) + b"\n")
    assert transport.reading
    waiting.receive(b"z")
    assert not transport.reading
    await waiting.line()
    assert transport.reading
