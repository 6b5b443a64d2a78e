"""Functions of weeks, whose first day and first week differ by mode (WEEK())."""

from datetime import date, timedelta

from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions.function import Function, integer, of, text
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT

#: Bits of a mode: weeks begin on Monday; a day before the first week belongs to the last year's.
MONDAY, WHOLE_YEARS = 1, 2

#: Modes whose first week is the one with the first Sunday or Monday; in others it has four days.
FULL = (0, 2, 5, 7)


def week_of(day: date, mode: int) -> tuple[int, int]:
    """Return the year and the number of the week that a day is in."""
    year = day.year
    if day < _first(year, mode):
        if not mode & WHOLE_YEARS:
            return year, 0
        year -= 1
    elif mode & WHOLE_YEARS and year < date.max.year and day >= _first(year + 1, mode):
        year += 1
    return year, (day - _first(year, mode)).days // 7 + 1


def _first(year: int, mode: int) -> date:
    """Return the first day of the first week of a year."""
    new_year = date(year, 1, 1)
    passed = new_year.weekday() if mode & MONDAY else new_year.isoweekday() % 7
    if passed == 0 or (mode not in FULL and passed <= 3):
        return new_year - timedelta(days=passed) if year > 1 else new_year
    return new_year + timedelta(days=7 - passed)


def _week(value: Stored, mode: Stored = 0) -> Stored:
    when = moment.parsed(text(value))
    return None if when is None else week_of(when.date(), integer(mode) & 7)[1]


def _year_week(value: Stored, mode: Stored = 0) -> Stored:
    when = moment.parsed(text(value))
    if when is None:
        return None
    year, week = week_of(when.date(), integer(mode) & 7 | WHOLE_YEARS)
    return year * 100 + week


FUNCTIONS: dict[str, Function] = {
    "WEEK": of(_week, BIGINT, 1, 2),
    "WEEKOFYEAR": of(lambda value: _week(value, 3), BIGINT, 1),
    "YEARWEEK": of(_year_week, BIGINT, 1, 2),
}
