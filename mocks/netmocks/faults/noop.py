"""Noop: nothing goes wrong; the template of a fault."""

from collections.abc import Iterator

from netmocks.faults.fault import Fault, Step, Strike, Struck


class Noop(Fault):
    """Lets everything pass."""

    def strike(self) -> Strike:
        return _Passing()


class _Passing(Strike):
    def __init__(self) -> None:
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if not self._has_struck:
            self._has_struck = True
            yield Struck("nothing goes wrong")
        yield data
