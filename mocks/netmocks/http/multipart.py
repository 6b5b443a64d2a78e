"""Multipart: the parts of a form that may carry files (RFC 7578)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netmocks.errors import PeerError
from netmocks.http import media_type
from netmocks.http.pairs import Fields
from netmocks.http.parameters import parameters

#: Parts that a form may have: reading one takes long enough for a flood of them to be felt.
MOST_PARTS = 1000

#: Bytes of the head of a part.
HEAD_LIMIT = 16 * 1024

BLANK_LINE = re.compile(rb"\r?\n\r?\n")

#: What goes on with the line before.
FOLD = re.compile(r"\r?\n[ \t]+")


class Part(NamedTuple):
    """One part of a form: a field, or a file."""

    #: the name of its field
    name: str
    #: what the client calls the file; None if the part is no file
    filename: str | None
    headers: Fields
    content: bytes

    @property
    def content_type(self) -> str:
        """Its media type, in lower case and without parameters; "" if not stated."""
        return media_type.essence(self.headers.get("Content-Type", ""))

    @property
    def text(self) -> str:
        """Its content as text, in the charset stated or UTF-8; what is none is replaced."""
        return media_type.decode(self.content, self.headers.get("Content-Type", ""))


def parts(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a body.

    Lines may end in LF alone. Only the head of a part is taken for lines: its content may be
    anything, such as a mail with parts of its own.

    Arguments:
        content_type: the whole field, with its boundary.
        body: the content of the request.

    Raises:
        PeerError: it has no boundary, breaks off, has too many parts, or one without a head.
    """
    boundary = media_type.boundary(content_type)
    if boundary is None:
        raise PeerError(f"multipart: no boundary in Content-Type: {content_type} (RFC 2046 §5.1.1)")
    delimiter = rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--|[ \t]*\r?\n)"
    found: list[Part] = []
    start: int | None = None
    for match in re.finditer(delimiter, body):
        if start is not None:
            if len(found) == MOST_PARTS:
                raise PeerError(f"multipart: more than {MOST_PARTS} parts")
            found.append(_part(body[start : match.start()], len(found) + 1))
        if match[1] == b"--":
            return found
        start = match.end()
    line = f"--{boundary.decode('latin-1')}"
    if start is None:
        raise PeerError(f"multipart: no part begins, for no line is {line!r}")
    raise PeerError(f"multipart: part {len(found) + 1} has no end, which {line + '--'!r} would be")


def _part(octets: bytes, number: int) -> Part:
    """Take a part apart.

    Raises:
        PeerError: it has no head, one of more than `HEAD_LIMIT`, or no name.
    """
    blank = BLANK_LINE.search(octets, 0, HEAD_LIMIT)
    if blank is None:
        raise PeerError(f"multipart: no blank line ends the head of part {number}")
    headers = Fields(_fields(octets[: blank.start()]))
    said = parameters(headers.get("Content-Disposition", ""))
    if "name" not in said:
        raise PeerError(
            f"multipart: no Content-Disposition names the field of part {number} (RFC 7578 §4.2)"
        )
    return Part(said["name"], said.get("filename"), headers, octets[blank.end() :])


def _fields(head: bytes) -> Iterator[tuple[str, str]]:
    text = FOLD.sub(" ", head.decode("utf-8", errors="replace"))
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()
