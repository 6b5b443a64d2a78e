"""Message: one mail as it was handed over, its envelope and its content."""

import email.policy
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cached_property
from typing import NamedTuple, cast


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
        return message_from_bytes(self.content, policy=email.policy.default)

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
        fields = [str(value) for value in self.parsed.get_all(name, [])]
        return [Address(*pair) for pair in getaddresses(fields)]

    @property
    def text(self) -> str:
        """The plain text body; "" if there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML body; "" if there is none."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.parsed.get_body((kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, ValueError):  # an unknown charset or broken encoding
            return cast("bytes", part.get_payload(decode=True) or b"").decode("utf-8", "replace")

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The parts that are files: those with a file name, a Content-ID or that say so."""
        return [
            Attachment(
                part.get_filename() or "",
                part.get_content_type(),
                cast("bytes", part.get_payload(decode=True) or b""),
                str(part["Content-ID"] or "").strip().strip("<>"),
            )
            for part in self.parsed.walk()
            if not part.is_multipart()
            and (part.get_filename() or part["Content-ID"] or part.get_content_disposition())
        ]

    @property
    def defects(self) -> list[str]:
        """What is wrong with the content, as the parser names it."""
        return [type(defect).__name__ for part in self.parsed.walk() for defect in part.defects]
