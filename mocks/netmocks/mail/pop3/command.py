"""Command: what a client asked for, and what it was told."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command of a client, as the journal keeps it."""

    #: in upper case, such as "RETR"
    verb: str
    #: what follows it, "" if nothing does
    argument: str
    #: who is logged in once it is answered, "" if nobody is
    user: str
    #: the status line of the reply, such as "+OK 120 octets"
    reply: str
    #: the ordinal of the connection, from 1
    connection: int = 0

    @property
    def size(self) -> int:
        """What it holds, in bytes."""
        return len(self.argument)

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.reply.startswith("+OK")

    def __str__(self) -> str:
        outcome = f" → {self.reply}" if self.reply else ""
        return f"{self.verb} {self.argument}".rstrip() + outcome
