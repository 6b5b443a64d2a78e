"""Multipart: the parts of a form that may carry files (RFC 7578)."""

import re
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from typing import NamedTuple

BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class Part(NamedTuple):
    """One part of a form."""

    name: str
    is_file: bool
    media_type: str
    content: bytes

    @property
    def text(self) -> str:
        """Its content as text; what is no UTF-8 is replaced."""
        return self.content.decode("utf-8", errors="replace")


def parts(content_type: str, body: bytes) -> list[Part] | None:
    """Return the parts of a body; none if it breaks off or a part has no head.

    Lines may end in LF alone. Only the head of a part is taken for lines: its content may be
    anything, such as a mail with parts of its own.

    Arguments:
        content_type: the whole field, with its boundary; without one, there are no parts: None.
        body: the content of the request.
    """
    boundary = _boundary(content_type)
    if boundary is None:
        return None
    delimiter = rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--|[ \t]*\r?\n)"
    found: list[Part] = []
    start: int | None = None
    for match in re.finditer(delimiter, body):
        if start is not None:
            part = _part(body[start : match.start()])
            if part is None:
                return []
            found.append(part)
        if match[1] == b"--":
            return found
        start = match.end()
    return []


def _boundary(content_type: str) -> bytes | None:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    return boundary.encode("latin-1") if boundary else None


def _part(octets: bytes) -> Part | None:
    blank = BLANK_LINE.search(octets)
    if blank is None:
        return None
    head = HeaderParser().parsestr(octets[: blank.start()].decode("utf-8", errors="replace"))
    name = head.get_param("name", header="Content-Disposition")
    if name is None:
        return None
    return Part(
        collapse_rfc2231_value(name),
        head.get_param("filename", header="Content-Disposition") is not None,
        head.get("Content-Type") or "application/octet-stream",
        octets[blank.end() :],
    )
