"""Value: what one text of a request is compared with."""

import re
from collections.abc import Callable

from netmocks.errors import MisuseError

#: What one value can be compared with: the text itself, a pattern (searched), a predicate, or
#: None for "must be absent".
Expected = str | re.Pattern[str] | Callable[[str], object] | None


def fits(expected: Expected, actual: str | None) -> bool:
    """Whether a value is as expected; None is one that is absent."""
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, str):
        return actual == expected
    if isinstance(expected, re.Pattern):
        return expected.search(actual) is not None
    return bool(expected(actual))


def check(subject: str, expected: object) -> None:
    """Refuse what no text can be compared with.

    Raises:
        MisuseError: with what to write instead.
    """
    is_pattern = isinstance(expected, re.Pattern) and isinstance(expected.pattern, str)
    if expected is None or is_pattern or isinstance(expected, str) or callable(expected):
        return
    raise MisuseError(
        f"{subject}={expected!r}: compare with text ({str(expected)!r}), a pattern, a function,"
        " a list of these where it repeats, or None for absent"
    )


def shown(expected: object) -> str:
    """Return a value of either side as an explanation has it."""
    if expected is None:
        return "(absent)"
    if isinstance(expected, re.Pattern):
        return f"/{expected.pattern}/"
    return getattr(expected, "__name__", None) or str(expected)
