"""Plans: what a session does for a statement, made once for all that differ in values only."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.sql.table import Column, Table


@dataclass
class Selection:
    """A SELECT."""

    sql: str
    columns: list[ResultColumn]
    #: the databases whose tables it reads
    databases: frozenset[str]
    #: those that it locks (FOR UPDATE), and whether it waits for them
    locks: frozenset[str] = frozenset()
    waits: bool = True


class Cell(NamedTuple):
    """A value that an INSERT gives to a column."""

    kind: Literal["value", "sql", "default"]
    #: the place of a lifted literal
    place: int = 0
    #: SQLite's SQL
    sql: str = ""


class Assignment(NamedTuple):
    """What an UPDATE sets a column to."""

    column: Column
    #: SQLite's SQL
    sql: str
    is_default: bool = False


@dataclass
class Duplicate:
    """ON DUPLICATE KEY UPDATE: a query of the new values, by the row that is there.

    Its parameters are the new row's values, the row's id, and the lifted literals.
    """

    sql: str
    assignments: list[Assignment]


@dataclass
class Insertion:
    """An INSERT or REPLACE; its values come from rows of cells, or from a query."""

    database: str
    table: Table
    columns: list[Column]
    rows: list[list[Cell]]
    query: str
    databases: frozenset[str]
    mode: Literal["insert", "ignore", "replace"] = "insert"
    duplicate: Duplicate | None = None


@dataclass
class Update:
    """An UPDATE: a query gives the ids of rows, and the new values of their columns."""

    database: str
    table: Table
    sql: str
    assignments: list[Assignment]
    databases: frozenset[str]
    ignore: bool = False


@dataclass
class Deletion:
    """A DELETE: a query gives the ids of rows, a column for each table."""

    targets: list[tuple[str, Table]]
    #: SQLite's DELETE where one statement will do, else the query
    sql: str
    is_direct: bool
    databases: frozenset[str]


Plan = Selection | Insertion | Update | Deletion
