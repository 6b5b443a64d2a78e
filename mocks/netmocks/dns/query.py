"""Query: what a client asked."""

from typing import TYPE_CHECKING, Any, Literal

import dns.message
import dns.name
import dns.rdatatype

from netmocks.dns import records
from netmocks.transcript import address as shown

if TYPE_CHECKING:
    from netmocks.dns.rule import Rule

Transport = Literal["udp", "tcp"]


class Query:
    """One query.

    Arguments:
        message: the message as dnspython read it; it has one question.
        transport: what it came by.
        peer: the address of who asked.
        connection: the peer's number in the journal.
        size: bytes of the message.
    """

    __slots__ = ("connection", "message", "peer", "rule", "size", "transport")

    def __init__(
        self,
        message: dns.message.Message,
        transport: Transport,
        peer: Any,
        connection: int,
        size: int,
    ) -> None:
        self.message = message
        self.transport = transport
        self.peer = peer
        self.connection = connection
        self.size = size
        #: the rule that answered it, None where the zones did
        self.rule: Rule | None = None

    @property
    def domain(self) -> dns.name.Name:
        """The name that it asks for, with the client's own capitals."""
        return self.message.question[0].name

    @property
    def kind(self) -> dns.rdatatype.RdataType:
        """The type that it asks for, as dnspython has it."""
        return self.message.question[0].rdtype

    @property
    def name(self) -> str:
        """The name that it asks for, in lower case, without the final dot."""
        return records.text_of(self.domain)

    @property
    def type(self) -> str:
        """The type that it asks for, such as "A"."""
        return dns.rdatatype.to_text(self.kind)

    @property
    def payload(self) -> int | None:
        """Bytes of UDP that the client takes, as EDNS says (RFC 6891 §6.2.3); None without it."""
        return self.message.payload if self.message.edns >= 0 else None

    def __str__(self) -> str:
        return f"{self.type} {self.name} over {self.transport.upper()}"

    def __repr__(self) -> str:
        return f"<Query {self} from {shown(self.peer)}>"
