"""Message: one mail as it was handed over, its envelope and its content."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses
from functools import cached_property
from typing import NamedTuple, cast

from netmocks.mail.policy import TOLERANT, VERBATIM


class Attachment(NamedTuple):
    """One part of a message that is a file of its own."""

    #: its file name, "" if it has none
    name: str
    #: its media type, such as "image/png"
    type: str
    content: bytes
    #: its Content-ID without angle brackets, "" if it has none (RFC 2392)
    cid: str


class Address(NamedTuple):
    """One mailbox in a header field: the name shown, decoded, and the address."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True)
class Message:
    """One accepted mail.

    The envelope is what the client said in SMTP; the rest is read from the content, when it is
    asked for. A content that breaks the rules is read as far as possible, see `defects`.
    """

    #: MAIL FROM; "" for the null reverse-path
    sender: str
    #: RCPT TO, in order
    recipients: tuple[str, ...]
    #: the content exactly as received, dots unstuffed (RFC 5321 §4.5.2)
    content: bytes = field(repr=False)
    #: the name in HELO or EHLO
    client_name: str = ""
    #: who logged in, "" if nobody did
    user: str = ""
    #: whether it came over TLS
    tls: bool = False
    #: MAIL FROM's parameters, such as "SIZE=120"
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"mail from <{self.sender}> to <{'>, <'.join(self.recipients)}>: {self.subject!r}"

    @cached_property
    def parsed(self) -> EmailMessage:
        """The content as the standard library parses it."""
        return cast("EmailMessage", message_from_bytes(self.content, policy=TOLERANT))

    def __getitem__(self, name: str) -> str:
        """Return a header field, decoded.

        Raises:
            KeyError: the message has no such field.
        """
        value = self.parsed[name]
        if value is None:
            present = ", ".join(dict.fromkeys(self.parsed.keys())) or "none at all"
            raise KeyError(f"the message has no field {name!r}; its fields: {present}")
        return str(value)

    @property
    def subject(self) -> str:
        """The subject, decoded; "" if there is none."""
        return str(self.parsed["Subject"] or "")

    @property
    def from_(self) -> list[Address]:
        """The mailboxes in From."""
        return self._addresses("From")

    @property
    def to(self) -> list[Address]:
        """The mailboxes in To."""
        return self._addresses("To")

    @property
    def cc(self) -> list[Address]:
        """The mailboxes in Cc."""
        return self._addresses("Cc")

    def _addresses(self, name: str) -> list[Address]:
        pairs = getaddresses([str(value) for value in self.parsed.get_all(name, [])])
        return [Address(*pair) for pair in pairs if any(pair)]

    @property
    def text(self) -> str:
        """The plain text body; "" if there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML body; "" if there is none."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        message = self.parsed
        if message.get_content_maintype() == "multipart" and not message.is_multipart():
            # The parts it speaks of are not there: what is, was meant to be read.
            return _bytes_of(message).decode("utf-8", "replace") if kind == "plain" else ""
        try:
            part = message.get_body((kind,))
        except AttributeError:  # raised for such a part within another
            return ""
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, ValueError):  # an unknown charset or broken encoding
            return _bytes_of(part).decode("utf-8", "replace")

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The parts that are files: those with a file name, that say so, or with a Content-ID.

        A message within the message is one of them, whatever it holds itself.
        """
        return [
            Attachment(
                _name_of(part),
                part.get_content_type(),
                _bytes_of(part),
                str(part["Content-ID"] or "").strip().strip("<>"),
            )
            for part in _leaves(self.parsed)
            if _name_of(part)
            or part.get_content_disposition() == "attachment"
            or (part["Content-ID"] and part.get_content_maintype() != "text")
        ]

    @property
    def defects(self) -> list[str]:
        """What is wrong with the content and its fields, as the parser names it."""
        found: list[str] = []
        for part in self.parsed.walk():
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


def _bytes_of(part: MIMEPart) -> bytes:
    """Return what a part holds, its transfer encoding undone."""
    if part.is_multipart():  # a message within the message
        return b"".join(_source(inner) for inner in cast("list[EmailMessage]", part.get_payload()))
    return cast("bytes", part.get_payload(decode=True) or b"")


def _source(message: EmailMessage) -> bytes:
    """Return a message as it was written, as far as the standard library can tell."""
    try:
        return message.as_bytes(policy=VERBATIM)
    except UnicodeEncodeError:  # a multipart that has text that is not ASCII instead of parts
        return message.as_string(policy=VERBATIM).encode("utf-8", "surrogateescape")
