"""Intervals: moments so many units later, and how many units lie between two."""

import calendar
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions.function import number, text
from netmocks.mysql.sql.table import Stored

SPANS = {
    "MICROSECOND": timedelta(microseconds=1),
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
}

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}

#: Intervals of several units, such as '1:30' HOUR_MINUTE.
COMPOUND = {
    f"{first}_{last}": units[units.index(first) : units.index(last) + 1]
    for units in (["DAY", "HOUR", "MINUTE", "SECOND", "MICROSECOND"], ["YEAR", "MONTH"])
    for place, first in enumerate(units)
    for last in units[place + 1 :]
}

UNITS = (*SPANS, *MONTHS, *COMPOUND)


def add(value: Stored, count: Stored, unit: Stored) -> Stored:
    """Return a moment, and so many units later."""
    when, name = moment.parsed(text(value)), text(unit)
    if when is None:
        return None
    given = text(value)
    try:
        if name in MONTHS:
            later = _months_later(when, _whole(count) * MONTHS[name])
        elif name in SPANS:
            later = when + SPANS[name] * _counted(count, name)
        elif name in COMPOUND:
            later = _much_later(when, text(count), COMPOUND[name])
        else:
            raise unsupported(f"INTERVAL … {name}")
    except (OverflowError, ValueError):
        return None
    is_day = len(given.strip()) <= 10 and name in (*MONTHS, "DAY", "WEEK", "YEAR_MONTH")
    if is_day:
        return moment.date_text(later)
    return moment.datetime_text(later, 6 if later.microsecond else moment.fraction(given))


def subtract(value: Stored, count: Stored, unit: Stored) -> Stored:
    """Return a moment, and so many units before."""
    if text(unit) in COMPOUND:
        shown = text(count).strip()
        return add(value, shown[1:] if shown.startswith("-") else f"-{shown}", unit)
    return add(value, str(-number(count)), unit)


def _whole(count: Stored) -> int:
    return int(Decimal(str(number(count))).to_integral_value(ROUND_HALF_UP))


def _counted(count: Stored, unit: str) -> float:
    """Return how many units; only seconds have fractions."""
    return float(number(count)) if unit == "SECOND" else _whole(count)


def _much_later(when: datetime, count: str, units: Sequence[str]) -> datetime:
    """Return a moment later by an interval of several units, of which the first may be missing."""
    numbers = [int(digits) for digits in re.findall(r"\d+", count)]
    if len(numbers) > len(units):
        raise ValueError(count)
    sign = -1 if count.strip().startswith("-") else 1
    for amount, unit in zip(reversed(numbers), reversed(units), strict=False):
        if unit in MONTHS:
            when = _months_later(when, sign * amount * MONTHS[unit])
        else:
            when += sign * amount * SPANS[unit]
    return when


def _months_later(when: datetime, months: int) -> datetime:
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return when.replace(year=year, month=month + 1, day=min(when.day, last))


def difference(unit: Stored, start: Stored, end: Stored) -> Stored:
    """Return how many whole units lie between two moments."""
    first, last, name = moment.parsed(text(start)), moment.parsed(text(end)), text(unit)
    if first is None or last is None:
        return None
    if name in SPANS:
        span = last - first
        whole = abs(span) // SPANS[name]
        return whole if span >= timedelta(0) else -whole
    if name not in MONTHS:
        raise unsupported(f"TIMESTAMPDIFF({name}, …)")
    early, late = sorted((first, last))
    months = (late.year - early.year) * 12 + late.month - early.month
    if (late.day, late.time()) < (early.day, early.time()):
        months -= 1
    return months // MONTHS[name] * (1 if first <= last else -1)
