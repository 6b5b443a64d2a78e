"""Place: a point in a stretch of bytes, and the strike that does something there."""

from abc import abstractmethod
from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import Step, Strike

#: So many bytes from the beginning; or right behind the first time that these bytes stand there.
Place = int | bytes


def checked(place: Place, argument: str) -> Place:
    """Return a place that makes sense.

    Raises:
        MisuseError: a negative number, no bytes, or something else.
    """
    if isinstance(place, bool) or not isinstance(place, (int, bytes)):
        raise MisuseError(
            f"{argument}={place!r}: a place is a number of bytes, such as {argument}=100, or bytes"
            f" to look for, such as {argument}=b'\\r\\n\\r\\n'"
        )
    if isinstance(place, int) and place < 0:
        raise MisuseError(f"{argument}={place!r}: nothing comes before byte 0")
    if place == b"":
        raise MisuseError(f"{argument}=b'': no bytes stand everywhere; for the beginning write 0")
    return place


def shown(place: Place) -> str:
    """Spell a place for the journal."""
    return f"{place} bytes" if isinstance(place, int) else repr(place)


class AtPlace(Strike):
    """A strike at one place: before it, all passes.

    Arguments:
        place: where.
        more: bytes to let pass behind it.
    """

    def __init__(self, place: Place, more: int = 0) -> None:
        self._pattern = place if isinstance(place, bytes) else b""
        #: bytes up to the place, None while it is not known
        self._left = None if self._pattern else int(place) + more
        self._more = more
        self._tail = b""
        self._has_struck = False

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
            yield data
            return
        if left:
            yield data[:left]
        self._has_struck = True
        yield from self.at()
        if left < len(data):
            yield from self.beyond(data[left:])

    def _find(self, data: bytes) -> int | None:
        """Return how many bytes from here the place is, None while nobody knows."""
        if self._left is not None:
            return self._left
        pattern = self._pattern
        searched = self._tail + data
        found = searched.find(pattern)
        if found < 0:
            self._tail = searched[len(searched) - len(pattern) + 1 :] if len(pattern) > 1 else b""
            return None
        return found + len(pattern) - len(self._tail) + self._more

    @abstractmethod
    def at(self) -> Iterator[Step]:
        """Do it."""

    @abstractmethod
    def beyond(self, data: bytes) -> Iterator[Step]:
        """Say what becomes of the bytes behind the place."""
