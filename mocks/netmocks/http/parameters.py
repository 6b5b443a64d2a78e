"""Parameters: names with values, as they follow a media type, a disposition or a scheme."""

import re
from typing import Literal
from urllib.parse import unquote

#: A parameter: its name, and its value with or without quotes (RFC 9110 §5.6.6, §11.2), by what
#: stands between it and the next. Whatever was read is never read again ("++"): a client that
#: sends a very long name costs no more than one that sends many.
PARAMETER = {
    separator: re.compile(
        rf'(?<![\w-])([\w-]++\*?)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^\s{separator}"]*+))',
        re.DOTALL,
    )
    for separator in (";", ",")
}

#: What a backslash stands before because it must; others are there for themselves.
ESCAPED = re.compile(r'\\(["\\])')

#: A value with its charset (RFC 8187 §3.2), as in username*=UTF-8''J%C3%A4s
EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE)


def parameters(text: str, separator: Literal[";", ","] = ";") -> dict[str, str]:
    """Return the parameters in a text, by names in lower case; of those that repeat, the first.

    An extended value ("name*") comes before a plain one of the same name, where it can be read.

    Arguments:
        text: the value of a field, or a part of it.
        separator: what stands between two: ";" in media types, "," in credentials.
    """
    found: dict[str, str] = {}
    extended: dict[str, str] = {}
    for name, quoted, plain in PARAMETER[separator].findall(text):
        value = ESCAPED.sub(r"\1", quoted) or plain
        name = name.lower()
        if not name.endswith("*"):
            found.setdefault(name, value)
        elif read := EXTENDED.fullmatch(value):
            extended.setdefault(name[:-1], unquote(read[2], encoding=read[1]))
    return found | extended
