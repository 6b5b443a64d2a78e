"""Seeds: what chance follows from, so that a run can be replayed."""

from random import Random

from netmocks.errors import MisuseError

#: Seeds are below this.
LARGEST = 2**32


class Seeds:
    """Gives a seed to each thing left to chance, one after the other, all from one."""

    def __init__(self) -> None:
        self._origin: str | None = None
        self._source: Random | None = None
        #: how many were given since the start
        self.drawn = 0

    def restart(self, origin: str) -> None:
        """Let all seeds follow from a text from now on."""
        self._origin = origin
        self._source = None
        self.drawn = 0

    def draw(self) -> int:
        """Return the next seed."""
        self.drawn += 1
        if self._source is None:  # seeding takes longer than all else here: most tests draw none
            self._source = Random(self._origin)  # noqa: S311  # no secret
        return self._source.randrange(LARGEST)


#: The seeds of this process.
seeds = Seeds()


def seeded(seed: int | None) -> int:
    """Return the seed that was given, or the next one.

    Raises:
        MisuseError: it is no number.
    """
    if seed is None:
        return seeds.draw()
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise MisuseError(f"seed={seed!r}: a seed is a whole number")
    return seed
