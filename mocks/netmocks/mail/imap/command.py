"""Command: what a client asked for, and what it was told."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command of a client, as the journal keeps it."""

    #: in upper case, such as "SELECT" or "UID FETCH"
    name: str
    #: what follows it, literals by their size alone; "" if nothing does
    arguments: str
    #: who is logged in once it is answered, "" if nobody is
    user: str
    #: what ends it, such as "OK 3 messages", or "+" where it waits for the client's next line
    reply: str
    #: the ordinal of the connection, from 1
    connection: int = 0

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.reply.startswith("OK")

    @property
    def size(self) -> int:
        """What it holds, in bytes."""
        return len(self.arguments)

    def __str__(self) -> str:
        outcome = f" → {self.reply}" if self.reply else ""
        return f"{self.name} {self.arguments}".rstrip() + outcome
