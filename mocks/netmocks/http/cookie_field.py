"""The field Cookie, by which a client sends back what servers have set (RFC 6265 §4.2).

Clients send the values of others, who may have written anything: an odd cookie is read as far as
it goes, and hides none of the others.
"""

import re
from collections.abc import Iterable, Iterator

#: How a character stands in a quoted value: behind a backslash, or an octet by three octal digits.
ESCAPED = re.compile(r"\\(?:([0-3][0-7]{2})|(.))")


def cookies(fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return the names and values of all cookies, in order; what has no name is left out.

    They are latin-1, as all fields are (RFC 9110 §5.5), save for what a quoted value escapes.
    """
    for field in fields:
        for pair in field.split(";"):
            name, _, value = pair.partition("=")
            if name := name.strip():
                yield name, _unquoted(value.strip())


def _unquoted(value: str) -> str:
    if len(value) < 2 or not value[0] == value[-1] == '"':
        return value
    return as_text(ESCAPED.sub(lambda found: found[2] or chr(int(found[1], 8)), value[1:-1]))


def as_text(octets: str) -> str:
    """Return the text of octets that stand for characters; no UTF-8 is taken for latin-1."""
    try:
        return octets.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return octets
