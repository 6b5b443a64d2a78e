"""Formats: moments written and read by a pattern (DATE_FORMAT, STR_TO_DATE)."""

import calendar
import re
from collections.abc import Callable
from datetime import datetime

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.functions.function import text
from netmocks.mysql.sql.functions.weeks import week_of
from netmocks.mysql.sql.table import Stored

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


def formatted(when: datetime, pattern: Stored) -> str:
    """Return a moment as a pattern writes it."""

    def letter(found: re.Match[str]) -> str:
        write = FORMATS.get(found[1])
        return found[1] if write is None else write(when)

    return re.sub("%(.)", letter, text(pattern))


def parsed(value: Stored, pattern: Stored) -> Stored:
    """Return the moment that a text says in the way of a pattern; NULL if it says none.

    Raises:
        MySQLError: 1235, the pattern has letters that are not supported, or no whole date.
    """
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
