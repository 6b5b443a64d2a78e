"""Aggregates: sums and averages as exact as MySQL's, and texts put together."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from netmocks.mysql.sql.functions.documents import dump, load, plain
from netmocks.mysql.sql.functions.function import PRECISE, number, stored, text
from netmocks.mysql.sql.functions.numbers import MORE_DIGITS
from netmocks.mysql.sql.order import folded
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, DOUBLE, Type

#: Characters that GROUP_CONCAT returns at most (group_concat_max_len).
GROUP_CONCAT_LIMIT = 1024


def _summed(kind: Type) -> tuple[str, Type]:
    if kind.family == "integer":
        return "SUM", Type("decimal", 65, 0)
    if kind.family == "decimal":
        return "my_sum", Type("decimal", 65, kind.scale)
    return "my_sum", DOUBLE


def _averaged(kind: Type) -> tuple[str, Type]:
    if kind.family in ("integer", "decimal"):
        return "my_avg", Type("decimal", 65, min(30, kind.scale + MORE_DIGITS))
    return "my_avg", DOUBLE


def _counted(kind: Type) -> tuple[str, Type]:
    return "COUNT", BIGINT


def _least(kind: Type) -> tuple[str, Type]:
    return "MIN", kind


def _greatest(kind: Type) -> tuple[str, Type]:
    return "MAX", kind


def _spread(name: str) -> Callable[[Type], tuple[str, Type]]:
    return lambda _: (f"my_{name}", DOUBLE)


def _listed(kind: Type) -> tuple[str, Type]:
    return "my_json_list" if kind.name != "json" else "my_json_join", Type("json")


#: SQLite's function and the result's type, from the type of the argument.
AGGREGATES: dict[str, Callable[[Type], tuple[str, Type]]] = {
    "COUNT": _counted,
    "MIN": _least,
    "MAX": _greatest,
    "SUM": _summed,
    "AVG": _averaged,
    "ANY_VALUE": _least,
    "STD": _spread("stddev_pop"),
    "STDDEV": _spread("stddev_pop"),
    "STDDEV_POP": _spread("stddev_pop"),
    "STDDEV_SAMP": _spread("stddev_samp"),
    "VARIANCE": _spread("var_pop"),
    "VAR_POP": _spread("var_pop"),
    "VAR_SAMP": _spread("var_samp"),
    "JSON_ARRAYAGG": _listed,
}

#: Functions of windows, which SQLite has as MySQL does; None: the type of the first argument.
WINDOWED: dict[str, Type | None] = {
    "ROW_NUMBER": BIGINT,
    "RANK": BIGINT,
    "DENSE_RANK": BIGINT,
    "NTILE": BIGINT,
    "PERCENT_RANK": DOUBLE,
    "CUME_DIST": DOUBLE,
    "LAG": None,
    "LEAD": None,
    "FIRST_VALUE": None,
    "LAST_VALUE": None,
}


class Sum:
    """SUM of decimals and floats."""

    def __init__(self) -> None:
        self.total: Decimal | float = Decimal(0)
        self.count = 0

    def step(self, value: Stored) -> None:
        """Add a value."""
        if value is not None:
            self._add(number(value), 1)

    def inverse(self, value: Stored) -> None:
        """Take a value away again, as it leaves a window."""
        if value is not None:
            self._add(number(value), -1)

    def _add(self, value: float | Decimal, sign: int) -> None:
        self.count += sign
        if isinstance(value, float) or isinstance(self.total, float):
            self.total = float(self.total) + sign * float(value)
        else:
            self.total = PRECISE.add(self.total, sign * Decimal(value))

    def value(self) -> Stored:
        """Return the sum so far; NULL of no values."""
        return stored(self.total) if self.count else None

    def finalize(self) -> Stored:
        """Return the sum."""
        return self.value()


class Average(Sum):
    """AVG: four digits more than its values have."""

    def value(self) -> Stored:
        if not self.count:
            return None
        if isinstance(self.total, float):
            return self.total / self.count
        exponent = self.total.as_tuple().exponent
        assert isinstance(exponent, int)
        step = Decimal(1).scaleb(min(0, exponent) - MORE_DIGITS)
        mean = PRECISE.divide(self.total, Decimal(self.count))
        return stored(mean.quantize(step, ROUND_HALF_UP, PRECISE))


class _Spread:
    """How far values are from their mean (Welford's way, which loses no digits)."""

    #: what the count is less by: 0 for a population, 1 for a sample of one
    less = 0

    def __init__(self) -> None:
        self._count = 0
        self._mean = self._squares = 0.0

    def step(self, value: Stored) -> None:
        """Add a value."""
        if value is None:
            return
        self._count += 1
        distance = float(number(value)) - self._mean
        self._mean += distance / self._count
        self._squares += distance * (float(number(value)) - self._mean)

    def finalize(self) -> Stored:
        """Return the variance; NULL of too few values."""
        many = self._count - self.less
        return self._squares / many if many > 0 else None


class _SampleSpread(_Spread):
    less = 1


class _Deviation(_Spread):
    def finalize(self) -> Stored:
        found = super().finalize()
        return math.sqrt(found) if isinstance(found, float) else None


class _SampleDeviation(_Deviation):
    less = 1


class _JSONList:
    """JSON_ARRAYAGG of plain values."""

    def __init__(self) -> None:
        self._values: list[Any] = []

    def step(self, value: Stored) -> None:
        """Add a value."""
        self._values.append(plain(value))

    def finalize(self) -> Stored:
        """Return the array; NULL of no rows."""
        return dump(self._values) if self._values else None


class _JSONJoin(_JSONList):
    """JSON_ARRAYAGG of documents."""

    def step(self, value: Stored) -> None:
        self._values.append(None if value is None else load(value))


#: Aggregates of one value that are no windows' functions, by SQLite's names.
SIMPLE: dict[str, type[Any]] = {
    "my_var_pop": _Spread,
    "my_var_samp": _SampleSpread,
    "my_stddev_pop": _Deviation,
    "my_stddev_samp": _SampleDeviation,
    "my_json_list": _JSONList,
    "my_json_join": _JSONJoin,
}


class GroupConcat:
    """GROUP_CONCAT, with DISTINCT, ORDER BY and SEPARATOR."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, tuple[Any, ...]]] = []
        self._separator = ","
        self._flags = ""

    def step(self, value: Stored, separator: Stored, flags: str, *keys: Stored) -> None:
        """Add a value."""
        self._separator, self._flags = text(separator), flags
        if value is not None:
            self._rows.append((text(value), keys))

    def finalize(self) -> Stored:
        """Return the values, put together."""
        if not self._rows:
            return None
        directions = self._flags.removeprefix("u")
        for place in reversed(range(len(directions))):
            self._rows.sort(
                key=lambda row: _sortable(row[1][place]),
                reverse=directions[place] == "d",
            )
        values = [value for value, _ in self._rows]
        if self._flags.startswith("u"):
            values = list({folded(value): value for value in reversed(values)}.values())[::-1]
        return self._separator.join(values)[:GROUP_CONCAT_LIMIT]


def _sortable(value: Stored) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    return 2, folded(text(value))
