"""Place: a point in a stretch of bytes, and the strike that does something there."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from netmocks.errors import MisuseError
from netmocks.faults.fault import Step, Strike
from netmocks.faults.number import count_from


@dataclass(frozen=True, repr=False)
class Nth:
    r"""Right behind bytes that stand there for the nth time: `Cut(after=Nth(b"\r\n", 3))`.

    They are counted in one stretch, without overlaps, as `bytes.count` does.

    Arguments:
        pattern: the bytes.
        number: which time, from 1.

    Raises:
        MisuseError: no bytes, or no such number, can be.
    """

    pattern: bytes
    number: int

    def __post_init__(self) -> None:
        if not isinstance(self.pattern, bytes) or not self.pattern:
            raise MisuseError(
                f"pattern={self.pattern!r}: bytes to look for, one or more, such as b'\\r\\n'"
            )
        count_from(1, self.number, "number")

    def __repr__(self) -> str:
        return f"Nth({self.pattern!r}, {self.number})"


#: So many bytes from the beginning; or right behind the first time that these bytes stand there,
#: or the nth.
Place = int | bytes | Nth


def checked(place: Place, argument: str) -> Place:
    """Return a place that makes sense.

    Raises:
        MisuseError: a negative number, no bytes, or something else.
    """
    if isinstance(place, bool) or not isinstance(place, (int, bytes, Nth)):
        raise MisuseError(
            f"{argument}={place!r}: a place is a number of bytes, such as {argument}=100, or bytes"
            f" to look for, such as {argument}=b'\\r\\n\\r\\n', or {argument}=Nth(b'\\r\\n', 3)"
        )
    if isinstance(place, int) and place < 0:
        raise MisuseError(f"{argument}={place!r}: nothing comes before byte 0")
    if place == b"":
        raise MisuseError(f"{argument}=b'': no bytes stand everywhere; for the beginning write 0")
    return place


class AtPlace(Strike):
    """A strike at one place: before it, all passes.

    Arguments:
        place: where.
        more: bytes to let pass behind it.
    """

    def __init__(self, place: Place, more: int = 0) -> None:
        self._mark = Nth(place, 1) if isinstance(place, bytes) else place
        self._more = more
        #: bytes up to the place, None while it is not known
        self._left = None if isinstance(self._mark, Nth) else self._mark + more
        self._passed = 0
        self._times = 0  # that the pattern was found
        self._tail = b""  # where it may begin
        self._has_struck = False

    @property
    def where(self) -> str:
        """The place that was reached, for the journal."""
        if not isinstance(self._mark, Nth):
            return f"{self._passed} bytes"
        more = f"{self._more} " if self._more else ""
        number = f" number {self._mark.number}" if self._mark.number > 1 else ""
        return f"{self._passed} bytes, {more}behind {self._mark.pattern!r}{number}"

    def open(self) -> Iterator[Step]:
        if self._left == 0:
            self._has_struck = True
            yield from self.at()

    def through(self, data: bytes) -> Iterator[Step]:
        if self._has_struck:
            yield from self.beyond(data)
            return
        left = self._find(data)
        if left is None or left > len(data):
            if left is not None:
                self._left = left - len(data)
            self._passed += len(data)
            yield data
            return
        self._passed += left
        if left:
            yield data[:left]
        self._has_struck = True
        yield from self.at()
        if left < len(data):
            yield from self.beyond(data[left:])

    def _find(self, data: bytes) -> int | None:
        """Return how many bytes from here the place is, None while nobody knows."""
        if self._left is not None or not isinstance(self._mark, Nth):
            return self._left
        pattern = self._mark.pattern
        searched, end = self._tail + data, 0
        while (found := searched.find(pattern, end)) >= 0:
            end = found + len(pattern)
            self._times += 1
            if self._times == self._mark.number:
                return end - len(self._tail) + self._more
        self._tail = searched[max(end, len(searched) - len(pattern) + 1) :]
        return None

    @abstractmethod
    def at(self) -> Iterator[Step]:
        """Do it."""

    @abstractmethod
    def beyond(self, data: bytes) -> Iterator[Step]:
        """Say what becomes of the bytes behind the place."""
