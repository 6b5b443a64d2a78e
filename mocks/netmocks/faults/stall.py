"""Stall: nothing more comes from a place on, for a time or until it is released."""

from collections.abc import Iterator

from netmocks.faults.fault import Fault, Pause, Step, Strike, Struck
from netmocks.faults.gate import Gate
from netmocks.faults.number import seconds_from
from netmocks.faults.place import AtPlace, Place, checked
from netmocks.record import PATIENCE


class Stall(Fault):
    """Everything stops at a place; the connection stays open.

    Arguments:
        after: the place: a number of bytes, bytes behind which it is, or `Nth`.
        seconds: how long; until `release` is called, where left out.

    Raises:
        MisuseError: no such place, or no such time, can be.
    """

    def __init__(self, after: Place = 0, *, seconds: float | None = None) -> None:
        self.after = checked(after, "after")
        self.seconds = None if seconds is None else seconds_from(0, seconds, "seconds")
        self._gate = Gate()

    def release(self) -> None:
        """Let go on what it holds up, and what comes later."""
        self._gate.open()

    def wait_until_reached(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """Wait until so many stand still; for stalls that are to be released."""
        self._gate.wait_until_reached(count, timeout=timeout)

    async def wait_until_reached_async(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """`wait_until_reached` for coroutines."""
        await self._gate.wait_until_reached_async(count, timeout=timeout)

    def strike(self) -> Strike:
        how_long = self._gate if self.seconds is None else Pause(self.seconds)
        return _Stalling(self.after, how_long)


class _Stalling(AtPlace):
    def __init__(self, place: Place, how_long: Gate | Pause) -> None:
        super().__init__(place)
        self._how_long = how_long

    def at(self) -> Iterator[Step]:
        how_long = self._how_long
        until = "until released" if isinstance(how_long, Gate) else f"for {how_long.seconds:g} s"
        yield Struck(f"stalled after {self.where}; {until}")
        yield how_long

    def beyond(self, data: bytes) -> Iterator[Step]:
        yield data
