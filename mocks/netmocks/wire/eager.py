"""Eager: a coroutine that goes on at once when what it waits for has come.

A task goes on a turn of the loop later. In a dialogue of many short steps that is most of the time:
each turn gives the client's thread the interpreter away, and waits to get it back.
"""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Eager:
    """Runs a coroutine that waits for little but what its owner hears of.

    It pauses, and goes on within the call that tells it to. Where it awaits anything else, it is a
    task until its next pause.

    Arguments:
        spawn: makes that task.
    """

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._coroutine: Coroutine[Any, Any, None]
        self._pause: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine until it waits."""
        self._coroutine = coroutine
        self._step()

    def go_on(self) -> None:
        """End a pause; without any, there is nothing to do."""
        if self._pause is not None:
            self._pause.set_result(None)
            self._step()

    def cancel(self) -> None:
        """Have `CancelledError` raised where it waits."""
        if self._task is not None:
            self._task.cancel()
        elif self._pause is not None:
            self._pause.cancel()
            self._step()

    # -- for the coroutine ---------------------------------------------------------------------

    async def pause(self) -> None:
        """Wait until there is something to look at; there may turn out to be nothing."""
        pause = self._pause = asyncio.get_running_loop().create_future()
        try:
            await pause
        finally:
            self._pause = None

    async def as_task(self) -> None:
        """Be a task for now: code that is not ours may ask asyncio which task it is in."""
        if self._task is None:
            await asyncio.sleep(0)

    # -- its steps -----------------------------------------------------------------------------

    def _step(self) -> None:
        try:
            awaited = self._coroutine.send(None)
        except (StopIteration, asyncio.CancelledError):
            return
        if not self._is_pause(awaited):
            self._task = self._spawn(self._until_pause(awaited))

    def _is_pause(self, awaited: object) -> bool:
        return awaited is not None and awaited is self._pause

    async def _until_pause(self, awaited: object) -> None:
        try:
            await self._onward(awaited)
        finally:
            self._task = None

    @types.coroutine
    def _onward(self, awaited: object) -> Generator[Any, Any, None]:
        """Await what the coroutine awaits already, then what it awaits next."""
        coroutine = self._coroutine
        while not self._is_pause(awaited):
            try:
                try:
                    said = yield awaited
                except BaseException as error:  # cancelled, say: which is the coroutine's matter
                    awaited = coroutine.throw(error)
                else:
                    awaited = coroutine.send(said)
            except StopIteration:
                return
