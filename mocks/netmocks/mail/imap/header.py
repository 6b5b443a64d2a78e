"""Header: the fields of a message or part, as their bytes stand there (RFC 5322 §2.2)."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from functools import lru_cache

#: What ends a header: an empty line, which belongs to it (RFC 3501 §6.4.5, HEADER).
END = re.compile(rb"\n\r?\n")

#: One field with the lines that continue it; the name may be followed by blanks (§4.5.1).
FIELD = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*\n?)")

#: A line end within a field: what follows it continues the line before.
FOLD = re.compile(rb"\r?\n")

#: What `decode_header` makes bytes with of the text beside encoded words.
UNENCODED = "raw-unicode-escape"


def header_size(content: bytes) -> int:
    """Return how many bytes a header has, the empty line at its end included."""
    if content.startswith((b"\n", b"\r\n")):
        return content.index(b"\n") + 1
    end = END.search(content)
    return len(content) if end is None else end.end()


class Header:
    """The fields of a header; of two of one name, the first counts.

    Arguments:
        raw: its bytes.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def get(self, name: bytes) -> bytes | None:
        """Return a field's value on one line, None if there is no such field."""
        match = _finder(name.lower()).search(self.raw)
        return None if match is None else unfolded(match[1])

    def all(self, name: bytes) -> list[bytes]:
        """Return the values of all fields of a name, each on one line."""
        return [unfolded(match[1]) for match in _finder(name.lower()).finditer(self.raw)]

    def only(self, names: set[bytes], *, but: bool = False) -> bytes:
        """Return the fields of these names (lower case), or all but these, and an empty line.

        They stand as they came (RFC 3501 §6.4.5, HEADER.FIELDS).
        """
        kept = (
            match[0] for match in FIELD.finditer(self.raw) if (match[1].lower() in names) != but
        )
        return b"".join(field if field.endswith(b"\n") else field + b"\r\n" for field in kept) + (
            b"\r\n"
        )


@lru_cache(maxsize=128)
def _finder(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?mi)^%b[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*\n?)" % re.escape(name))


def unfolded(value: bytes) -> bytes:
    """Return a field's value on one line, without the blanks around it."""
    return FOLD.sub(b"", value).strip(b" \t\r")


def decoded(value: bytes) -> str:
    """Return a field's value as people read it, its encoded words decoded (RFC 2047)."""
    text = value.decode("utf-8", "replace")
    if "=?" not in text:
        return text
    try:
        return "".join(
            piece if isinstance(piece, str) else _read(piece, charset or UNENCODED)
            for piece, charset in decode_header(text)
        )
    except (HeaderParseError, ValueError):  # an encoded word whose encoding is broken
        return text


def _read(piece: bytes, charset: str) -> str:
    try:
        return piece.decode(charset, "replace")
    except (LookupError, ValueError):  # an unknown charset, or one that is none
        return piece.decode("utf-8", "replace")
