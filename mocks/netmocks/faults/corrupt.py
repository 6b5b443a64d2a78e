"""Corrupt: bytes come out changed."""

from collections.abc import Iterator

from netmocks.faults.fault import Fault, Step, Strike, Struck
from netmocks.faults.number import count_from
from netmocks.faults.place import AtPlace, Place, checked, shown


class Corrupt(Fault):
    """Bytes from a place on are changed: each has all its bits turned over.

    Arguments:
        at: the place: a number of bytes, or bytes behind which it is.
        count: how many bytes.

    Raises:
        MisuseError: no such place can be, or a count below one.
    """

    def __init__(self, at: Place, *, count: int = 1) -> None:
        self.at = checked(at, "at")
        self.count = count_from(1, count, "count")

    def strike(self) -> Strike:
        return _Corrupting(self.at, self.count)


class _Corrupting(AtPlace):
    def __init__(self, at: Place, count: int) -> None:
        super().__init__(at)
        self._text = f"{count} bytes corrupted after {shown(at)}"
        self._count = count

    def at(self) -> Iterator[Step]:
        yield Struck(self._text)

    def beyond(self, data: bytes) -> Iterator[Step]:
        changed = bytes(byte ^ 0xFF for byte in data[: self._count])
        self._count -= len(changed)
        yield changed + data[len(changed) :]
