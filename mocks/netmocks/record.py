"""Record: an append-only list that is bounded, and that others can wait on without polling."""

import asyncio
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from itertools import count
from typing import Any, Generic, TypeVar, overload

from netmocks.errors import MisuseError, WaitTimeout

T = TypeVar("T")

#: Seconds that a wait lasts unless it is told otherwise: far above what loopback needs, and short
#: enough that a person waits for the answer.
PATIENCE = 5.0

#: What an item costs besides its own bytes, so that a flood of empty ones is bounded too.
OVERHEAD = 300

#: Items that make a page, and bytes of one item that end a page at once: what is not weighed yet
#: stays small.
PAGE = 64
LARGE = 4096

#: A page is dropped as a whole where it is no more than this part of the limit.
FINENESS = 16


class Sought(Generic[T]):
    """A predicate that can say what it looks for, for the texts of waits in vain.

    Arguments:
        fits: the predicate.
        spelling: what it looks for, as Python has it; "" for anything.
    """

    __slots__ = ("fits", "spelling")

    def __init__(self, fits: Callable[[T], object], spelling: str) -> None:
        self.fits = fits
        self.spelling = spelling

    def __call__(self, item: T) -> object:
        return self.fits(item)


class _Waiter(Generic[T]):
    """One wait: what it looks for, and the future that ends it."""

    __slots__ = ("count", "failure", "found", "future", "predicate")

    def __init__(self, predicate: Callable[[T], object], count: int) -> None:
        self.predicate = predicate
        self.count = count
        self.found: list[T] = []
        #: what the predicate raised
        self.failure: BaseException | None = None
        self.future: Future[list[T]] = Future()

    def offer(self, item: T) -> bool:
        """Look at one item; true when the wait is over."""
        try:
            try:
                if self.predicate(item):
                    self.found.append(item)
            except BaseException as error:  # the test's own predicate failed: the test is told
                self.failure = error
                if isinstance(error, StopIteration):  # a coroutine can't be told that
                    self.failure = RuntimeError("the predicate raised StopIteration")
                self.future.set_exception(self.failure)
                return True
            if len(self.found) < self.count:
                return False
            self.future.set_result(self.found)
        except InvalidStateError:
            pass  # a coroutine gave up waiting in this very moment
        return True


def anything(_: object) -> bool:
    """Match every item: the predicate of a wait that only counts."""
    return True


def in_running_loop() -> bool:
    """Whether the caller runs inside an event loop, which must not block."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class Waitable(Generic[T]):
    """Items in order that can be waited on, from threads and from coroutines, without polling.

    A subclass keeps the items, and shows each new one to those who wait, by `_tell`.
    """

    #: held while items or waiters are looked at or changed
    _lock: threading.RLock

    def __init__(self) -> None:
        self._waiters: list[_Waiter[T]] = []

    @abstractmethod
    def _items(self) -> list[T]:
        """Return all items, in a list of the caller's own; under the lock."""

    def _tell(self, item: T) -> None:
        """Show a new item to those who wait; under the lock."""
        self._waiters = [waiter for waiter in self._waiters if not waiter.offer(item)]

    def __len__(self) -> int:
        with self._lock:
            return len(self._items())

    def __iter__(self) -> Iterator[T]:
        with self._lock:
            return iter(self._items())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        with self._lock:
            items = self._items()
            try:
                return items[index]
            except IndexError:
                raise IndexError(f"no item {index}: {self._summary()}") from None

    def tail(self, count: int) -> list[T]:
        """The newest items, oldest first."""
        with self._lock:
            return self._items()[-count:] if count > 0 else []

    def wait_for(
        self, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> T:
        """Return the first item, past or future, for which the predicate is true.

        Arguments:
            predicate: called with each item; runs in the thread that records it.
            timeout: seconds.

        Raises:
            WaitTimeout: nothing matched in time; the text shows what did arrive.
            MisuseError: called inside a running event loop, which it would block.
        """
        return self.wait_for_count(1, predicate, timeout=timeout)[0]

    async def wait_for_async(
        self, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> T:
        """`wait_for` for coroutines: the event loop runs on meanwhile."""
        return (await self.wait_for_count_async(1, predicate, timeout=timeout))[0]

    def wait_for_count(
        self, count: int, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> list[T]:
        """Return the first `count` matching items, past or future; see `wait_for`."""
        waiter = self._enlist(count, predicate)
        if not waiter.future.done() and in_running_loop():
            self._dismiss(waiter)
            raise MisuseError(
                "this wait would block the event loop it was called in, and whatever it waits for"
                " with it: write 'await ..._async(...)' instead"
            )
        try:
            return waiter.future.result(timeout)
        except TimeoutError:
            raise self._too_late(waiter, timeout) from None
        finally:
            self._dismiss(waiter)

    async def wait_for_count_async(
        self, count: int, predicate: Callable[[T], object] = anything, *, timeout: float = PATIENCE
    ) -> list[T]:
        """`wait_for_count` for coroutines: the event loop runs on meanwhile."""
        waiter = self._enlist(count, predicate)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(waiter.future), timeout)
        except TimeoutError:
            raise self._too_late(waiter, timeout) from None
        finally:
            self._dismiss(waiter)

    def _enlist(self, count: int, predicate: Callable[[T], object]) -> _Waiter[T]:
        if count < 1:
            raise MisuseError(f"waiting for {count} items: at least one is needed")
        waiter = _Waiter(predicate, count)
        with self._lock:
            if not any(waiter.offer(item) for item in self._items()):
                self._waiters.append(waiter)
        return waiter

    def _dismiss(self, waiter: _Waiter[T]) -> None:
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def _too_late(self, waiter: _Waiter[T], timeout: float) -> BaseException:
        if waiter.failure is not None:
            return waiter.failure  # the predicate's own TimeoutError, not that of the wait
        missing = (
            f"{len(waiter.found)} of {waiter.count} arrived" if waiter.count > 1 else "nothing"
        )
        wanted = waiter.predicate
        spelling = wanted.spelling if isinstance(wanted, Sought) else ""
        sought = f"with {spelling}" if spelling else "that was waited for"
        return WaitTimeout(f"{missing} {sought} within {timeout:g} s; {self._summary()}")

    def _summary(self) -> str:
        """What is here, for error messages."""
        if not len(self):
            return "nothing arrived at all"
        shown = [f"  {item!r}" for item in self.tail(10)]
        return "\n".join([f"{len(self)} recorded; the newest:", *shown])


class _Page:
    """Items that were put down one after the other, and what they weigh together."""

    __slots__ = ("first", "put", "size")

    def __init__(self, first: int, put: list[Any], size: int) -> None:
        #: the number of its first item, from 1
        self.first = first
        self.put = put
        self.size = size


class Record(Waitable[T]):
    """Append-only, ordered, bounded in bytes, waitable from threads and from coroutines.

    Appending is what servers do all the time, so it only puts the item down, without a lock. What
    was put down is settled a page at once (weighed, bounded, shown to who waits): when somebody
    reads or waits, and before it is much.

    Arguments:
        limit: bytes to keep; the oldest items go first, and `dropped` counts them.
    """

    def __init__(self, *, limit: int) -> None:
        super().__init__()
        if limit <= 0:
            raise MisuseError(f"limit={limit!r}: a record keeps a positive number of bytes")
        self.limit = limit
        #: what is not settled yet: any thread appends, and who holds the lock takes
        self._fresh: list[Any] = []
        self._pages: deque[_Page] = deque()
        self._size = 0
        self._dropped = 0
        self._next = 1
        self._lock = threading.RLock()
        self._is_settling = False

    def append(self, item: T, size: int = 0) -> None:
        """Add an item that holds so many bytes, and wake whoever waits for it."""
        fresh = self._fresh
        fresh.append((item, size))
        if self._waiters or len(fresh) >= PAGE or size > LARGE:
            self._settle()

    def _weigh(self, put: list[Any]) -> int:
        """Return the bytes that these hold; for subclasses that put down other things."""
        return sum(size for _, size in put)

    def _item(self, number: int, put: Any) -> T:
        """Return the item that something put down stands for; for such subclasses, too."""
        item: T = put[0]
        return item

    def _settle(self) -> None:
        with self._lock:
            if self._is_settling:  # a waiter's predicate made us write: the loop below goes on
                return
            self._is_settling = True
            try:
                while self._fresh:
                    self._settle_page()
            finally:
                self._is_settling = False

    def _settle_page(self) -> None:
        # No more is taken off than was there: others append meanwhile.
        put = self._fresh[:PAGE]
        del self._fresh[: len(put)]
        page = _Page(self._next, put, self._weigh(put) + OVERHEAD * len(put))
        self._next += len(put)
        self._pages.append(page)
        self._size += page.size
        if self._waiters:
            for item in self._items_of(page):
                self._tell(item)
        if self._size > self.limit:
            self._shed()

    def _shed(self) -> None:
        """Drop the oldest until the rest is within the limit: pages, or items where those count."""
        pages = self._pages
        while self._size > self.limit:
            oldest = pages[0]
            many = len(oldest.put)
            if len(pages) == 1 and many == 1:
                return  # the newest always stays
            if len(pages) == 1 or oldest.size > self.limit // FINENESS:
                many = 1
            size = self._weigh(oldest.put[:many]) + OVERHEAD * many
            del oldest.put[:many]
            oldest.first += many
            oldest.size -= size
            self._size -= size
            self._dropped += many
            if not oldest.put:
                pages.popleft()

    def _items_of(self, page: _Page) -> Iterator[T]:
        return map(self._item, count(page.first), page.put)

    def _items(self) -> list[T]:
        """Return all items; under the lock."""
        self._settle()
        return [item for page in self._pages for item in self._items_of(page)]

    @property
    def dropped(self) -> int:
        """How many items were let go to stay within the limit."""
        self._settle()
        return self._dropped

    def clear(self) -> None:
        """Forget what was recorded so far, and how much of it was dropped."""
        with self._lock:
            self._settle()
            self._pages.clear()
            self._size = self._dropped = 0

    def _enlist(self, count: int, predicate: Callable[[T], object]) -> _Waiter[T]:
        waiter = super()._enlist(count, predicate)
        self._settle()  # what was put down before it could be seen that somebody waits
        return waiter

    def __len__(self) -> int:
        with self._lock:
            self._settle()
            return sum(len(page.put) for page in self._pages)
