"""Function: one function of MySQL, in Python; and how values go in and come out."""

import re
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import Any, NamedTuple

from netmocks.mysql.sql.table import Stored
from netmocks.mysql.sql.values import written
from netmocks.mysql.type import BIGINT, DOUBLE, LONGTEXT, NULL, TEXT, Type

#: Enough digits for MySQL's largest DECIMAL.
PRECISE = Context(prec=80)

#: The type of a result: fixed, or made of the arguments' types.
Result = Type | Callable[[Sequence[Type]], Type]

PREFIX = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class Function(NamedTuple):
    """One function."""

    call: Callable[..., Any]
    result: Result
    #: how many arguments it takes, at least and at most (-1: any number)
    least: int
    most: int
    #: whether the same arguments always give the same result
    is_pure: bool = True

    def type_of(self, arguments: Sequence[Type]) -> Type:
        """Return the type of its result."""
        return self.result if isinstance(self.result, Type) else self.result(arguments)


def of(
    call: Callable[..., Any],
    result: Result,
    least: int,
    most: int | None = None,
    *,
    is_pure: bool = True,
) -> Function:
    """Return a function that gives NULL where an argument is NULL."""

    def guarded(*arguments: Stored) -> Any:
        return None if None in arguments else call(*arguments)

    return Function(guarded, result, least, least if most is None else most, is_pure)


def text(value: Stored) -> str:
    """Return a value as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else written(value)


def number(value: Stored) -> int | float | Decimal:
    """Return a value as a number, as far as it begins with one."""
    if isinstance(value, int | float):
        return value
    found = PREFIX.match(text(value))
    if found is None:
        return 0
    exact = Decimal(found[0].strip())
    if found[2]:
        return float(exact)
    return exact if "." in found[0] else int(exact)


def integer(value: Stored) -> int:
    """Return a value as an integer."""
    return int(number(value))


def stored(value: float | Decimal) -> Stored:
    """Return a number as SQLite keeps it: an integer, a float, or a decimal as text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def widest(types: Sequence[Type]) -> Type:  # noqa: C901  # a case for each family
    """Return a type that holds the values of all of these."""
    known = [kind for kind in types if kind.family != "null"]
    if not known:
        return NULL
    families = {kind.family for kind in known}
    if len(families) == 1:
        first = known[0]
        if all(kind == first for kind in known):
            return first
        match first.family:
            case "integer":
                return BIGINT
            case "real":
                return DOUBLE
            case "decimal":
                scale = max(kind.scale for kind in known)
                return Type("decimal", 65, scale)
            case "text":
                return LONGTEXT
            case "temporal":
                same = {kind.name for kind in known}
                scale = max(kind.scale for kind in known)
                return Type(first.name if len(same) == 1 else "datetime", scale=scale)
            case _:
                return first
    if families <= {"integer", "decimal"}:
        return Type("decimal", 65, max(kind.scale for kind in known))
    if families <= {"integer", "decimal", "real"}:
        return DOUBLE
    return LONGTEXT if "text" in families or "temporal" in families else TEXT
