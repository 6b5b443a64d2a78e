"""Drop, duplicate and corrupt: some bytes are lost on their way, come twice, or come changed."""

from abc import abstractmethod
from collections.abc import Iterator

from netmocks.faults.fault import AnyFault, Fault, Step, Strike, Struck
from netmocks.faults.number import count_from
from netmocks.faults.place import AtPlace, Place, checked


class _Range(Fault):
    """Something happens to bytes from a place on."""

    def __init__(self, at: Place, *, count: int = 1) -> None:
        self.at = checked(at, "at")
        self.count = count_from(1, count, "count")

    def clash(self, earlier: AnyFault, *, everywhere: bool) -> str:
        if type(earlier) is not type(self) or not isinstance(earlier, _Range):
            return ""
        union = _union((earlier.at, earlier.count), (self.at, self.count))
        if union is None:
            return ""
        at, count = union
        return (
            f"{self!r} overlaps {earlier!r}, and each counts what the one before it lets pass:"
            f" say it as one, {type(self).__name__}(at={at!r}, count={count})"
        )


def _union(one: tuple[Place, int], other: tuple[Place, int]) -> tuple[Place, int] | None:
    """Return the range that two make together; None where they don't overlap, or nobody knows."""
    (at, count), (its_at, its_count) = one, other
    if at == its_at:
        return at, max(count, its_count)
    if isinstance(at, int) and isinstance(its_at, int):
        first, end = min(at, its_at), max(at + count, its_at + its_count)
        if end - first < count + its_count:
            return first, end - first
    return None


class Drop(_Range):
    """Bytes from a place on are lost; what is said behind them moves up.

    Arguments:
        at: the place: a number of bytes, bytes behind which it is, or `Nth`.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def strike(self) -> Strike:
        return _Dropping(self.at, self.count, "dropped")


class Duplicate(_Range):
    """Bytes from a place on come twice in a row; those that were said, where it ends before.

    Arguments:
        at: the place: a number of bytes, bytes behind which it is, or `Nth`.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def strike(self) -> Strike:
        return _Duplicating(self.at, self.count, "duplicated")


class Corrupt(_Range):
    """Bytes from a place on are changed: each has all its bits turned over.

    Arguments:
        at: the place: a number of bytes, bytes behind which it is, or `Nth`.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def strike(self) -> Strike:
        return _Corrupting(self.at, self.count, "corrupted")


class _AtRange(AtPlace):
    def __init__(self, at: Place, count: int, what: str) -> None:
        super().__init__(at)
        self._what = f"{count} bytes {what}"
        self._missing = count
        self._has_begun = False

    def at(self) -> Iterator[Step]:
        return iter(())  # what is to be struck has still to come

    def beyond(self, data: bytes) -> Iterator[Step]:
        if not self._has_begun:
            self._has_begun = True
            yield Struck(f"{self._what} after {self.where}")
        inside, behind = data[: self._missing], data[self._missing :]
        if inside:
            self._missing -= len(inside)
            yield from self.within(inside)
        if behind:
            yield behind

    @abstractmethod
    def within(self, data: bytes) -> Iterator[Step]:
        """Take the next bytes of the range."""


class _Dropping(_AtRange):
    def within(self, data: bytes) -> Iterator[Step]:
        return iter(())


class _Duplicating(_AtRange):
    def __init__(self, at: Place, count: int, what: str) -> None:
        super().__init__(at, count, what)
        self._copy = b""

    def within(self, data: bytes) -> Iterator[Step]:
        yield data
        self._copy += data
        if not self._missing:
            yield from self._repeat()

    def finish(self) -> Iterator[Step]:
        yield from self._repeat()

    def _repeat(self) -> Iterator[Step]:
        copy, self._copy = self._copy, b""
        if copy:
            yield copy


class _Corrupting(_AtRange):
    def within(self, data: bytes) -> Iterator[Step]:
        yield bytes(byte ^ 0xFF for byte in data)
