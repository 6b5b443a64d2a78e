"""Numbers that faults take: finite ones, within bounds."""

from math import inf

from netmocks.errors import MisuseError


def seconds_from(least: float, value: float, argument: str) -> float:
    """Return a number of seconds that can be.

    Raises:
        MisuseError: it is less than the least, not finite, or no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < inf:
        raise MisuseError(f"{argument}={value!r}: seconds, from {least:g} on, and not for ever")
    return value


def count_from(least: int, value: int, argument: str) -> int:
    """Return a number of bytes or things that can be.

    Raises:
        MisuseError: it is less than the least, or no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise MisuseError(f"{argument}={value!r}: a whole number, from {least} on")
    return value
