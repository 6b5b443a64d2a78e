"""Pieces: what a stream is made of, one by one, wherever they come from."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Iterator
from typing import Any, TypeGuard, TypeVar, cast

from netmocks.errors import MisuseError
from netmocks.wire.worker import Worker

T = TypeVar("T")

#: What yields them, or a generator function, which is called for each request.
Yielding = (
    Iterable[T] | AsyncIterable[T] | Callable[[], Iterable[T]] | Callable[[], AsyncIterable[T]]
)

#: Text is sent as UTF-8.
Pieces = Yielding[bytes | str]


def is_generator_function(source: object) -> TypeGuard[Callable[[], Iterable[Any]]]:
    """Whether calling it makes a generator, which runs nothing of the test's code yet."""
    return inspect.isgeneratorfunction(source) or inspect.isasyncgenfunction(source)


class BreakOff(Exception):
    """Raised by a stream to end its answer in the middle on purpose: the test knows."""


def each(source: Yielding[T]) -> AsyncGenerator[T, None]:
    """Return what a source yields; a plain iterator, which may block, is read by a worker thread.

    A generator function is called. Closing what this returns closes the source.
    """
    if is_generator_function(source):
        return each(source())
    if isinstance(source, (list, tuple)):
        return _at_once(source)
    if isinstance(source, AsyncIterable):
        return _of_loop(source)
    return _of_worker(cast("Iterable[T]", source))


async def _at_once(source: Iterable[T]) -> AsyncGenerator[T, None]:
    for item in source:
        yield item


async def _of_loop(source: AsyncIterable[T]) -> AsyncGenerator[T, None]:
    iterator = aiter(source)
    try:
        async for item in iterator:
            yield item
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()


async def _of_worker(source: Iterable[T]) -> AsyncGenerator[T, None]:
    """All by one thread, for a source may keep to the thread that began to read it."""
    worker, reading = Worker(), _Reading(source)
    try:
        while (item := await worker.run(reading.next, work=source)) is not _END:
            yield cast("T", item)
    finally:
        worker.end(reading.close)


_END: Any = object()


class _Reading:
    """An iterable that is being read; used by the worker thread alone."""

    def __init__(self, source: Iterable[Any]) -> None:
        self._source = source
        self._iterator: Iterator[Any] | None = None

    def next(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._source)
        return next(self._iterator, _END)

    def close(self) -> None:
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()


def as_bytes(piece: object) -> bytes:
    """Return a piece of a stream as it is sent.

    Raises:
        MisuseError: it is neither bytes nor text.
    """
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, str):
        return piece.encode()
    if isinstance(piece, (bytearray, memoryview)):
        return bytes(piece)
    raise MisuseError(f"a stream is made of bytes or text; one of its pieces is {piece!r}")
