"""Drop and duplicate: some bytes are lost on their way, or come twice."""

from abc import abstractmethod
from collections.abc import Iterator

from netmocks.faults.fault import Fault, Step, Strike, Struck
from netmocks.faults.number import count_from
from netmocks.faults.place import AtPlace, Place, checked, shown


class _Range(Fault):
    """Something happens to bytes from a place on."""

    def __init__(self, at: Place, *, count: int = 1) -> None:
        self.at = checked(at, "at")
        self.count = count_from(1, count, "count")


class Drop(_Range):
    """Bytes from a place on are lost; what is said behind them moves up.

    Arguments:
        at: the place: a number of bytes, or bytes behind which it is.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def strike(self) -> Strike:
        return _Dropping(self.at, self.count, "dropped")


class Duplicate(_Range):
    """Bytes from a place on come twice in a row; those that were said, where it ends before.

    Arguments:
        at: the place: a number of bytes, or bytes behind which it is.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def strike(self) -> Strike:
        return _Duplicating(self.at, self.count, "duplicated")


class _AtRange(AtPlace):
    def __init__(self, at: Place, count: int, what: str) -> None:
        super().__init__(at)
        self._text = f"{count} bytes {what} after {shown(at)}"
        self._missing = count

    def at(self) -> Iterator[Step]:
        yield Struck(self._text)

    def beyond(self, data: bytes) -> Iterator[Step]:
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
