"""Sin: what a client did that its protocol forbids, and that did not stop it."""

from typing import NamedTuple

from netmocks.record import Record


class Sin(NamedTuple):
    """One departure of a client from the standard; noted, and asserted if a test cares."""

    #: the connection's ordinal at its mock, from 1
    connection: int
    #: what the client did
    text: str
    #: what sort of sin it is, where a protocol's room sorts them; see `netmocks.mail.smtp.session`
    kind: str = ""

    def __str__(self) -> str:
        return f"connection {self.connection}: {self.text}"


class Sins(Record[Sin]):
    """What clients did against the protocol, oldest first; waitable, and false if there is none."""

    def __repr__(self) -> str:
        return f"<Sins: {'; '.join(map(str, self)) or 'none'}>"
