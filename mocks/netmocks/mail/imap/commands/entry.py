"""Entry: one command in the table of all."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.reply import Serving
from netmocks.mail.imap.session import Session


class Entry(NamedTuple):
    """What serves a command, and when it may be given (RFC 3501 §3)."""

    #: does it; returns, at once or after its replies, the text of the final OK
    serve: Callable[[Session, Arguments], Serving | str]
    state: Literal["any", "not authenticated", "authenticated", "selected"]
    #: without which there is no such command; "" for those of the base protocol
    capability: str = ""
    #: whether messages keep their numbers while it is in progress (RFC 3501 §7.4.1)
    by_number: bool = False
