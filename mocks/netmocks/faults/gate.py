"""Gate: holds up who comes to it until a test opens it."""

import asyncio
from concurrent.futures import Future, InvalidStateError

from netmocks.record import PATIENCE, Record

#: Bytes of arrivals that a gate remembers: some thousands.
REMEMBERED = 1024 * 1024


class Gate:
    """A gate, closed at first; open for good once it is opened.

    A test waits until somebody stands before it, and opens it, from any thread or coroutine.
    """

    def __init__(self) -> None:
        self._opened: Future[None] = Future()
        #: what came to it while it was closed, waitable
        self.arrivals: Record[str] = Record(limit=REMEMBERED)

    def __repr__(self) -> str:
        return f"<Gate, {'open' if self.is_open else 'closed'}>"

    @property
    def is_open(self) -> bool:
        """Whether it was opened."""
        return self._opened.done()

    def open(self) -> None:
        """Let pass who waits, and whoever comes; opening it again does nothing."""
        try:
            self._opened.set_result(None)
        except InvalidStateError:
            pass  # it is open

    def wait_until_reached(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """Wait until so many have come to it while it was closed; see `Record.wait_for_count`."""
        self.arrivals.wait_for_count(count, timeout=timeout)

    async def wait_until_reached_async(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """`wait_until_reached` for coroutines."""
        await self.arrivals.wait_for_count_async(count, timeout=timeout)

    async def passed(self, who: str) -> None:
        """Come to the gate, and wait until it is open."""
        if not self.is_open:
            self.arrivals.append(who, len(who))
            # The one future serves all who wait: no one's cancellation may end it.
            await asyncio.shield(asyncio.wrap_future(self._opened))
