"""Scope: what the names in a query stand for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import mysql_error
from netmocks.mysql.type import Type


class Expression(NamedTuple):
    """A piece of a query: SQLite's SQL for it, and what MySQL knows of it."""

    sql: str
    type: Type
    #: "column", "literal", "parameter" or "computed"
    origin: str = "computed"
    #: what a client is told where it is a column of an answer
    column: ResultColumn | None = None


@dataclass
class Source:
    """A table, subquery or common table expression, by the name that it has in a query."""

    name: str
    #: its columns, in order
    columns: list[ResultColumn]
    #: columns that a NATURAL join or USING has merged into those of an earlier source, lower case
    merged: set[str] = field(default_factory=set)
    #: what stands for a column instead of its name, by its name in lower case
    instead: dict[str, Expression] = field(default_factory=dict)

    def find(self, name: str) -> ResultColumn | None:
        """Return a column by its name, in any case."""
        wanted = name.lower()
        for column in self.columns:
            if column.name.lower() == wanted:
                return column
        return None

    def expression(self, column: ResultColumn) -> Expression:
        """Return a column of it as a piece of a query."""
        other = self.instead.get(column.name.lower())
        if other is not None:
            return other
        return Expression(
            f"{quoted(self.name)}.{quoted(column.name)}", column.type, "column", column
        )


class Scope:
    """The sources of one query, and of those around it.

    Arguments:
        outer: the scope of the query that this one is a part of.
    """

    def __init__(self, outer: "Scope | None" = None) -> None:
        self.outer = outer
        self.sources: list[Source] = []
        #: the names that the query gives to its own columns, lower case
        self.aliases: dict[str, Expression] = {}
        #: what MySQL calls the part of the query that is being read
        self.clause = "field list"
        #: whether that part may use the aliases
        self.sees_aliases = False

    def add(self, source: Source) -> None:
        """Add a source.

        Raises:
            MySQLError: 1066, the name is taken.
        """
        if any(known.name.lower() == source.name.lower() for known in self.sources):
            raise mysql_error(1066, source.name)
        self.sources.append(source)

    def resolve(self, name: str, table: str = "") -> Expression:
        """Return the column that a name means.

        Raises:
            MySQLError: 1054, there is none; 1052, there are several.
        """
        scope: Scope | None = self
        while scope is not None:
            found = scope.find(name, table, self.clause)
            if found is not None:
                return found
            scope = scope.outer
        raise mysql_error(1054, f"{table}.{name}" if table else name, self.clause)

    def find(self, name: str, table: str, clause: str) -> Expression | None:
        """Return the column of this query that a name means; None if there is none."""
        # GROUP BY and HAVING prefer columns, ORDER BY prefers aliases.
        if self.sees_aliases and not table and clause == "order clause":
            alias = self.aliases.get(name.lower())
            if alias is not None:
                return alias
        found = None
        for source in self.sources:
            if table and source.name.lower() != table.lower():
                continue
            column = source.find(name)
            if column is None or name.lower() in source.merged:
                continue
            if found is not None:
                raise mysql_error(1052, name, clause)
            found = source.expression(column)
        if found is None and self.sees_aliases and not table:
            return self.aliases.get(name.lower())
        return found

    def star(self, table: str = "") -> Iterator[Expression]:
        """Return the columns that `*`, or `table.*`, stands for.

        Raises:
            MySQLError: 1051, no such table is in the query.
        """
        chosen = [s for s in self.sources if not table or s.name.lower() == table.lower()]
        if table and not chosen:
            raise mysql_error(1051, table)
        for source in chosen:
            for column in source.columns:
                if table or column.name.lower() not in source.merged:
                    yield source.expression(column)


def quoted(name: str) -> str:
    """Return a name as SQLite takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
