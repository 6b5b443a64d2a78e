"""Command: what a client asks for, as the rules look at it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netmocks.mail.smtp.session import Session

if TYPE_CHECKING:
    from netmocks.mail.message import Message

#: What a rule can speak of: the commands, and three moments that have none.
NAMES = (
    "CONNECT",  # the connection is there: the reply is the greeting
    *("HELO", "EHLO", "LHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT"),
    "CONTENT",  # the content is coming, see `size`
    "MESSAGE",  # the content is complete
    *("RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT"),
)


@dataclass(eq=False, slots=True)
class Command:
    """One command, or one of the moments CONNECT, CONTENT and MESSAGE."""

    #: such as "RCPT"
    name: str
    #: what followed the name
    argument: str
    #: who said it
    session: Session
    #: MAIL FROM, once it was named; "" for the null reverse-path
    sender: str | None = None
    #: whom it is about: at RCPT one recipient, behind it all that were accepted; in LMTP, each
    #: recipient has its own MESSAGE
    recipients: tuple[str, ...] = ()
    #: at AUTH, who wants to log in; else who is
    user: str = ""
    #: bytes: at MAIL those announced, at CONTENT those that have come, at MESSAGE all
    size: int = 0
    #: at MESSAGE
    message: "Message | None" = None

    def __str__(self) -> str:
        return f"{self.name} {self.argument}".rstrip()
