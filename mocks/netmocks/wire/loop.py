"""The loop thread: one background event loop a process, on which all mocks live.

Blocking and asynchronous clients both work against it, and a test that blocks its own event loop
can't deadlock its mocks. It starts with the first lease and ends with the last.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from netmocks.wire.lending import LendingLoop

P = ParamSpec("P")
T = TypeVar("T")

NAME = "netmocks-loop"


class LoopThread:
    """An event loop in a thread of its own, alive while somebody holds a lease."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases = 0
        self._loop: LendingLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def leases(self) -> int:
        """How many hold it."""
        return self._leases

    def acquire(self) -> asyncio.AbstractEventLoop:
        """Take a lease, starting the thread if it is the first; return the loop."""
        with self._lock:
            if self._loop is None:
                self._start()
            self._leases += 1
            assert self._loop is not None
            return self._loop

    def release(self) -> None:
        """Give a lease back; the last one ends the thread, unless it is the thread that asks."""
        with self._lock:
            self._leases -= 1
            if self._leases == 0:
                self._end()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in the loop and return what it returns; needs a lease.

        It runs in the caller's thread where the loop sleeps, else in the loop's.
        """
        if self.is_current():
            return function(*args, **kwargs)
        assert self._loop is not None
        run = partial(function, *args, **kwargs)
        if self._loop.borrow():
            try:
                return self._loop.run(run)
            finally:
                self._loop.give_back()
        told: SimpleQueue[Callable[[], T]] = SimpleQueue()
        self._loop.call_soon_threadsafe(lambda: told.put(_outcome(run)))
        return told.get()()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop thread and return what it returns; needs a lease."""
        assert self._loop is not None
        assert not self.is_current()
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def current(self) -> asyncio.AbstractEventLoop:
        """Return the loop, to who runs in its thread or has a lease."""
        assert self._loop is not None
        return self._loop

    def is_current(self) -> bool:
        """Whether the caller runs in the loop."""
        return self._loop is not None and asyncio._get_running_loop() is self._loop

    def _start(self) -> None:
        # A selector loop by name: the listener watches its socket with add_reader, and the mocks
        # behave alike whatever event loop policy the code under test sets.
        self._loop = LendingLoop()
        self._thread = threading.Thread(
            target=self._run, args=(self._loop,), name=NAME, daemon=True
        )
        self._thread.start()

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            _cancel_all(loop)
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    def _end(self) -> None:
        loop, thread = self._loop, self._thread
        assert loop is not None
        assert thread is not None
        self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)
        if thread is not threading.current_thread():
            thread.join()


def _outcome(function: Callable[[], T]) -> Callable[[], T]:
    """Run a function; return one that returns what it did, or raises what it raised."""
    try:
        result = function()
    except BaseException as error:  # who waits for it in another thread gets it raised
        raised = error

        def again() -> T:
            raise raised

        return again
    return lambda: result


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still runs, so that no task is destroyed while it is pending."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=1.0))


#: The one loop thread of this process.
shared = LoopThread()

# A forked child has no such thread: it starts afresh, and the parent's mocks stay the parent's.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared.__init__)  # type: ignore[misc]  # reset in place
