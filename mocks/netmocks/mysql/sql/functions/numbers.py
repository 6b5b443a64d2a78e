"""Functions of numbers, and the arithmetic that SQLite does otherwise than MySQL."""

import math
import random
import re
import string
import zlib
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from netmocks.mysql.error import mysql_error
from netmocks.mysql.sql.functions.function import (
    PRECISE,
    Function,
    integer,
    number,
    of,
    stored,
    text,
    widest,
)
from netmocks.mysql.sql.order import folded
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, DOUBLE, LONGTEXT, Type

#: Digits that a division adds (div_precision_increment).
MORE_DIGITS = 4

#: The bits of a BIGINT.
ALL_BITS = 2**64 - 1

DIGITS = string.digits + string.ascii_uppercase

Number = int | float | Decimal


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def calculate(operation: Callable[[Any, Any], Any]) -> Callable[[Stored, Stored], Stored]:
    """Return an operation on stored numbers: exact, unless one is a float."""

    def call(one: Stored, other: Stored) -> Stored:
        a, b = number(one), number(other)
        if isinstance(a, float) or isinstance(b, float):
            return stored(float(operation(float(a), float(b))))
        result = operation(_exact(a), _exact(b))
        return stored(result if isinstance(a, Decimal) or isinstance(b, Decimal) else int(result))

    return call


def divide(one: Stored, other: Stored) -> Stored:
    """Return one / other; NULL where other is zero."""
    a, b = number(one), number(other)
    if not b:
        return None
    if isinstance(a, float) or isinstance(b, float):
        return float(a) / float(b)
    exact = _exact(a)
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    step = Decimal(1).scaleb(min(0, exponent) - MORE_DIGITS)
    return stored((PRECISE.divide(exact, _exact(b))).quantize(step, ROUND_HALF_UP, PRECISE))


def divide_whole(one: Stored, other: Stored) -> Stored:
    """Return one DIV other; NULL where other is zero."""
    a, b = number(one), number(other)
    if not b:
        return None
    return int(PRECISE.divide(_exact(a), _exact(b)).to_integral_value(ROUND_DOWN))


def modulo(one: Stored, other: Stored) -> Stored:
    """Return one % other, with the sign of one; NULL where other is zero."""
    a, b = number(one), number(other)
    if not b:
        return None
    if isinstance(a, float) or isinstance(b, float):
        return math.fmod(float(a), float(b))
    result = PRECISE.remainder(_exact(a), _exact(b))
    return stored(result if isinstance(a, Decimal) or isinstance(b, Decimal) else int(result))


def _round(value: Stored, digits: Stored = 0) -> Stored:
    return _quantized(value, integer(digits), ROUND_HALF_UP)


def _truncate(value: Stored, digits: Stored) -> Stored:
    return _quantized(value, integer(digits), ROUND_DOWN)


def _quantized(value: Stored, digits: int, rounding: str) -> Stored:
    given = number(value)
    exact = Decimal(str(given))
    result = exact.quantize(Decimal(1).scaleb(-digits), rounding, PRECISE)
    if isinstance(given, float):
        return float(result)
    if isinstance(given, int):
        return int(result)
    return f"{result if digits >= 0 else Decimal(int(result)):f}"


def _whole(rounding: str) -> Callable[[Stored], Stored]:
    def call(value: Stored) -> Stored:
        given = number(value)
        result = Decimal(str(given)).to_integral_value(rounding)
        return float(result) if isinstance(given, float) else int(result)

    return call


def _real(function: Callable[..., float]) -> Callable[..., Stored]:
    """Return a function of floats: NULL where it has no value."""

    def call(*arguments: Stored) -> Stored:
        try:
            return function(*(float(number(argument)) for argument in arguments))
        except ValueError:
            return None
        except (OverflowError, ZeroDivisionError):
            shown = ", ".join(map(text, arguments))
            raise mysql_error(1690, "DOUBLE", f"{function.__name__}({shown})") from None

    return call


def _log(value: Stored, other: Stored = None) -> Stored:
    base, of_it = (math.e, value) if other is None else (float(number(value)), other)
    a = float(number(of_it))
    return math.log(a, base) if a > 0 and base > 0 and base != 1 else None


def _arc(value: float, other: float = 1.0) -> float:
    return math.atan2(value, other)


def _converted(value: Stored, old: Stored, new: Stored) -> Stored:
    """Return a number of one base in another, as CONV does; a negative base says: with a sign."""
    source, target = integer(old), integer(new)
    if not (2 <= abs(source) <= 36 and 2 <= abs(target) <= 36):
        return None
    known = DIGITS[: abs(source)]
    found = re.match(rf"\s*(-?)([{known}]*)", text(value).upper())
    assert found is not None
    size = int(found[2], abs(source)) if found[2] else 0
    result = (-size if found[1] else size) & ALL_BITS
    sign = ""
    if target < 0 and result >> 63:
        sign, result = "-", ALL_BITS + 1 - result
    shown = ""
    while result or not shown:
        result, digit = divmod(result, abs(target))
        shown = DIGITS[digit] + shown
    return sign + shown


def _random(seed: Stored = None) -> float:
    chance = random.Random(integer(seed)) if seed is not None else random  # noqa: S311  # RAND()
    return chance.random()


def _absolute(value: Stored) -> Stored:
    given = number(value)
    return stored(given if given >= 0 else -given)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Stored]:
    def call(*values: Stored) -> Stored:
        if all(isinstance(value, int | float) for value in values):
            chosen: Stored = choose(values)
            return chosen
        if all(isinstance(value, bytes) for value in values):
            return choose(values)  # type: ignore[no-any-return]  # one of them
        return choose(values, key=_folded)  # type: ignore[no-any-return]  # one of them

    return call


def _folded(value: Stored) -> str:
    return folded(text(value))


def _exact_extreme(choose: Callable[..., Any]) -> Callable[..., Stored]:
    """Return GREATEST or LEAST of numbers of which some are decimals, stored as text."""
    return lambda *values: stored(choose(map(number, values)))


def _same(types: Sequence[Type]) -> Type:
    first = types[0]
    return first if first.family in ("integer", "decimal", "real") else DOUBLE


def _whole_type(types: Sequence[Type]) -> Type:
    return DOUBLE if types[0].family in ("real", "text") else BIGINT


def _rounded_type(types: Sequence[Type]) -> Type:
    first = types[0]
    return Type("decimal", 65, first.scale) if first.family == "decimal" else _same(types)


FUNCTIONS: dict[str, Function] = {
    "ABS": of(_absolute, _same, 1),
    "CEIL": of(_whole(ROUND_CEILING), _whole_type, 1),
    "FLOOR": of(_whole(ROUND_FLOOR), _whole_type, 1),
    "ROUND": of(_round, _rounded_type, 1, 2),
    "TRUNCATE": of(_truncate, _rounded_type, 2),
    "MOD": of(modulo, lambda types: widest(types), 2),
    "POW": of(_real(math.pow), DOUBLE, 2),
    "SQRT": of(_real(math.sqrt), DOUBLE, 1),
    "EXP": of(_real(math.exp), DOUBLE, 1),
    "LN": of(_log, DOUBLE, 1),
    "LOG": of(_log, DOUBLE, 1, 2),
    "LOG2": of(_real(math.log2), DOUBLE, 1),
    "LOG10": of(_real(math.log10), DOUBLE, 1),
    "SIGN": of(lambda value: (number(value) > 0) - (number(value) < 0), BIGINT, 1),
    "PI": of(lambda: math.pi, DOUBLE, 0),
    "SIN": of(_real(math.sin), DOUBLE, 1),
    "COS": of(_real(math.cos), DOUBLE, 1),
    "TAN": of(_real(math.tan), DOUBLE, 1),
    "ATAN": of(_real(_arc), DOUBLE, 1, 2),
    "ATAN2": of(_real(_arc), DOUBLE, 1, 2),
    "ACOS": of(_real(math.acos), DOUBLE, 1),
    "ASIN": of(_real(math.asin), DOUBLE, 1),
    "COT": of(_real(lambda value: 1 / math.tan(value)), DOUBLE, 1),
    "CONV": of(_converted, LONGTEXT, 3),
    "BIN": of(lambda value: _converted(value, 10, 2), LONGTEXT, 1),
    "OCT": of(lambda value: _converted(value, 10, 8), LONGTEXT, 1),
    "BIT_COUNT": of(lambda value: (integer(value) & ALL_BITS).bit_count(), BIGINT, 1),
    "RADIANS": of(_real(math.radians), DOUBLE, 1),
    "DEGREES": of(_real(math.degrees), DOUBLE, 1),
    "RAND": Function(_random, DOUBLE, 0, 1, is_pure=False),
    "CRC32": of(lambda value: zlib.crc32(text(value).encode()), BIGINT, 1),
    "GREATEST": of(_extreme(max), widest, 2, -1),
    "LEAST": of(_extreme(min), widest, 2, -1),
    "_GREATEST": of(_exact_extreme(max), widest, 2, -1),
    "_LEAST": of(_exact_extreme(min), widest, 2, -1),
}

FUNCTIONS["CEILING"] = FUNCTIONS["CEIL"]
FUNCTIONS["POWER"] = FUNCTIONS["POW"]
