"""Moments: dates and times, read as MySQL reads them, kept as text that sorts by itself."""

import re
from datetime import date, datetime, timedelta

DAY = r"(\d{4}|\d{2})[-/.](\d{1,2})[-/.](\d{1,2})"
CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?"

MOMENT = re.compile(rf"{DAY}(?:[T\s]+{CLOCK})?")
DIGITS = re.compile(r"(\d{8}|\d{6})(?:(\d{6})(?:\.(\d{0,9}))?)?")
TIME = re.compile(r"(-)?(?:(\d{1,2})\s+)?(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?(?:\.(\d{0,9}))?")
TIME_DIGITS = re.compile(r"(-)?(\d{1,7})(?:\.(\d{0,9}))?")

#: The greatest TIME, in hours.
MOST_HOURS = 838


def parsed(text: str) -> datetime | None:
    """Return the moment that a text says, at midnight where it says a day alone; None if none."""
    text = text.strip()
    found = MOMENT.fullmatch(text)
    if found is not None:
        year, month, day, hour, minute, second, fraction = found.groups()
    else:
        digits = DIGITS.fullmatch(text)
        if digits is None:
            return None
        whole, clock, fraction = digits.groups()
        year, month, day = whole[:-4], whole[-4:-2], whole[-2:]
        hour, minute, second = (clock[0:2], clock[2:4], clock[4:6]) if clock else (None,) * 3
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 70 else 2000
    try:
        moment = datetime(
            number, int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
        return moment + timedelta(microseconds=_micro(fraction))
    except (ValueError, OverflowError):
        return None


def _micro(fraction: str | None) -> int:
    return round(int((fraction or "0").ljust(9, "0")) / 1000)


def fraction(text: str) -> int:
    """Return how many digits of a second a text has."""
    return len(text.partition(".")[2])


def duration(text: str) -> timedelta | None:
    """Return the TIME that a text says; None if it says none."""
    text = text.strip()
    found = TIME.fullmatch(text)
    if found is not None:
        sign, days, hours, minutes, seconds, fraction = found.groups()
    else:
        digits = TIME_DIGITS.fullmatch(text)
        if digits is None:
            moment = parsed(text)
            if moment is None:
                return None
            return moment - datetime.combine(moment.date(), datetime.min.time())
        sign, whole, fraction = digits.groups()
        whole = whole.rjust(7, "0")
        days, hours, minutes, seconds = None, whole[:3], whole[3:5], whole[5:]
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    total = timedelta(
        days=int(days or 0),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds or 0),
        microseconds=_micro(fraction),
    )
    return -total if sign else total


def rounded(moment: datetime, digits: int) -> datetime:
    """Round to so many digits of a second."""
    step = 10 ** (6 - digits)
    rest = moment.microsecond % step
    return moment + timedelta(microseconds=step - rest if rest * 2 >= step else -rest)


def datetime_text(moment: datetime, digits: int = 0) -> str:
    """Return DATETIME's text, with so many digits of a second."""
    text = moment.strftime("%m-%d %H:%M:%S")
    fraction = f".{moment.microsecond:06}"[: digits + 1] if digits else ""
    return f"{moment.year:04}-{text}{fraction}"


def date_text(day: date) -> str:
    """Return DATE's text."""
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def time_text(span: timedelta, digits: int = 0) -> str:
    """Return TIME's text, with so many digits of a second."""
    micro = round(span / timedelta(microseconds=1))
    step = 10 ** (6 - digits)
    size = (abs(micro) + step // 2) // step * step
    seconds, fraction = divmod(size, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    text = f"{'-' if micro < 0 else ''}{hour:02}:{minute:02}:{second:02}"
    return text + (f".{fraction:06}"[: digits + 1] if digits else "")


def full_text(value: str) -> str:
    """Return a moment's text as far as it says something: with a clock, unless it is midnight's.

    So a day and a moment compare as texts.
    """
    moment = parsed(value)
    if moment is None:
        return value
    if moment.time() == datetime.min.time():
        return date_text(moment)
    return datetime_text(moment, 6 if moment.microsecond else 0)
