"""Functions of dates and times."""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions.function import Function, integer, number, of, text
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
    "%": "%",
}


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
            later = _months_later(when, integer(count) * MONTHS[name])
        elif name in SPANS:
            later = when + SPANS[name] * float(number(count))
        else:
            raise unsupported(f"INTERVAL … {name}")
    except (OverflowError, ValueError):
        return None
    is_day = len(given.strip()) <= 10 and name in (*MONTHS, "DAY", "WEEK")
    if is_day:
        return moment.date_text(later)
    return moment.datetime_text(later, 6 if later.microsecond else _digits(given))


def subtract(value: Stored, count: Stored, unit: Stored) -> Stored:
    """Return a moment, and so many units before."""
    return add(value, str(-number(count)), unit)


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
        if write is None and found[1] in "UuVvXxD":
            raise unsupported(f"DATE_FORMAT's %{found[1]}")
        return found[1] if write is None else write(when)

    return re.sub("%(.)", letter, text(pattern))


def _parse(value: Stored, pattern: Stored) -> Stored:
    shape = re.escape(text(pattern))

    def letter(found: re.Match[str]) -> str:
        if found[1] not in PATTERNS:
            raise unsupported(f"STR_TO_DATE's %{found[1]}")
        return PATTERNS[found[1]]

    found = re.match(re.sub("%(.)", letter, shape), text(value).strip())
    if found is None:
        return None
    parts = {name: int(digits) for name, digits in found.groupdict().items()}
    if not {"Y", "m", "d"} <= parts.keys():
        raise unsupported("STR_TO_DATE without a whole date")
    try:
        when = datetime(*(parts.get(name, 0) for name in "YmdHis"))  # type: ignore[arg-type]  # ints
    except ValueError:
        return None
    has_clock = parts.keys() & set("His")
    return moment.datetime_text(when) if has_clock else moment.date_text(when)


def _epoch(value: Stored = None) -> Stored:
    if value is None:
        return int(datetime.now(UTC).timestamp())
    when = moment.parsed(text(value))
    return None if when is None else int(when.timestamp())


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
    function = FUNCTIONS.get(name)
    if function is None or name not in (*SPANS, *MONTHS):
        raise unsupported(f"EXTRACT({name} FROM …)")
    return function.call(value)  # type: ignore[no-any-return]  # one of the functions below


def _moment_type(types: Sequence[Type]) -> Type:
    return types[0] if types[0].name in ("date", "datetime", "timestamp") else LONGTEXT


def _last_day(when: datetime) -> str:
    return moment.date_text(when.replace(day=calendar.monthrange(when.year, when.month)[1]))


FUNCTIONS: dict[str, Function] = {
    "NOW": of(now, DATETIME, 0, 1, is_pure=False),
    "UTC_TIMESTAMP": of(_utc, DATETIME, 0, 1, is_pure=False),
    "CURDATE": of(lambda: now()[:10], DATE, 0, is_pure=False),
    "UTC_DATE": of(lambda: _utc()[:10], DATE, 0, is_pure=False),
    "CURTIME": of(lambda: now()[11:], TIME, 0, is_pure=False),
    "DATE": of(_of(moment.date_text), DATE, 1),
    "TIME": of(_time_of, TIME, 1),
    "TIMESTAMP": of(_of(lambda when: moment.datetime_text(when)), DATETIME, 1),
    "YEAR": of(_of(lambda when: when.year), BIGINT, 1),
    "QUARTER": of(_of(lambda when: (when.month + 2) // 3), BIGINT, 1),
    "MONTH": of(_of(lambda when: when.month), BIGINT, 1),
    "WEEK": of(_of(lambda when: int(when.strftime("%U"))), BIGINT, 1),
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
    "FROM_UNIXTIME": of(_from_epoch, LONGTEXT, 1, 2),
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
    "ADDDATE": "DATE_ADD",
    "SUBDATE": "DATE_SUB",
}.items():
    FUNCTIONS[_name] = FUNCTIONS[_other]
