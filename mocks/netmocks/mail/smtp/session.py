"""Session: one client's visit, and what it did though the protocol forbids it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from netmocks.mail.sin import Sin
from netmocks.wire.tls import TLSInfo

SinKind = Literal[
    "no EHLO",  # a command that needs a greeting before it (RFC 5321 §4.1.4)
    "no QUIT",  # it left without a word, or in the middle of a message (§4.1.1.10)
    "early data",  # content before the reply 354 invited it (§4.1.1.4, RFC 2920 §3.1)
    "pipelining",  # several commands at once, which was not offered (RFC 2920 §3.1)
    "bare LF",  # a line feed without its carriage return (RFC 5321 §2.3.8)
    "bare CR",  # and the other way round
    "NUL",  # an octet that no content may have (§4.5.2, RFC 5322 §2.2)
    "8-bit",  # octets above 127 that were not announced (RFC 6152 §3, RFC 6531 §3.4)
    "long line",  # more octets than a line may have (RFC 5321 §4.5.3.1)
    "size",  # more octets than were announced (RFC 1870 §6.1)
    "after STARTTLS",  # commands in the clear behind STARTTLS (RFC 3207 §6)
]


@dataclass(eq=False)
class Session:
    """One client, from its connection to its end; it lasts across STARTTLS."""

    #: the ordinal of the connection, from 1
    number: int
    #: where it came from
    peer: Any = None
    #: the name in HELO, EHLO or LHLO
    client_name: str = ""
    #: who is logged in, "" if nobody is
    user: str = ""
    #: what the TLS handshake agreed on, None without TLS
    tls: TLSInfo | None = None
    #: how many messages it has handed over
    messages: int = 0
    #: how many of its commands were unknown, malformed or out of order
    errors: int = 0
    #: whether it has said QUIT
    has_quit: bool = False
    #: what it did against the protocol, each kind once
    sins: list[Sin] = field(default_factory=list)

    def has_sinned(self, kind: SinKind) -> bool:
        """Whether it has done something of this kind."""
        return any(sin.kind == kind for sin in self.sins)
