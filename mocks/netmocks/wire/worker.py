"""Worker threads: where a test's plain functions run, so that they can't block the loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")

NAME = "netmocks-worker"


async def in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread of its own and return what it returns.

    A thread for each call, not a pool: it ends with the call, and one that hangs holds up neither
    the others nor the end of the process.
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

    threading.Thread(target=run, name=NAME, daemon=True).start()
    return await done


def _finish(done: asyncio.Future[T], result: T) -> None:
    if not done.done():  # it is when the awaiting coroutine was cancelled
        done.set_result(result)


def _fail(done: asyncio.Future[T], error: BaseException) -> None:
    if isinstance(error, StopIteration):  # a future refuses it, and the coroutine would hang
        error = RuntimeError("the function raised StopIteration")
    if not done.done():
        done.set_exception(error)


def _tell(loop: asyncio.AbstractEventLoop, report: Callable[[], object]) -> None:
    # Once the loop has ended, nobody waits for the answer any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(report)
