"""Lending loop: an event loop in which other threads may run something while it sleeps.

To wake a thread, and to be woken by it, costs more than most of what a mock does in its life; and
where the two are on two processors then, all that they say to each other takes longer.
"""

import asyncio
import select
import selectors
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

#: Whether the system tells who sleeps already of a socket that is watched from now on.
_TELLS_SLEEPERS = hasattr(select, "epoll") or hasattr(select, "kqueue")


class _Selector(selectors.DefaultSelector):
    """Where the loop sleeps: it gives its place away meanwhile."""

    def __init__(self, place: threading.Lock) -> None:
        super().__init__()
        self._place = place
        #: whether somebody has had it since
        self.was_lent = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self.was_lent = False
        self._place.release()
        try:
            events = super().select(timeout)
        finally:
            self._place.acquire()
        return self._still_watched(events) if self.was_lent else events

    def _still_watched(
        self, events: list[tuple[selectors.SelectorKey, int]]
    ) -> list[tuple[selectors.SelectorKey, int]]:
        """Leave out the events of sockets that a borrower has closed since they were seen.

        The loop would take a new socket of the same number for the old one. What is left out
        without need is seen again.
        """
        watched = self.get_map()
        return [(key, mask) for key, mask in events if watched.get(key.fd) is key]


class LendingLoop(asyncio.SelectorEventLoop):
    """An event loop that lends its place to another thread while it sleeps."""

    def __init__(self) -> None:
        # Held by the loop while it is awake, and by who has borrowed it.
        self._place = threading.Lock()
        self._place.acquire()
        self._bed = _Selector(self._place)
        super().__init__(self._bed)
        self._has_more_to_do = False

    def borrow(self, patience: float = 0) -> bool:
        """Take the loop's place; false if it is awake, or has lent it to somebody else.

        Who has it calls `run`, then `give_back`.

        Arguments:
            patience: seconds to wait for it.
        """
        # In debug mode, asyncio minds in which thread it is called.
        if self.get_debug() or not self._place.acquire(timeout=patience):
            return False
        self._bed.was_lent = True
        self._has_more_to_do = False
        return True

    def run(self, function: Callable[[], T]) -> T:
        """Run a function in the loop's place, and return what it returns."""
        own = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            return copy_context().run(function)
        finally:
            asyncio._set_running_loop(own)

    def give_back(self) -> None:
        """Give the loop's place back; the loop wakes up if there is more for it to do."""
        must_wake = self._has_more_to_do or not _TELLS_SLEEPERS
        self._place.release()
        if must_wake:
            self.call_soon_threadsafe(_nothing)

    # What the loop is to do later: all of asyncio's ways to say so come down to these two.

    def call_soon(
        self,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        self._has_more_to_do = True
        return super().call_soon(callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self._has_more_to_do = True
        return super().call_at(when, callback, *args, context=context)


def _nothing() -> None:
    pass
