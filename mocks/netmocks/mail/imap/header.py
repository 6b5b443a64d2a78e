"""Header: the fields of a message or part, as their bytes stand there (RFC 5322 §2.2)."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from functools import lru_cache

#: What ends a header: an empty line, which belongs to it (RFC 3501 §6.4.5, HEADER).
END = re.compile(rb"\n\r?\n")

#: One field with the lines that continue it; the name may be followed by blanks (§4.5.1).
FIELD = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*\n?)")

#: A line end within a field: what follows it continues the line before.
FOLD = re.compile(rb"\r?\n")

#: An encoded word (RFC 2047 §2), and several in a row.
WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?\s]*)\?=")
WORDS = re.compile(rf"{WORD.pattern}(?:\s+{WORD.pattern})*")


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
    """Return a field's value as people read it, its encoded words decoded (RFC 2047).

    The standard library's decoder takes time that grows with the square of a broken value's length.
    """
    text = value.decode("utf-8", "replace")
    return WORDS.sub(_of_words, text) if "=?" in text else text


def _of_words(words: re.Match[str]) -> str:
    """Decode encoded words in a row; the blanks between them are not meant (§6.2)."""
    runs: list[tuple[str, bytes]] = []
    for charset, encoding, encoded in WORD.findall(words[0]):
        data = _unpacked(encoding, encoded.encode("ascii", "replace"))
        if data is None:
            return words[0]
        if runs and runs[-1][0] == charset.lower():  # a character may be cut in two
            data = runs.pop()[1] + data
        runs.append((charset.lower(), data))
    return "".join(_read(data, charset) for charset, data in runs)


def _unpacked(encoding: str, encoded: bytes) -> bytes | None:
    if encoding in "qQ":
        return a2b_qp(encoded, header=True)
    try:
        return a2b_base64(encoded)
    except Base64Error:
        return None


def _read(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset.partition("*")[0], "replace")  # a language may follow (RFC 2231)
    except (LookupError, ValueError):  # an unknown charset, or one that is none
        return data.decode("utf-8", "replace")
