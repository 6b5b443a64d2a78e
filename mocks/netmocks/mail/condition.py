"""Condition: one thing that a rule says of a command."""

import difflib
import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from netmocks.errors import MisuseError

#: What an address, a name or an argument is compared with: the text in any case, a pattern to be
#: found in it, or a function of it.
Expected = str | re.Pattern[str] | Callable[[str], object]


class Condition(NamedTuple):
    """One thing that a rule says."""

    spelling: str
    #: tells whether a command has it
    holds: Callable[[Any], object]


def named(name: str, known: Collection[str]) -> str:
    """Return what a rule is about.

    Raises:
        MisuseError: no command, or moment, is called so.
    """
    if name not in known:
        close = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0.75)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise MisuseError(
            f"{name!r} is nothing that a client does{hint}; what is: {', '.join(known)}"
        )
    return name


def checked(subject: str, expected: Expected) -> Expected:
    """Return what is expected of a text.

    Raises:
        MisuseError: no text could be so.
    """
    is_pattern = isinstance(expected, re.Pattern) and isinstance(expected.pattern, str)
    if not isinstance(expected, str) and not is_pattern and not callable(expected):
        raise MisuseError(
            f"{subject}={expected!r}: text, a pattern to be found in it, such as"
            " re.compile('@example.com$'), or a function of it"
        )
    return expected


def checked_function(subject: str, function: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return a function that looks at the whole of something.

    Raises:
        MisuseError: it is none.
    """
    if not callable(function):
        raise MisuseError(f"{subject}={function!r}: a function, such as lambda it: it.size > 1000")
    return function


def fits(expected: Expected, value: str) -> object:
    """Tell whether a value is what is expected."""
    if isinstance(expected, str):
        return expected.lower() == value.lower()
    return expected.search(value) if isinstance(expected, re.Pattern) else expected(value)


def shown(expected: object) -> str:
    """Spell what is expected, as Python has it."""
    if isinstance(expected, re.Pattern):
        return f"re.compile({expected.pattern!r})"
    return "…" if callable(expected) else repr(expected)
