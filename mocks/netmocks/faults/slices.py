"""Slices: bytes come in pieces of a size, each written by itself."""

from collections.abc import Iterator

from netmocks.faults.fault import Fault, Pause, Step, Strike, Struck
from netmocks.faults.number import count_from, seconds_from


class Slices(Fault):
    """Bytes are sent in pieces.

    Arguments:
        size: bytes of a piece, down to one.
        pause: seconds between pieces; with none, the client may still read several at once.

    Raises:
        MisuseError: a size below one, or a negative pause.
    """

    def __init__(self, size: int, *, pause: float = 0.0) -> None:
        self.size = count_from(1, size, "size")
        self.pause = seconds_from(0, pause, "pause")

    def strike(self) -> Strike:
        return _Slicing(self.size, self.pause)


class _Slicing(Strike):
    def __init__(self, size: int, pause: float) -> None:
        self._size = size
        self._pause = pause
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        for start in range(0, len(data), self._size):
            if self._has_struck:
                yield Pause(self._pause)
            else:
                self._has_struck = True
                yield Struck(f"sliced into pieces of {self._size} bytes")
            yield data[start : start + self._size]
