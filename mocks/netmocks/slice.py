"""Slice: the part of a record that belongs to somebody; it reads and waits like the whole."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar, overload

from netmocks.record import PATIENCE, Record, anything

T = TypeVar("T")


class Slice(Generic[T]):
    """The items of a record for which a function is true.

    Arguments:
        whole: the record.
        belongs: tells whether an item is in the slice.
    """

    def __init__(self, whole: Record[T], belongs: Callable[[T], object]) -> None:
        #: the record that it is a part of
        self.whole = whole
        self._belongs = belongs

    def __iter__(self) -> Iterator[T]:
        return filter(self._belongs, self.whole)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        items = list(self)
        if isinstance(index, slice):
            return items[index]
        try:
            return items[index]
        except IndexError:
            raise IndexError(f"no item {index}: there are {len(items)} here") from None

    def _within(self, predicate: Callable[[T], object]) -> Callable[[T], object]:
        return lambda item: self._belongs(item) and predicate(item)

    def wait_for(
        self, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> T:
        """Return the first item of the slice that matches; see `Record.wait_for`."""
        return self.whole.wait_for(self._within(predicate), timeout=timeout)

    async def wait_for_async(
        self, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> T:
        """`wait_for` for coroutines."""
        return await self.whole.wait_for_async(self._within(predicate), timeout=timeout)

    def wait_for_count(
        self, count: int, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> list[T]:
        """Return the first `count` items of the slice that match; see `Record.wait_for_count`."""
        return self.whole.wait_for_count(count, self._within(predicate), timeout=timeout)

    async def wait_for_count_async(
        self, count: int, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> list[T]:
        """`wait_for_count` for coroutines."""
        return await self.whole.wait_for_count_async(
            count, self._within(predicate), timeout=timeout
        )
