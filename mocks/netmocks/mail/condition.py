"""Condition: one thing that a rule says of a command."""

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
        raise MisuseError(f"{name!r} is nothing that a client does; what is: {', '.join(known)}")
    return name


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
