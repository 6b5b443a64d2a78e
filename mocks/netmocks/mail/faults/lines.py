"""Lines: a strike at what is said, line by line."""

from abc import abstractmethod
from collections.abc import Iterator

from netmocks.faults.fault import Step, Strike


class LineStrike(Strike):
    """Takes lines, however the bytes were cut."""

    def __init__(self) -> None:
        self._rest = b""

    def through(self, data: bytes) -> Iterator[Step]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            yield from self.line(line + b"\n")

    def finish(self) -> Iterator[Step]:
        if self._rest:
            yield self._rest

    @abstractmethod
    def line(self, line: bytes) -> Iterator[Step]:
        """Take one line with its end; yield what becomes of it."""
