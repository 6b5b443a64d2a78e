"""Latency: bytes come later than they were said."""

from collections.abc import Iterator
from random import Random

from netmocks.errors import MisuseError
from netmocks.faults.fault import Delay, Fault, Step, Strike, Struck
from netmocks.faults.number import seconds_from
from netmocks.seeds import seeded


class Latency(Fault):
    """Everything takes so long on its way; what was said while other bytes are on it adds nothing.

    Arguments:
        seconds: how long.
        jitter: seconds by which it may be more or less, evenly, anew for each piece that is said;
            the order is kept.
        seed: what the jitter follows from; one of the test's own where left out.

    Raises:
        MisuseError: a time below none, or more jitter than latency.
    """

    def __init__(self, seconds: float, *, jitter: float = 0.0, seed: int | None = None) -> None:
        self.seconds = seconds_from(0, seconds, "seconds")
        if not 0 <= jitter <= seconds:
            raise MisuseError(
                f"jitter={jitter!r}: from 0 to the latency of {seconds!r} seconds, for bytes don't"
                " come before they were said"
            )
        self.jitter = jitter
        self.seed = seeded(seed) if jitter else seed

    def strike(self) -> Strike:
        return _Delaying(self.seconds, self.jitter, Random(self.seed))  # noqa: S311  # no secret


class _Delaying(Strike):
    def __init__(self, seconds: float, jitter: float, random: Random) -> None:
        self._seconds = seconds
        self._jitter = jitter
        self._random = random
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if not self._has_struck:
            self._has_struck = True
            jitter = f" ± {self._jitter:g}" if self._jitter else ""
            yield Struck(f"{self._seconds:g}{jitter} s late")
        yield Delay(self._seconds + self._random.uniform(-self._jitter, self._jitter))
        yield data
