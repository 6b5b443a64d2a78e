"""Operators: what a translation calls in SQLite besides MySQL's own functions."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.aggregates import SIMPLE, Average, GroupConcat, Sum
from netmocks.mysql.sql.functions import numbers as arithmetic
from netmocks.mysql.sql.functions.function import number, text
from netmocks.mysql.sql.functions.patterns import search
from netmocks.mysql.sql.order import folded
from netmocks.mysql.sql.table import Column, Stored
from netmocks.mysql.sql.values import accept, written
from netmocks.mysql.type import Type


class _Single:
    """The value of a subquery that may have one row at most."""

    def __init__(self) -> None:
        self._value: Stored = None
        self._count = 0

    def step(self, value: Stored) -> None:
        self._count += 1
        if self._count > 1:
            raise mysql_error(1242)
        self._value = value

    def finalize(self) -> Stored:
        return self._value


def _unless_null(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda one, other: None if one is None or other is None else call(one, other)


def _number(value: Stored) -> Stored:
    if value is None or isinstance(value, int | float):
        return value
    found = number(value)
    return found if isinstance(found, int) else float(found)


def _checked(value: Stored) -> Stored:
    """Return the result of integer arithmetic, which SQLite makes a float where it overflows."""
    if isinstance(value, float):
        raise mysql_error(1690, "BIGINT", written(value))
    return value


def _like(value: Stored, pattern: Stored, escape: Stored, binary: int) -> Stored:
    if value is None or pattern is None:
        return None
    shown, wanted = text(value), text(pattern)
    if not binary:
        shown, wanted = folded(shown), folded(wanted)
    return int(_like_pattern(wanted, text(escape)).fullmatch(shown) is not None)


@lru_cache(maxsize=512)
def _like_pattern(wanted: str, escape: str) -> re.Pattern[str]:
    pieces, place = [], 0
    while place < len(wanted):
        letter = wanted[place]
        if letter == escape and place + 1 < len(wanted):
            place += 1
            pieces.append(re.escape(wanted[place]))
        elif letter == "%":
            pieces.append(".*")
        elif letter == "_":
            pieces.append(".")
        else:
            pieces.append(re.escape(letter))
        place += 1
    return re.compile("".join(pieces), re.DOTALL)


def like(value: str, pattern: str) -> bool:
    """Whether a name matches the pattern of a SHOW … LIKE."""
    return bool(_like(value, pattern, "\\", 0))


def _regexp(value: Stored, pattern: Stored, flags: Stored) -> Stored:
    if value is None or pattern is None:
        return None
    return int(search(text(value), text(pattern), text(flags)) is not None)


def _moment(value: Stored, kind: str, scale: int) -> Stored:
    """Return a moment as a column of a type would have it, so that texts compare."""
    if value is None:
        return None
    shown = text(value)
    if kind == "time":
        span = moment.duration(shown)
        return shown if span is None else moment.time_text(span, scale)
    when = moment.parsed(shown)
    if when is None:
        return shown
    if kind == "date":
        return moment.full_text(shown)
    exact = when.microsecond % 10 ** (6 - scale) == 0
    return moment.datetime_text(when, scale if exact else 6)


def _cast(value: Stored, name: str, length: int, scale: int) -> Stored:
    """Return a value as CAST makes it."""
    if value is None:
        return None
    if name in ("bigint", "unsigned"):
        found = number(value)
        if isinstance(found, float):
            found += 0.5 if found >= 0 else -0.5
        if found < 0 and name == "unsigned":
            raise unsupported(f"a negative number ({written(value)}) as UNSIGNED")
        return int(found)
    kind = Type(name, None if length < 0 else length, scale)
    if kind.family == "decimal":
        return accept(Column("CAST", kind), str(number(value)))
    if kind.family == "real":
        return float(number(value))
    if kind.family == "bytes":
        data = value if isinstance(value, bytes) else text(value).encode()
        return data if kind.length is None else data[: kind.length].ljust(kind.length, b"\0")
    if kind.family == "temporal":
        try:
            return accept(Column("CAST", kind), value)
        except MySQLError:
            return None  # with a warning, as MySQL does
    shown = text(value)
    return shown if kind.length is None else shown[: kind.length]


#: What operators of MySQL's became, and what else a translation calls; with their arity.
OPERATORS: dict[str, tuple[int, Callable[..., Any]]] = {
    "my_add": (2, _unless_null(arithmetic.calculate(lambda a, b: a + b))),
    "my_subtract": (2, _unless_null(arithmetic.calculate(lambda a, b: a - b))),
    "my_multiply": (2, _unless_null(arithmetic.calculate(lambda a, b: a * b))),
    "my_divide": (2, _unless_null(arithmetic.divide)),
    "my_divide_whole": (2, _unless_null(arithmetic.divide_whole)),
    "my_number": (1, _number),
    "my_checked": (1, _checked),
    "my_like": (4, _like),
    "my_regexp": (3, _regexp),
    "my_moment": (3, _moment),
    "my_cast": (4, _cast),
}

WINDOWS: dict[str, type[Any]] = {"my_sum": Sum, "my_avg": Average}

#: With their arity.
AGGREGATES: dict[str, tuple[int, type[Any]]] = {
    "my_group_concat": (-1, GroupConcat),
    "my_single": (1, _Single),
    **{name: (1, kind) for name, kind in SIMPLE.items()},
}
