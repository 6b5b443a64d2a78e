"""Worker threads: where a test's plain functions run, so that they can't block the loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TypeVar

T = TypeVar("T")

NAME = "netmocks-worker"


async def in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread of its own and return what it returns.

    A thread for each call, not a pool: it ends with the call, and one that hangs holds up neither
    the others nor the end of the process. It sees the caller's context variables. What it raises
    is raised here; what would end the loop (SystemExit and its kin), within a RuntimeError.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = function()
        except BaseException as error:  # carried to the awaiting coroutine, which raises it
            _tell(loop, partial(_fail, done, error))
        else:
            _tell(loop, partial(_finish, done, result))

    context = copy_context()
    threading.Thread(target=context.run, args=(run,), name=NAME, daemon=True).start()
    return await done


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


def _tell(loop: asyncio.AbstractEventLoop, report: Callable[[], object]) -> None:
    # Once the loop has ended, nobody waits for the answer any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(report)
