"""Functions of dates and times."""

import calendar
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions import weeks
from netmocks.mysql.sql.functions.formats import formatted, parsed
from netmocks.mysql.sql.functions.function import Function, integer, number, of, text
from netmocks.mysql.sql.functions.intervals import MONTHS, SPANS, add, difference, subtract
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, DATE, DATETIME, LONGTEXT, TIME, Type


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


def _days_between(one: Stored, other: Stored) -> Stored:
    a, b = moment.parsed(text(one)), moment.parsed(text(other))
    return None if a is None or b is None else (a.date() - b.date()).days


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
        return formatted(when, pattern)
    return moment.datetime_text(when, 6 if when.microsecond else 0)


def _time_of(value: Stored) -> Stored:
    span = moment.duration(text(value))
    return None if span is None else moment.time_text(span, min(6, moment.fraction(text(value))))


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
    "TIMESTAMPDIFF": of(difference, BIGINT, 3),
    "DATE_FORMAT": of(_of(formatted), LONGTEXT, 2),
    "STR_TO_DATE": of(parsed, DATETIME, 2),
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
