"""Dates as IMAP writes them (RFC 3501 §9, date and date-time)."""

import re
from datetime import date, datetime, timedelta, timezone

from netmocks.mail.imap.reply import Bad

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", re.ASCII)

DATE_TIME = re.compile(
    r"([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.ASCII
)


def day_of(text: str) -> date:
    """Read a date, such as "1-Feb-1994".

    Raises:
        Bad: it is none.
    """
    match = DATE.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[3]), _month(match[2]), int(match[1]))
    except ValueError:
        pass
    raise Bad(f"{text!r} is no date such as 1-Feb-1994")


def moment_of(text: str) -> datetime:
    """Read a date with its time and zone, such as " 1-Feb-1994 21:52:25 -0800".

    Raises:
        Bad: it is none.
    """
    match = DATE_TIME.fullmatch(text)
    try:
        if match is not None:
            day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            zone = timezone(-offset if sign == "-" else offset)
            return datetime(
                *(int(year), _month(month), int(day), int(hour), int(minute), int(second)),
                tzinfo=zone,
            )
    except ValueError:
        pass
    raise Bad(f"{text!r} is no date-time such as 01-Feb-1994 21:52:25 -0800")


def _month(name: str) -> int:
    return MONTHS.index(name.capitalize()) + 1


def shown(moment: datetime) -> bytes:
    """Write a date with its time and zone, in quotes."""
    return (
        f'"{moment.day:2}-{MONTHS[moment.month - 1]}-{moment.year:04} {moment:%H:%M:%S %z}"'
    ).encode()
