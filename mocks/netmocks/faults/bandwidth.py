"""Bandwidth: bytes come no faster than at a rate."""

from collections.abc import Iterator
from math import inf

from netmocks.errors import MisuseError
from netmocks.faults.fault import Fault, Pause, Step, Strike, Struck

#: Pieces a second, where the rate allows so many: smooth enough, and cheap.
PIECES = 100


class Bandwidth(Fault):
    """Bytes dribble out at a rate.

    Arguments:
        rate: bytes a second.
        piece: bytes to send at once; as many as come in a hundredth of a second where left out.

    Raises:
        MisuseError: a rate or a piece that is not positive.
    """

    def __init__(self, rate: float, *, piece: int | None = None) -> None:
        if not 0 < rate < inf:
            raise MisuseError(f"rate={rate!r}: bytes a second, more than none; for none: Silence()")
        if piece is not None and piece < 1:
            raise MisuseError(f"piece={piece!r}: a piece has one byte or more")
        self.rate = rate
        self.piece = piece or max(1, int(rate / PIECES))

    def strike(self) -> Strike:
        return _Dribbling(self.rate, self.piece)


class _Dribbling(Strike):
    def __init__(self, rate: float, piece: int) -> None:
        self._rate = rate
        self._piece = piece
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if not self._has_struck:
            self._has_struck = True
            yield Struck(f"slowed to {self._rate:g} bytes a second")
        for start in range(0, len(data), self._piece):
            piece = data[start : start + self._piece]
            # First the time that they take on the way, then they are there.
            yield Pause(len(piece) / self._rate)
            yield piece
