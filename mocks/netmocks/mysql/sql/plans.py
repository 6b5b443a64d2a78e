"""Plans: what a session does for a statement, made once for all that differ in values only."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Column, Table

#: Rows that an INSERT in haste has at most.
FEW = 16


#: The database that tells of all others; it is filled before it is read.
INFORMATION = "information_schema"


class Breakable:
    """A plan that can be broken off where it takes long."""

    databases: frozenset[str]

    @cached_property
    def may_hurry(self) -> bool:
        """Whether it can be run in haste."""
        return INFORMATION not in self.databases


@dataclass
class Selection(Breakable):
    """A SELECT."""

    sql: str
    columns: list[ResultColumn]
    #: the databases whose tables it reads
    databases: frozenset[str]
    #: those that it locks (FOR UPDATE), and whether it waits for them
    locks: frozenset[str] = frozenset()
    waits: bool = True

    @cached_property
    def is_typed(self) -> bool:
        """Whether the types of all its columns are known."""
        return all(column.type.family != "null" for column in self.columns)


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

    @cached_property
    def may_hurry(self) -> bool:
        """Whether it is done at once: it is not broken off, for the ids it took would be gone."""
        return not (self.query or self.databases) and len(self.rows) <= FEW

    @cached_property
    def sources(self) -> list[tuple[Column, int | None]]:
        """The columns of the table, each with the place of its cell in a row; None for no cell."""
        places = {column.name: place for place, column in enumerate(self.columns)}
        return [(column, places.get(column.name)) for column in self.table.columns]

    @cached_property
    def sql(self) -> str:
        """SQLite's INSERT of one whole row."""
        names = ", ".join(quoted(column.name) for column in self.table.columns)
        marks = ", ".join("?" * len(self.table.columns))
        target = f"{quoted(self.database)}.{quoted(self.table.name)}"
        return f"INSERT INTO {target} ({names}) VALUES ({marks})"

    @cached_property
    def is_single(self) -> bool:
        """Whether it is one statement of SQLite's, too."""
        return self.mode == "insert" and self.duplicate is None and len(self.rows) == 1


@dataclass
class Update(Breakable):
    """An UPDATE: a query gives the ids of rows, and the new values of their columns."""

    database: str
    table: Table
    sql: str
    assignments: list[Assignment]
    databases: frozenset[str]
    ignore: bool = False


@dataclass
class Deletion(Breakable):
    """A DELETE: a query gives the ids of rows, a column for each table."""

    targets: list[tuple[str, Table]]
    #: SQLite's DELETE where one statement will do, else the query
    sql: str
    is_direct: bool
    databases: frozenset[str]


Plan = Selection | Insertion | Update | Deletion
