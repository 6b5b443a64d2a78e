"""Worker threads: where a test's plain functions run, so that they can't block the loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

NAME = "netmocks-worker"

Order = Callable[[], object]


class Crew:
    """The functions that threads run for somebody, for as long as each takes.

    The coroutine that awaited one may be gone by then: it can be cancelled, a thread can't.
    """

    #: that of the running coroutine
    current: ContextVar["Crew"] = ContextVar("current")

    def __init__(self) -> None:
        self._at_work: dict[asyncio.Future[None], str] = {}

    def begin(self, work: object) -> asyncio.Future[None]:
        """Take note of a function; the result of what is returned is to tell its end."""
        ended = asyncio.get_running_loop().create_future()
        self._at_work[ended] = name_of(work)
        ended.add_done_callback(self._at_work.pop)
        return ended

    @property
    def is_idle(self) -> bool:
        """Whether there are none."""
        return not self._at_work

    async def left(self, patience: float) -> list[str]:
        """Return the names of those that have not ended within so many seconds."""
        if self._at_work:
            await asyncio.wait(set(self._at_work), timeout=patience)
        return list(self._at_work.values())


def name_of(work: object) -> str:
    """Return what a report calls a function of the test's, or something else that is run."""
    while isinstance(work, partial):
        work = work.func
    return getattr(work, "__qualname__", None) or repr(work)


async def in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread of its own and return what it returns; see `Worker.run`."""
    worker = Worker()
    try:
        return await worker.run(function)
    finally:
        worker.end()


class Worker:
    """A thread that runs functions, one after the other, for one coroutine.

    Not one of a pool: one that hangs holds up neither the others nor the end of the process. It
    ends when it is told to, or when nobody can tell it anything any more. Its functions see the
    context variables of the coroutine that made it.
    """

    def __init__(self) -> None:
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        context = copy_context()
        threading.Thread(
            target=context.run, args=(_obey, self._orders), name=NAME, daemon=True
        ).start()

    def __del__(self) -> None:
        self.end()

    async def run(self, function: Callable[[], T], *, work: object = None) -> T:
        """Run a function and return what it returns.

        What it raises is raised here; what would end the loop (SystemExit and its kin), within a
        RuntimeError.

        Arguments:
            function: what to run.
            work: what of the test's own it runs, for reports; the function itself if left out.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        ended = Crew.current.get(Crew()).begin(work or function)

        def order() -> None:
            try:
                result = function()
            except BaseException as error:  # carried to the awaiting coroutine, which raises it
                report = partial(_fail, done, error)
            else:
                report = partial(_finish, done, result)
            _tell(loop, partial(_conclude, ended, report))

        self._orders.put(order)
        return await done

    def end(self, last: Order | None = None) -> None:
        """Let the thread end behind what it does now, and behind this last function."""
        if last is not None:
            self._orders.put(last)
        self._orders.put(None)


def _obey(orders: "SimpleQueue[Order | None]") -> None:
    while (order := orders.get()) is not None:
        order()
        del order  # it may hold what only the waiting for the next one keeps alive


def _finish(done: asyncio.Future[T], result: T) -> None:
    if not done.done():  # it is when the awaiting coroutine was cancelled
        done.set_result(result)


def _fail(done: asyncio.Future[T], error: BaseException) -> None:
    # A future refuses StopIteration; and what is no Exception passes by all who would report it.
    if isinstance(error, StopIteration) or not isinstance(error, Exception):
        wrapped = RuntimeError(f"the function raised {type(error).__name__}: {error}")
        wrapped.__cause__ = error
        error = wrapped
    if not done.done():
        done.set_exception(error)


def _conclude(ended: asyncio.Future[None], report: Callable[[], object]) -> None:
    ended.set_result(None)
    report()


def _tell(loop: asyncio.AbstractEventLoop, report: Callable[[], object]) -> None:
    # Once the loop has ended, nobody waits for the answer any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(report)
