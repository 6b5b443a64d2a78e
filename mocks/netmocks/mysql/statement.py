"""Executed: one statement that a client ran, as the journal keeps it."""

from typing import NamedTuple

from netmocks.mysql.error import MySQLError
from netmocks.mysql.sql.table import Stored
from netmocks.record import Record

#: Rows of an answer that are kept with its statement.
ROWS_KEPT = 20


class Executed(NamedTuple):
    """One statement, and what came back."""

    #: as the client wrote it
    sql: str
    #: what it bound to a prepared statement
    parameters: tuple[Stored, ...] = ()
    #: who ran it
    user: str = ""
    #: the current database, "" for none
    database: str = ""
    #: the connection's ordinal, from 1
    connection: int = 0
    #: rows that it changed
    affected: int = 0
    #: the id that it generated, 0 for none
    insert_id: int = 0
    #: the names of the answer's columns, empty where it has no rows
    columns: tuple[str, ...] = ()
    #: the first rows of the answer
    rows: tuple[tuple[Stored, ...], ...] = ()
    #: how many rows the answer has
    row_count: int = 0
    #: what refused it, None if nothing did
    error: MySQLError | None = None
    #: how long it took, in seconds
    seconds: float = 0.0
    #: the rule that it was applied to, None for none
    rule: object = None

    def __str__(self) -> str:
        bound = f" with {list(self.parameters)!r}" if self.parameters else ""
        return f"{' '.join(self.sql.split())}{bound} -> {self.outcome}"

    @property
    def outcome(self) -> str:
        """What came back, for people."""
        if self.error is not None:
            return f"error {self.error}"
        if self.columns:
            return f"{self.row_count} row{'s' * (self.row_count != 1)}"
        return f"{self.affected} affected"


class Statements(Record[Executed]):
    """The statements that clients ran, oldest first; waitable."""

    def _summary(self) -> str:
        if not len(self):
            return "no statement was run at all"
        return "\n".join(["what was run:", *(f"  {item}" for item in self.tail(20))])
