"""Silence: nothing is said at all, while the connection stays open."""

from collections.abc import Iterator

from netmocks.faults.fault import Fault, Step, Strike, Struck


class Silence(Fault):
    """Everything is dropped."""

    def strike(self) -> Strike:
        return _Dropping()


class _Dropping(Strike):
    def __init__(self) -> None:
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if not self._has_struck:
            self._has_struck = True
            yield Struck("silent")
