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
        self._is_running = self._is_pausing = self._is_cancelled = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine until it waits."""
        self._coroutine = coroutine
        self._step(coroutine.send, None)

    def go_on(self) -> None:
        """End a pause; without any, there is nothing to do: it looks before it pauses."""
        if self._is_pausing:
            self._step(self._coroutine.send, None)

    def cancel(self) -> None:
        """Have `CancelledError` raised where it waits; if it runs, where it waits next."""
        if self._is_running:
            self._is_cancelled = True
        elif self._task is not None:
            self._task.cancel()
        elif self._is_pausing:
            self._step(self._coroutine.throw, asyncio.CancelledError())

    # -- for the coroutine ---------------------------------------------------------------------

    @types.coroutine
    def pause(self) -> Generator[Any, Any, None]:
        """Wait until there is something to look at; there may turn out to be nothing.

        No other task can wait here for the coroutine.
        """
        yield self

    async def as_task(self) -> None:
        """Be a task for now: code that is not ours may ask asyncio which task it is in."""
        if self._task is None:
            await asyncio.sleep(0)

    # -- its steps -----------------------------------------------------------------------------

    def _step(self, go: Callable[[Any], object], what: object) -> None:
        self._is_pausing = False
        try:
            awaited = self._run(go, what)
        except (StopIteration, asyncio.CancelledError):
            return
        self._is_pausing = awaited is self
        if not self._is_pausing:
            self._task = self._spawn(self._until_pause(awaited))
            self._task.add_done_callback(self._see_begun)

    def _run(self, go: Callable[[Any], object], what: object) -> object:
        """Let it run until it waits, and return for what."""
        self._is_running = True
        try:
            awaited = go(what)
            while self._is_cancelled:
                self._is_cancelled = False
                awaited = self._coroutine.throw(asyncio.CancelledError())
            return awaited
        finally:
            self._is_running = self._is_cancelled = False

    def _see_begun(self, task: asyncio.Task[None]) -> None:
        """Cancel the coroutine whose task was cancelled before it could tell it."""
        if task is self._task:
            self._task = None
            self._step(self._coroutine.throw, asyncio.CancelledError())

    async def _until_pause(self, awaited: object) -> None:
        try:
            await self._onward(awaited)
        finally:
            self._task = None

    @types.coroutine
    def _onward(self, awaited: object) -> Generator[Any, Any, None]:
        """Await what the coroutine awaits already, then what it awaits next, until it pauses."""
        coroutine = self._coroutine
        while awaited is not self:
            try:
                try:
                    said = yield awaited
                except BaseException as error:  # cancelled, say: which is the coroutine's matter
                    awaited = self._run(coroutine.throw, error)
                else:
                    awaited = self._run(coroutine.send, said)
            except StopIteration:
                return
        self._is_pausing = True
