"""Functions of times: spans that may be negative, and longer than a day."""

import re
from datetime import datetime, timedelta

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions.function import Function, integer, number, of, text
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, DATETIME, LONGTEXT, TIME

#: The greatest TIME.
MOST = timedelta(hours=838, minutes=59, seconds=59)

#: A value that says a day, too.
DAYS = re.compile(r"\s*\d+-\d")


def _time(span: timedelta) -> str:
    bounded = max(-MOST, min(span, MOST))
    return moment.time_text(bounded, 6 if bounded.microseconds else 0)


def _plus(value: Stored, span: Stored, sign: int = 1) -> Stored:
    other = moment.duration(text(span))
    if other is None or DAYS.match(text(span)):
        return None
    if DAYS.match(text(value)):
        when = moment.parsed(text(value))
        if when is None:
            return None
        later = when + sign * other
        return moment.datetime_text(later, 6 if later.microsecond else 0)
    first = moment.duration(text(value))
    return None if first is None else _time(first + sign * other)


def _between(one: Stored, other: Stored) -> Stored:
    if bool(DAYS.match(text(one))) != bool(DAYS.match(text(other))):
        return None
    if DAYS.match(text(one)):
        a, b = moment.parsed(text(one)), moment.parsed(text(other))
        return None if a is None or b is None else _time(a - b)
    first, last = moment.duration(text(one)), moment.duration(text(other))
    return None if first is None or last is None else _time(first - last)


def _made(hours: Stored, minutes: Stored, seconds: Stored) -> Stored:
    minute, second = integer(minutes), float(number(seconds))
    if not 0 <= minute < 60 or not 0 <= second < 60:
        return None
    hour = integer(hours)
    span = timedelta(hours=abs(hour), minutes=minute, seconds=second)
    return _time(-span if hour < 0 else span)


def _seconds(value: Stored) -> Stored:
    span = moment.duration(text(value))
    if span is None:
        return None
    whole = abs(span) // timedelta(seconds=1)
    return whole if span >= timedelta(0) else -whole


#: TIME_FORMAT's letters; those of days are zero.
LETTERS = {
    "H": "{hours:02}",
    "k": "{hours}",
    "h": "{half:02}",
    "I": "{half:02}",
    "l": "{half}",
    "i": "{minutes:02}",
    "s": "{seconds:02}",
    "S": "{seconds:02}",
    "f": "{micro:06}",
    "p": "{part}",
    "T": "{hours:02}:{minutes:02}:{seconds:02}",
    "r": "{half:02}:{minutes:02}:{seconds:02} {part}",
    "%": "%",
}


def _format(value: Stored, pattern: Stored) -> Stored:
    span = moment.duration(text(value))
    if span is None:
        return None
    size = abs(span)
    hours, rest = divmod(size, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    said = {
        "hours": hours,
        "half": (hours - 1) % 12 + 1,
        "minutes": minutes,
        "seconds": rest.seconds,
        "micro": rest.microseconds,
        "part": "AM" if hours % 24 < 12 else "PM",
    }

    def letter(found: re.Match[str]) -> str:
        if found[1] not in LETTERS:
            raise unsupported(f"TIME_FORMAT's %{found[1]}")
        return LETTERS[found[1]].format(**said)

    return ("-" if span < timedelta(0) else "") + re.sub("%(.)", letter, text(pattern))


def _zoned(value: Stored, old: Stored, new: Stored) -> Stored:
    when = moment.parsed(text(value))
    offsets = [_offset(text(old)), _offset(text(new))]
    if when is None:
        return None
    later: datetime = when - offsets[0] + offsets[1]
    return moment.datetime_text(later, 6 if later.microsecond else 0)


def _offset(zone: str) -> timedelta:
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d\d)", zone)
    if found is None:
        raise unsupported(f"CONVERT_TZ with the zone {zone}")
    span = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -span if found[1] == "-" else span


FUNCTIONS: dict[str, Function] = {
    "ADDTIME": of(_plus, LONGTEXT, 2),
    "SUBTIME": of(lambda value, span: _plus(value, span, -1), LONGTEXT, 2),
    "TIMEDIFF": of(_between, TIME, 2),
    "MAKETIME": of(_made, TIME, 3),
    "SEC_TO_TIME": of(lambda value: _time(timedelta(seconds=float(number(value)))), TIME, 1),
    "TIME_TO_SEC": of(_seconds, BIGINT, 1),
    "TIME_FORMAT": of(_format, LONGTEXT, 2),
    "CONVERT_TZ": of(_zoned, DATETIME, 3),
}
