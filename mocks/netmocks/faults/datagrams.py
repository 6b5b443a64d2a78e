"""Faults of datagrams: what happens to whole ones on their way.

Which ones is said by number (`nth`, from 1, of those that pass one socket in one direction), or
left to chance, from a seed.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnyFault
from netmocks.faults.number import count_from, seconds_from
from netmocks.seeds import seeded

if TYPE_CHECKING:
    from netmocks.faults.placed import Placed


class Flight(NamedTuple):
    """A datagram on its way."""

    data: bytes
    #: seconds until it arrives
    delay: float = 0.0
    #: how many others overtake it
    behind: int = 0


class DatagramFault(AnyFault, ABC):
    """Something happens to datagrams: to all, to some by number, or to some by chance.

    Arguments:
        nth: which ones, from 1: a number, or several; all where neither this nor `chance` is told.
        chance: how likely each is struck, from 0 to 1, instead of `nth`.
        seed: what chance follows from; one of the test's own where left out.

    Raises:
        MisuseError: both nth and chance, or one that can't be.
    """

    def __init__(
        self,
        nth: int | Collection[int] | None = None,
        *,
        chance: float | None = None,
        seed: int | None = None,
    ) -> None:
        if nth is not None and chance is not None:
            raise MisuseError(f"nth={nth!r} and chance={chance!r} exclude each other")
        if chance is not None and not 0 < chance <= 1:
            raise MisuseError(f"chance={chance!r}: above 0, and 1 at most")
        self.nth = nth
        self._ordinals = None if nth is None else _ordinals(nth)
        self.chance = chance
        self.seed = seed if chance is None else seeded(seed)

    def check(self, placed: "Placed") -> None:
        if placed.from_event:
            raise MisuseError("from_event=: datagrams have no events; say which: nth=")

    def clash(self, earlier: AnyFault, *, everywhere: bool) -> str:
        if type(earlier) is not type(self) or not isinstance(earlier, DatagramFault):
            return ""
        both = (self._ordinals or frozenset()) & (earlier._ordinals or frozenset())
        if not both:
            return ""
        return (
            f"{self!r} and {earlier!r} both name datagram {min(both)}, and each counts what the one"
            " before it lets pass: say it as one, such as nth=[1, 2]"
        )

    def strike(self) -> "DatagramStrike":
        """Begin with a new socket."""
        return DatagramStrike(self)

    def chooses(self, number: int, random: Random) -> bool:
        """Whether the datagram of that number is struck."""
        if self._ordinals is not None:
            return number in self._ordinals
        return self.chance is None or random.random() < self.chance

    @abstractmethod
    def apply(self, data: bytes) -> list[Flight]:
        """Return what becomes of a datagram."""

    @property
    @abstractmethod
    def done(self) -> str:
        """What the journal says of a datagram that was struck."""


class DatagramStrike:
    """A fault's work on the datagrams of one socket, in one direction."""

    def __init__(self, fault: DatagramFault) -> None:
        self._fault = fault
        self._random = Random(fault.seed)  # noqa: S311  # no secret
        self._number = 0

    def through(self, data: bytes) -> list[Flight] | None:
        """Return what becomes of the next datagram; None where it is not struck."""
        self._number += 1
        if not self._fault.chooses(self._number, self._random):
            return None
        return self._fault.apply(data)

    @property
    def text(self) -> str:
        """What was done to which one, for the journal."""
        return f"datagram {self._number} {self._fault.done}"


class DropDatagram(DatagramFault):
    """It never arrives."""

    done = "dropped"

    def apply(self, data: bytes) -> list[Flight]:
        return []


class DuplicateDatagram(DatagramFault):
    """It arrives twice."""

    done = "duplicated"

    def apply(self, data: bytes) -> list[Flight]:
        return [Flight(data), Flight(data)]


class DelayDatagram(DatagramFault):
    """It arrives late; others may overtake it.

    Arguments:
        seconds: how late.
        nth, chance, seed: see `DatagramFault`.

    Raises:
        MisuseError: no such time can be, or no such choice.
    """

    def __init__(
        self,
        seconds: float,
        nth: int | Collection[int] | None = None,
        *,
        chance: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(nth, chance=chance, seed=seed)
        self.seconds = seconds_from(0, seconds, "seconds")

    @property
    def done(self) -> str:
        return f"delayed by {self.seconds:g} s"

    def apply(self, data: bytes) -> list[Flight]:
        return [Flight(data, delay=self.seconds)]


class ReorderDatagrams(DatagramFault):
    """It arrives behind others that were sent after it, or when the fault is withdrawn.

    Arguments:
        nth, chance, seed: see `DatagramFault`.
        behind: how many others.

    Raises:
        MisuseError: no such number, or no such choice, can be.
    """

    def __init__(
        self,
        nth: int | Collection[int] | None = None,
        *,
        behind: int = 1,
        chance: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(nth, chance=chance, seed=seed)
        if nth is None and chance is None:
            raise MisuseError("ReorderDatagrams() of all leaves their order: say which, nth=1")
        self.behind = count_from(1, behind, "behind")

    @property
    def done(self) -> str:
        return f"put behind the next {self.behind}"

    def apply(self, data: bytes) -> list[Flight]:
        return [Flight(data, behind=self.behind)]


class CorruptDatagram(DatagramFault):
    """Bytes of it are changed: each has all its bits turned over.

    Arguments:
        nth, chance, seed: see `DatagramFault`.
        at: the first of these bytes, from 0; one that is shorter passes unchanged.
        count: how many.

    Raises:
        MisuseError: no such bytes, or no such choice, can be.
    """

    def __init__(
        self,
        nth: int | Collection[int] | None = None,
        *,
        at: int = 0,
        count: int = 1,
        chance: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(nth, chance=chance, seed=seed)
        self.at = count_from(0, at, "at")
        self.count = count_from(1, count, "count")

    def clash(self, earlier: AnyFault, *, everywhere: bool) -> str:
        if isinstance(earlier, CorruptDatagram):
            first, last = max(self.at, earlier.at), min(self._end, earlier._end)
            if last <= first:
                return ""  # other bytes of it
        return super().clash(earlier, everywhere=everywhere)

    @property
    def _end(self) -> int:
        return self.at + self.count

    @property
    def done(self) -> str:
        return f"corrupted after {self.at} bytes"

    def apply(self, data: bytes) -> list[Flight]:
        changed = bytes(byte ^ 0xFF for byte in data[self.at : self._end])
        return [Flight(data[: self.at] + changed + data[self._end :])]


class TruncateDatagram(DatagramFault):
    """Only its first bytes arrive.

    Arguments:
        size: how many.
        nth, chance, seed: see `DatagramFault`.

    Raises:
        MisuseError: no such size, or no such choice, can be.
    """

    def __init__(
        self,
        size: int,
        nth: int | Collection[int] | None = None,
        *,
        chance: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(nth, chance=chance, seed=seed)
        self.size = count_from(0, size, "size")

    @property
    def done(self) -> str:
        return f"truncated to {self.size} bytes"

    def apply(self, data: bytes) -> list[Flight]:
        return [Flight(data[: self.size])]


def _ordinals(nth: int | Collection[int]) -> frozenset[int]:
    numbers = (nth,) if isinstance(nth, int) else tuple(nth)
    for number in numbers:
        count_from(1, number, "nth")
    if not numbers:
        raise MisuseError("nth=[]: it strikes none; name one, or leave it out for all")
    return frozenset(numbers)
