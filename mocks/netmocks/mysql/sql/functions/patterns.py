"""Functions of regular expressions."""

import re
from functools import lru_cache

from netmocks.mysql.error import MySQLError, unsupported
from netmocks.mysql.sql.functions.function import Function, integer, of, text
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGTEXT

#: POSIX's classes of characters, as Python's regular expressions spell them inside brackets.
CLASSES = {
    "alnum": r"^\W_",
    "alpha": r"^\W\d_",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": r"\d",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}

#: Classes that are said by what they are not, and so stand in brackets alone.
ALONE = {"alnum": "A-Za-z0-9", "alpha": "A-Za-z"}

#: Pieces of a pattern in which a bracket may mean something else to Python.
PIECE = re.compile(r"\\.|\[\[:[<>]:\]\]|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
CLASS = re.compile(r"\[:(\w+):\]")

FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "n": re.DOTALL}


def search(value: str, pattern: str, flags: str = "i", start: int = 0) -> re.Match[str] | None:
    """Return the first match in a text.

    Arguments:
        value: the text.
        pattern: MySQL's regular expression.
        flags: letters of REGEXP_LIKE's match type: c, i, m, n.
        start: where to begin.

    Raises:
        MySQLError: 3685, it is no regular expression.
    """
    return compiled(pattern, flags).search(value, start)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """Return Python's form of a regular expression; see `search`."""
    chosen = re.NOFLAG
    for flag in flags:
        if flag == "c":
            chosen &= ~re.IGNORECASE
        elif flag in FLAGS:
            chosen |= FLAGS[flag]
        else:
            raise unsupported(f"the match type {flag!r} of a regular expression")
    try:
        return re.compile(PIECE.sub(_piece, pattern), chosen)
    except re.error as error:
        raise MySQLError(3685, f"Illegal argument to a regular expression: {error}") from None


def _piece(found: re.Match[str]) -> str:
    text = found[0]
    if text in ("[[:<:]]", "[[:>:]]"):
        return r"\b"
    if text[0] == "\\":
        return text
    if (only := re.fullmatch(r"\[\[:(\w+):\]\]", text)) and only[1] in CLASSES:
        return f"[{CLASSES[only[1]]}]"
    start = 2 if text[1] == "^" else 1
    body = CLASS.sub(lambda inner: ALONE.get(inner[1], CLASSES.get(inner[1], "")), text[start:-1])
    # Python would warn of these, for they may mean sets one day.
    body = re.sub(r"(?<!\\)\[", r"\\[", body)
    body = re.sub(r"([-&~|])(?=\1)", r"\\\1", body)
    return f"{text[:start]}{body}]"


def _like(value: Stored, pattern: Stored, flags: Stored = "i") -> int:
    return int(search(text(value), text(pattern), "i" + text(flags)) is not None)


def _replace(
    value: Stored,
    pattern: Stored,
    new: Stored,
    start: Stored = 1,
    which: Stored = 0,
    flags: Stored = "i",
) -> str:
    shown, place, wanted = text(value), integer(start) - 1, integer(which)
    regex = compiled(text(pattern), "i" + text(flags))
    template = re.sub(r"\$(\d)", r"\\\1", text(new))
    seen = 0

    def one(found: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return found.expand(template) if wanted in (0, seen) else found[0]

    return shown[:place] + regex.sub(one, shown[place:])


def _nth(
    value: Stored, pattern: Stored, start: Stored, which: Stored, flags: Stored
) -> re.Match[str] | None:
    regex = compiled(text(pattern), "i" + text(flags))
    found = None
    matches = regex.finditer(text(value), integer(start) - 1)
    for _ in range(integer(which)):
        found = next(matches, None)
    return found


def _substring(
    value: Stored, pattern: Stored, start: Stored = 1, which: Stored = 1, flags: Stored = "i"
) -> Stored:
    found = _nth(value, pattern, start, which, flags)
    return None if found is None else found[0]


def _place(
    value: Stored,
    pattern: Stored,
    start: Stored = 1,
    which: Stored = 1,
    end: Stored = 0,
    flags: Stored = "i",
) -> int:
    found = _nth(value, pattern, start, which, flags)
    if found is None:
        return 0
    return (found.end() if integer(end) else found.start()) + 1


FUNCTIONS: dict[str, Function] = {
    "REGEXP_LIKE": of(_like, BIGINT, 2, 3),
    "REGEXP_REPLACE": of(_replace, LONGTEXT, 3, 6),
    "REGEXP_SUBSTR": of(_substring, LONGTEXT, 2, 5),
    "REGEXP_INSTR": of(_place, BIGINT, 2, 6),
}
