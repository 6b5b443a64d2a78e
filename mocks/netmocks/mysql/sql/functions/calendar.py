"""Functions of dates and times."""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions import weeks
from netmocks.mysql.sql.functions.function import Function, integer, number, of, text
from netmocks.mysql.sql.functions.weeks import week_of
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, DATE, DATETIME, LONGTEXT, TIME, Type

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

#: DATE_FORMAT's letters.
FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "m": lambda m: f"{m.month:02}",
    "c": lambda m: str(m.month),
    "d": lambda m: f"{m.day:02}",
    "e": lambda m: str(m.day),
    "H": lambda m: f"{m.hour:02}",
    "k": lambda m: str(m.hour),
    "h": lambda m: f"{(m.hour - 1) % 12 + 1:02}",
    "I": lambda m: f"{(m.hour - 1) % 12 + 1:02}",
    "l": lambda m: str((m.hour - 1) % 12 + 1),
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "S": lambda m: f"{m.second:02}",
    "f": lambda m: f"{m.microsecond:06}",
    "p": lambda m: "AM" if m.hour < 12 else "PM",
    "T": lambda m: f"{m.hour:02}:{m.minute:02}:{m.second:02}",
    "r": lambda m: (
        f"{(m.hour - 1) % 12 + 1:02}:{m.minute:02}:{m.second:02} " + ("AM" if m.hour < 12 else "PM")
    ),
    "M": lambda m: calendar.month_name[m.month],
    "b": lambda m: calendar.month_abbr[m.month],
    "W": lambda m: calendar.day_name[m.weekday()],
    "a": lambda m: calendar.day_abbr[m.weekday()],
    "w": lambda m: str((m.weekday() + 1) % 7),
    "j": lambda m: f"{m.timetuple().tm_yday:03}",
    "D": lambda m: f"{m.day}{ordinal(m.day)}",
    "U": lambda m: f"{week_of(m.date(), 0)[1]:02}",
    "u": lambda m: f"{week_of(m.date(), 1)[1]:02}",
    "V": lambda m: f"{week_of(m.date(), 2)[1]:02}",
    "v": lambda m: f"{week_of(m.date(), 3)[1]:02}",
    "X": lambda m: f"{week_of(m.date(), 2)[0]:04}",
    "x": lambda m: f"{week_of(m.date(), 3)[0]:04}",
}

#: STR_TO_DATE's letters, as patterns.
PATTERNS = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d{1,2})",
    "c": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "e": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "k": r"(?P<H>\d{1,2})",
    "i": r"(?P<i>\d{1,2})",
    "s": r"(?P<s>\d{1,2})",
    "S": r"(?P<s>\d{1,2})",
    "T": r"(?P<H>\d{1,2}):(?P<i>\d{1,2}):(?P<s>\d{1,2})",
    "y": r"(?P<y>\d{1,2})",
    "M": f"(?P<M>{'|'.join(calendar.month_name[1:])})",
    "b": f"(?P<b>{'|'.join(calendar.month_abbr[1:])})",
    "D": r"(?P<d>\d{1,2})(?:st|nd|rd|th)",
    "h": r"(?P<h>\d{1,2})",
    "I": r"(?P<h>\d{1,2})",
    "l": r"(?P<h>\d{1,2})",
    "p": "(?P<p>AM|PM)",
    "f": r"(?P<f>\d{1,6})",
    "W": f"(?:{'|'.join(calendar.day_name)})",
    "a": f"(?:{'|'.join(calendar.day_abbr)})",
    "%": "%",
}

MONTH_NAMES = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
}


def ordinal(day: int) -> str:
    """Return what follows a day's number: 1st, 2nd, 3rd, 4th."""
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def now(digits: Stored = 0) -> str:
    """Return the moment, by this machine's clock and zone."""
    return moment.datetime_text(datetime.now(), integer(digits))  # as MySQL's NOW()


def _utc(digits: Stored = 0) -> str:
    return moment.datetime_text(datetime.now(UTC).replace(tzinfo=None), integer(digits))


def _of(function: Callable[..., Any]) -> Callable[..., Stored]:
    """Return a function of a moment: NULL where the argument says none."""

    def call(value: Stored, *more: Stored) -> Stored:
        when = moment.parsed(text(value))
        return None if when is None else function(when, *more)

    return call


def _clock(unit: timedelta, most: int) -> Callable[[Stored], Stored]:
    def call(value: Stored) -> Stored:
        span = moment.duration(text(value))
        return None if span is None else abs(span) // unit % most

    return call


def _digits(value: str) -> int:
    return len(value.partition(".")[2])


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
    return moment.datetime_text(later, 6 if later.microsecond else _digits(given))


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


def _difference(unit: Stored, start: Stored, end: Stored) -> Stored:
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


def _days_between(one: Stored, other: Stored) -> Stored:
    a, b = moment.parsed(text(one)), moment.parsed(text(other))
    return None if a is None or b is None else (a.date() - b.date()).days


def _format(when: datetime, pattern: Stored) -> str:
    def letter(found: re.Match[str]) -> str:
        write = FORMATS.get(found[1])
        return found[1] if write is None else write(when)

    return re.sub("%(.)", letter, text(pattern))


def _parse(value: Stored, pattern: Stored) -> Stored:
    shape = re.escape(text(pattern))

    def letter(found: re.Match[str]) -> str:
        if found[1] not in PATTERNS:
            raise unsupported(f"STR_TO_DATE's %{found[1]}")
        return PATTERNS[found[1]]

    wanted = re.sub("%(.)", letter, re.sub(r"(?:\\ )+", r"\\s*", shape))
    found = re.match(wanted, text(value).strip(), re.IGNORECASE)
    if found is None:
        return None
    said = found.groupdict()
    if not ({"Y", "y"} & said.keys() and {"m", "M", "b"} & said.keys() and "d" in said):
        raise unsupported("STR_TO_DATE without a whole date")
    try:
        when = _moment_of(said)
    except ValueError:
        return None
    if not said.keys() & set("Hhisf"):
        return moment.date_text(when)
    return moment.datetime_text(when, 6 if "f" in said else 0)


def _moment_of(said: dict[str, str]) -> datetime:
    """Return the moment that the parts of a text say.

    Raises:
        ValueError: there is none.
    """
    year = int(said.get("Y") or said["y"])
    if "y" in said:
        year += 2000 if year < 70 else 1900
    name = said.get("M") or said.get("b")
    month = MONTH_NAMES[name.lower()] if name else int(said["m"])
    hour = int(said.get("H") or said.get("h") or 0)
    if "p" in said and "h" in said:
        hour = hour % 12 + 12 * (said["p"].upper() == "PM")
    clock = (
        hour,
        int(said.get("i", 0)),
        int(said.get("s", 0)),
        int(said.get("f", "0").ljust(6, "0")),
    )
    return datetime(year, month, int(said["d"]), *clock)


def _epoch(value: Stored = None) -> Stored:
    if value is None:
        return int(datetime.now(UTC).timestamp())
    when = moment.parsed(text(value))
    if when is None:
        return None
    if when.microsecond:
        raise unsupported("UNIX_TIMESTAMP of a fraction of a second")
    return int(when.timestamp())


def _from_epoch(value: Stored, pattern: Stored = None) -> Stored:
    when = datetime.fromtimestamp(float(number(value)))  # in the session's zone
    if pattern is not None:
        return _format(when, pattern)
    return moment.datetime_text(when, 6 if when.microsecond else 0)


def _time_of(value: Stored) -> Stored:
    span = moment.duration(text(value))
    return None if span is None else moment.time_text(span, min(6, _digits(text(value))))


def _extract(unit: Stored, value: Stored) -> Stored:
    name = text(unit)
    function = weeks.FUNCTIONS["WEEK"] if name == "WEEK" else FUNCTIONS.get(name)
    if function is None or name not in (*SPANS, *MONTHS):
        raise unsupported(f"EXTRACT({name} FROM …)")
    return function.call(value)  # type: ignore[no-any-return]  # one of the functions below


def _moment_type(types: Sequence[Type]) -> Type:
    return types[0] if types[0].name in ("date", "datetime", "timestamp") else LONGTEXT


def _with_time(when: datetime, span: Stored = "0:0:0") -> Stored:
    more = moment.duration(text(span))
    return None if more is None else moment.datetime_text(when + more)


def _later_type(types: Sequence[Type]) -> Type:
    return _moment_type(types[2:])


def _day_of_year(year: Stored, day: Stored) -> Stored:
    number_of_day = integer(day)
    if number_of_day < 1:
        return None
    try:
        return moment.date_text(datetime(integer(year), 1, 1) + timedelta(days=number_of_day - 1))
    except (OverflowError, ValueError):
        return None


def _from_days(days: Stored) -> Stored:
    try:
        return moment.date_text(datetime.fromordinal(integer(days) - 365))
    except (OverflowError, ValueError):
        return None


def _seconds_since_zero(when: datetime) -> int:
    return (when.toordinal() + 365) * 86400 + (when.hour * 60 + when.minute) * 60 + when.second


def _months(period: Stored) -> int:
    year, month = divmod(integer(period), 100)
    return year * 12 + month - 1


def _period(months: int) -> int:
    year, month = divmod(months, 12)
    return year * 100 + month + 1


def _last_day(when: datetime) -> str:
    return moment.date_text(when.replace(day=calendar.monthrange(when.year, when.month)[1]))


FUNCTIONS: dict[str, Function] = {
    "NOW": of(now, DATETIME, 0, 1, is_pure=False),
    "UTC_TIMESTAMP": of(_utc, DATETIME, 0, 1, is_pure=False),
    "CURDATE": of(lambda: now()[:10], DATE, 0, is_pure=False),
    "UTC_DATE": of(lambda: _utc()[:10], DATE, 0, is_pure=False),
    "CURTIME": of(lambda: now()[11:], TIME, 0, is_pure=False),
    "UTC_TIME": of(lambda: _utc()[11:], TIME, 0, is_pure=False),
    "DATE": of(_of(moment.date_text), DATE, 1),
    "TIME": of(_time_of, TIME, 1),
    "TIMESTAMP": of(_of(_with_time), DATETIME, 1, 2),
    "YEAR": of(_of(lambda when: when.year), BIGINT, 1),
    "QUARTER": of(_of(lambda when: (when.month + 2) // 3), BIGINT, 1),
    "MONTH": of(_of(lambda when: when.month), BIGINT, 1),
    "DAY": of(_of(lambda when: when.day), BIGINT, 1),
    "HOUR": of(_clock(timedelta(hours=1), 839), BIGINT, 1),
    "MINUTE": of(_clock(timedelta(minutes=1), 60), BIGINT, 1),
    "SECOND": of(_clock(timedelta(seconds=1), 60), BIGINT, 1),
    "MICROSECOND": of(_clock(timedelta(microseconds=1), 1_000_000), BIGINT, 1),
    "DAYOFWEEK": of(_of(lambda when: when.isoweekday() % 7 + 1), BIGINT, 1),
    "WEEKDAY": of(_of(lambda when: when.weekday()), BIGINT, 1),
    "DAYOFYEAR": of(_of(lambda when: when.timetuple().tm_yday), BIGINT, 1),
    "DAYNAME": of(_of(lambda when: calendar.day_name[when.weekday()]), LONGTEXT, 1),
    "MONTHNAME": of(_of(lambda when: calendar.month_name[when.month]), LONGTEXT, 1),
    "LAST_DAY": of(_of(_last_day), DATE, 1),
    "TO_DAYS": of(_of(lambda when: when.toordinal() + 365), BIGINT, 1),
    "DATE_ADD": of(add, _moment_type, 3),
    "DATE_SUB": of(subtract, _moment_type, 3),
    "DATEDIFF": of(_days_between, BIGINT, 2),
    "TIMESTAMPDIFF": of(_difference, BIGINT, 3),
    "DATE_FORMAT": of(_of(_format), LONGTEXT, 2),
    "STR_TO_DATE": of(_parse, DATETIME, 2),
    "UNIX_TIMESTAMP": of(_epoch, BIGINT, 0, 1, is_pure=False),
    "FROM_UNIXTIME": of(_from_epoch, lambda types: (DATETIME, LONGTEXT)[len(types) - 1], 1, 2),
    "TIMESTAMPADD": of(lambda unit, count, value: add(value, count, unit), _later_type, 3),
    "ADDDATE": of(lambda value, count, unit="DAY": add(value, count, unit), _moment_type, 2, 3),
    "SUBDATE": of(
        lambda value, count, unit="DAY": subtract(value, count, unit), _moment_type, 2, 3
    ),
    "MAKEDATE": of(_day_of_year, DATE, 2),
    "FROM_DAYS": of(_from_days, DATE, 1),
    "TO_SECONDS": of(_of(_seconds_since_zero), BIGINT, 1),
    "PERIOD_ADD": of(lambda period, months: _period(_months(period) + integer(months)), BIGINT, 2),
    "PERIOD_DIFF": of(lambda one, other: _months(one) - _months(other), BIGINT, 2),
    "EXTRACT": of(_extract, BIGINT, 2),
}

for _name, _other in {
    "CURRENT_TIMESTAMP": "NOW",
    "LOCALTIME": "NOW",
    "LOCALTIMESTAMP": "NOW",
    "SYSDATE": "NOW",
    "CURRENT_DATE": "CURDATE",
    "CURRENT_TIME": "CURTIME",
    "DAYOFMONTH": "DAY",
}.items():
    FUNCTIONS[_name] = FUNCTIONS[_other]
