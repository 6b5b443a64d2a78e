"""Message: one mail as it was handed over, its envelope and its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from typing import TYPE_CHECKING

from netmocks.mail.letter import Letter
from netmocks.mail.policy import parse

if TYPE_CHECKING:
    from netmocks.mail.smtp.session import Session


@dataclass(frozen=True)
class Message(Letter):
    """One accepted mail.

    The envelope is what the client said in SMTP; the rest is read from the content, when it is
    asked for: see `Letter`.
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
    #: RCPT TO's parameters by recipient, such as ("NOTIFY=NEVER",)
    recipient_parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    #: what the server called it in its reply
    queue_id: str = ""
    #: the client that brought it; None if no server took it
    session: "Session | None" = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"mail from <{self.sender}> to <{'>, <'.join(self.recipients)}>: {self.subject!r}"

    @cached_property
    def parsed(self) -> EmailMessage:
        """The content as the standard library parses it."""
        return parse(self.content)

    @property
    def bcc(self) -> list[str]:
        """The recipients that neither To nor Cc names: those of a blind copy."""
        named = {mailbox.address.lower() for mailbox in (*self.to, *self.cc)}
        return [recipient for recipient in self.recipients if recipient.lower() not in named]
