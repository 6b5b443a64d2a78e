"""Part: what a message is made of, as the standard library parses it (RFC 2045)."""

import codecs
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from typing import NamedTuple, cast

from netmocks.mail.policy import VERBATIM

#: The types of what people read, where a part says nothing else of itself.
BODIES = ("text/plain", "text/html")


class Attachment(NamedTuple):
    """One part of a message that is a file of its own."""

    #: its file name, "" if it has none
    name: str
    #: its media type, such as "image/png"
    type: str
    content: bytes
    #: its Content-ID without angle brackets, "" if it has none (RFC 2392)
    cid: str


def attachments_of(message: MIMEPart) -> list[Attachment]:
    """Return the parts that are files; see `Letter.attachments`."""
    return [
        Attachment(
            _name_of(part),
            part.get_content_type(),
            bytes_of(part),
            str(part["Content-ID"] or "").strip().strip("<>"),
        )
        for part in _leaves(message)
        if part.get_content_type() not in BODIES
        or part.get_content_disposition() == "attachment"
        or _name_of(part)
    ]


def body_of(message: MIMEPart, kind: str) -> str:
    """Return the body of a kind, "plain" or "html", decoded as far as possible."""
    if message.get_content_maintype() == "multipart" and not message.is_multipart():
        # The parts it speaks of are not there: what is, was meant to be read.
        return bytes_of(message).decode("utf-8", "replace") if kind == "plain" else ""
    try:
        part = message.get_body((kind,))
    except AttributeError:  # raised for such a part within another
        return ""
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown charset or broken encoding
        return bytes_of(part).decode("utf-8", "replace")


def bytes_of(part: MIMEPart) -> bytes:
    """Return what a part holds, its transfer encoding undone."""
    if part.is_multipart():  # a message within the message
        return b"".join(_source(inner) for inner in cast("list[EmailMessage]", part.get_payload()))
    return cast("bytes", part.get_payload(decode=True) or b"")


def defects_of(message: MIMEPart) -> list[str]:
    """Return what is wrong with a message, its parts and their fields, as the parser names it."""
    found: list[str] = []
    for part in message.walk():
        for defects in (part.defects, *(value.defects for value in part.values())):
            found += [type(defect).__name__ for defect in defects]
        charset = part.get_content_charset()
        if charset is not None and not _is_charset(charset):
            found.append(f"unknown charset {charset!r}")
    return found


def _is_charset(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True


def _leaves(part: MIMEPart) -> Iterator[MIMEPart]:
    """Return the parts that are no multipart."""
    if part.get_content_maintype() != "multipart":
        yield part
    else:
        for inner in part.iter_parts():
            yield from _leaves(inner)


def _name_of(part: MIMEPart) -> str:
    try:
        return part.get_filename() or ""
    except ValueError:  # its charset is none
        return ""


def _source(message: EmailMessage) -> bytes:
    """Return a message as it was written, as far as the standard library can tell."""
    try:
        return message.as_bytes(policy=VERBATIM)
    except UnicodeEncodeError:  # a multipart that has text that is not ASCII instead of parts
        return message.as_string(policy=VERBATIM).encode("utf-8", "surrogateescape")
