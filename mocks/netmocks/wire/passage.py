"""Passage: takes the steps of a strike, in time, on a connection."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import assert_never

from netmocks.faults import Delay, End, Gate, Pause, Step, Struck

#: Seconds by which pauses may be late and are made up for: timers and busy loops are late by some
#: milliseconds. What is later had other reasons, such as a client that did not read.
LAG = 0.1


class Passage(ABC):
    """Takes steps one after the other.

    It keeps a clock of its own, by which every step takes exactly as long as it should: that the
    loop was late for one pause makes the next shorter, so a rate is held, and delays don't add up.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = 0.0

    async def take(self, steps: Iterable[Step], came: float) -> None:
        """Take steps with bytes that came at that time, unless the way is closed meanwhile."""
        self._clock = max(self._clock, came)
        for step in steps:
            if self.is_closed:
                return
            match step:
                case bytes():
                    await self.pass_on(step)
                case Pause(seconds):
                    self._clock = max(self._clock, self._loop.time() - LAG) + seconds
                    await self.wait_until(self._clock)
                case Delay(seconds):
                    self._clock = max(self._clock, came + seconds)
                    await self.wait_until(self._clock)
                case Gate():
                    await self.stand_before(step)
                    self._clock = self._loop.time()
                case Struck(text):
                    self.struck(text)
                case End():
                    await self.end(step)
                case _:
                    assert_never(step)

    @property
    @abstractmethod
    def is_closed(self) -> bool:
        """Whether nothing can pass any more."""

    @abstractmethod
    async def pass_on(self, data: bytes) -> None:
        """Let bytes pass; return when there is room for more."""

    async def wait_until(self, time: float) -> None:
        """Wait until a time of the loop's clock."""
        await asyncio.sleep(time - self._loop.time())

    @abstractmethod
    async def stand_before(self, gate: Gate) -> None:
        """Wait until a gate opens."""

    @abstractmethod
    def struck(self, text: str) -> None:
        """Take note that the fault struck."""

    @abstractmethod
    async def end(self, end: End) -> None:
        """End the connection, or one side of it."""
