import asyncio
import threading
from contextlib import aclosing

import pytest

from netmocks.errors import MisuseError
from netmocks.http.pieces import as_bytes, each
from netmocks.record import PATIENCE
from netmocks.wire.worker import NAME, in_thread

pytestmark = pytest.mark.asyncio


async def _read(source):
    return [piece async for piece in each(source)]


async def _async_generator():
    yield b"a"
    yield b"b"


class AsyncPieces:
    def __aiter__(self):
        return _async_generator()


@pytest.mark.parametrize(
    "source",
    [[b"a", b"b"], (b"a", b"b"), iter([b"a", b"b"]), {b"a": 1, b"b": 2}, AsyncPieces()],
)
async def test_all_kinds_of_sources_yield_what_they_have(source):
    assert await _read(source) == [b"a", b"b"]


async def test_an_async_generator_is_read_where_it_stands():
    assert await _read(_async_generator()) == [b"a", b"b"]


async def test_a_plain_generator_is_read_and_closed_by_one_thread():
    threads, closed = [], threading.Event()

    def pieces():
        try:
            while True:
                threads.append(threading.current_thread())
                yield b"a"
        finally:
            threads.append(threading.current_thread())
            closed.set()

    async with aclosing(each(pieces())) as read:
        for _ in range(3):
            await anext(read)
    assert await in_thread(lambda: closed.wait(PATIENCE))
    assert len(threads) == 4
    assert len(set(threads)) == 1
    assert threads[0].name == NAME


async def test_a_plain_generator_is_not_read_ahead():
    read = []

    def pieces():
        for number in range(3):
            read.append(number)
            yield b"a"

    async with aclosing(each(pieces())) as reading:
        await anext(reading)
        await asyncio.sleep(0)
        assert read == [0]


async def test_a_source_that_blocks_for_ever_holds_up_nobody_who_closes_it():
    begun, gate, closed = threading.Event(), threading.Event(), threading.Event()

    def pieces():
        try:
            begun.set()
            gate.wait(PATIENCE)
            yield b"late"
        finally:
            closed.set()

    reading = asyncio.ensure_future(anext(each(pieces())))
    assert await in_thread(lambda: begun.wait(PATIENCE))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not closed.is_set()
    gate.set()
    assert await in_thread(lambda: closed.wait(PATIENCE))


async def test_closing_it_closes_an_async_source():
    class Source:
        closed = False

        def __aiter__(self):
            return self

        async def __anext__(self):
            return b"a"

        async def aclose(self):
            self.closed = True

    source = Source()
    async with aclosing(each(source)) as reading:
        await anext(reading)
    assert source.closed


async def test_what_a_source_raises_is_raised_where_it_is_read():
    def pieces():
        yield b"a"
        raise ValueError("mine")

    reading = each(pieces())
    assert await anext(reading) == b"a"
    with pytest.raises(ValueError, match="mine"):
        await anext(reading)


async def test_a_piece_is_bytes_or_text():
    assert [as_bytes(piece) for piece in (b"a", bytearray(b"b"), memoryview(b"c"), "ü")] == [
        b"a",
        b"b",
        b"c",
        "ü".encode(),
    ]
    with pytest.raises(MisuseError, match="one of its pieces is None"):
        as_bytes(None)
