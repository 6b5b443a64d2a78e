"""Structure: CREATE, ALTER, DROP, RENAME and TRUNCATE of tables and indexes."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlglot import exp

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.definitions import (
    key_parts,
)
from netmocks.mysql.sql.functions.calendar import now
from netmocks.mysql.sql.queries import Catalogue
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Column, Key, Stored, Table
from netmocks.mysql.sql.values import accept, lenient
from netmocks.mysql.storage.blueprint import Blueprint
from netmocks.mysql.storage.connection import Connection
from netmocks.mysql.storage.store import Database

#: A part of an ALTER TABLE, of which sqlglot knows no form: several columns in parentheses.
REBUILT = '"the rebuilt table"'


class Structure:
    """Changes the tables of one database.

    Arguments:
        connection: SQLite's, with no transaction open and the database attached and locked.
        catalogue: knows the tables, for checks.
        checks_parents: whether a foreign key's parent has to exist (foreign_key_checks).
    """

    def __init__(
        self, connection: Connection, database: Database, catalogue: Catalogue, checks_parents: bool
    ) -> None:
        self._connection = connection
        self._database = database
        self._catalogue = catalogue
        self._checks_parents = checks_parents
        self._blueprint = Blueprint(database, catalogue, checks_parents)

    def _name(self, table: str) -> str:
        return f"{quoted(self._database.name)}.{quoted(table)}"

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Run statements as one, with foreign keys switched off: tables come and go meanwhile."""
        execute = self._connection.execute
        execute("PRAGMA foreign_keys = OFF")
        try:
            execute("BEGIN")
            try:
                yield
            except BaseException:
                execute("ROLLBACK")
                raise
            execute("COMMIT")
        finally:
            if self._checks_parents:
                execute("PRAGMA foreign_keys = ON")

    # -- create -------------------------------------------------------------------------------

    def create(self, node: exp.Create, more: Sequence[ResultColumn] = ()) -> None:
        """Make a table.

        Arguments:
            node: its definition.
            more: the columns of a query that fills it, behind those of the definition.

        Raises:
            MySQLError: 1050, it exists; or its definition makes no sense.
        """
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        properties = node.args.get("properties")
        options = properties.expressions if properties else []
        model = next((part.this for part in options if isinstance(part, exp.LikeProperty)), None)
        table = self._like(target.name, model) if model is not None else Table(target.name, [])
        for option in options:
            if not isinstance(option, exp.LikeProperty):
                self._blueprint.option(table, option)
        self._define(table, node.this.expressions if isinstance(node.this, exp.Schema) else [])
        for column in more:
            self._blueprint.add_result(table, column)
        self._blueprint.check(table)
        with self._changing():
            self._make(table)
        self._database.tables[table.name] = table

    def _define(self, table: Table, nodes: Sequence[Any]) -> None:
        """Give a table what its definition says."""
        parts: list[Any] = []
        for part in nodes:
            if isinstance(part, exp.ColumnDef):
                parts += self._blueprint.add_column(table, part)
        for part in nodes:
            if not isinstance(part, exp.ColumnDef):
                self._blueprint.add_part(table, part)
        for owner, part in parts:
            self._blueprint.add_part(table, part, owner)

    def _like(self, name: str, model: Any) -> Table:
        """Return an empty table like another one; foreign keys are not taken over."""
        _, other = self._catalogue.table(model.db, model.name)
        if other.checks:
            raise unsupported("CREATE TABLE … LIKE a table with CHECK constraints")
        columns = [replace(column) for column in other.columns]
        return Table(name, columns, list(other.keys), comment=other.comment)

    # -- SQLite's side ------------------------------------------------------------------------

    def _make(self, table: Table, name: str = "") -> None:
        """Make a table, and its indexes, in SQLite."""
        self._connection.execute(self.sqlite_text(table, name))
        if not name:
            self._make_indexes(table)

    def sqlite_text(self, table: Table, name: str = "") -> str:
        """Return the CREATE TABLE that SQLite gets."""
        auto, primary = table.auto_column, table.primary_key
        is_row_id = auto is not None and primary is not None and primary.columns == (auto.name,)
        parts = []
        for column in table.columns:
            text = f"{quoted(column.name)} {column.type.kind.affinity}"
            if is_row_id and column is auto:
                text += " PRIMARY KEY"
            elif not column.nullable:
                text += " NOT NULL"
            collation = column.type.collation
            parts.append(text + (f" COLLATE {collation}" if collation else ""))
        for key in table.keys:
            if key.unique and not (is_row_id and key.primary):
                columns = ", ".join(map(quoted, key.columns))
                parts.append(f"{'PRIMARY KEY' if key.primary else 'UNIQUE'} ({columns})")
        for foreign in table.foreign_keys:
            own = ", ".join(map(quoted, foreign.columns))
            other = ", ".join(map(quoted, foreign.parent_columns))
            rules = " ".join(foreign.options)
            parts.append(
                f"FOREIGN KEY ({own}) REFERENCES {quoted(foreign.parent)} ({other}) {rules}"
            )
        for check in table.checks:
            parts.append(f"CONSTRAINT {quoted(check.name)} CHECK ({check.sqlite})")
        shown = f"{quoted(self._database.name)}.{name}" if name else self._name(table.name)
        return f"CREATE TABLE {shown} ({', '.join(parts)})"

    def _make_indexes(self, table: Table) -> None:
        for key in table.keys:
            if not key.unique:
                index = f"{quoted(self._database.name)}.{quoted(f'{table.name}.{key.name}')}"
                columns = ", ".join(map(quoted, key.columns))
                self._connection.execute(
                    f"CREATE INDEX {index} ON {quoted(table.name)} ({columns})"
                )

    # -- drop, truncate, rename ---------------------------------------------------------------

    def drop(self, table: Table, others: Sequence[str] = ()) -> None:
        """Drop a table.

        Raises:
            MySQLError: 3730, another one refers to it, which is not dropped besides.
        """
        if self._checks_parents:
            for child in self._database.children_of(table):
                if child is not table and child.name not in others:
                    key = next(k for k in child.foreign_keys if k.parent == table.name)
                    text = (
                        f"Cannot drop table '{table.name}' referenced by a foreign key constraint"
                        f" '{key.name}' on table '{child.name}'."
                    )
                    raise MySQLError(3730, text)
        with self._changing():
            self._connection.execute(f"DROP TABLE {self._name(table.name)}")
        del self._database.tables[table.name]

    def truncate(self, table: Table) -> None:
        """Empty a table, and begin its ids anew.

        Raises:
            MySQLError: 1701, another one refers to it.
        """
        children = [child for child in self._database.children_of(table) if child is not table]
        if children and self._checks_parents:
            key = next(k for k in children[0].foreign_keys if k.parent == table.name)
            raise mysql_error(1701, f"`{self._database.name}`.`{children[0].name}`, {key.text()}")
        with self._changing():
            self._connection.execute(f"DELETE FROM {self._name(table.name)}")
        table.next_id = 1

    def rename(self, table: Table, name: str) -> None:
        """Give a table another name.

        Raises:
            MySQLError: 1050, it is taken.
        """
        if name in self._database.tables:
            raise mysql_error(1050, name)
        renamed = replace(table, name=name)
        children = self._database.children_of(table)
        with self._changing():
            for key in table.keys:
                if not key.unique:
                    index = f"{quoted(self._database.name)}.{quoted(f'{table.name}.{key.name}')}"
                    self._connection.execute(f"DROP INDEX {index}")
            self._connection.execute(
                f"ALTER TABLE {self._name(table.name)} RENAME TO {quoted(name)}"
            )
            self._make_indexes(renamed)
        del self._database.tables[table.name]
        self._database.tables[name] = renamed
        for child in children:
            owner = renamed if child is table else child
            owner.foreign_keys[:] = [
                replace(key, parent=name) if key.parent == table.name else key
                for key in owner.foreign_keys
            ]

    # -- alter --------------------------------------------------------------------------------

    def add_key(self, table: Table, key: Key) -> None:
        """Make an index.

        Raises:
            MySQLError: 1061, its name is taken; 1062, its columns have duplicates; 1072.
        """
        new = replace(table, keys=list(table.keys))
        self._blueprint.add_key(new, key)
        self._rebuild(table, new, {column.name: column.name for column in table.columns})

    def drop_key(self, table: Table, name: str) -> None:
        """Drop an index.

        Raises:
            MySQLError: 1091, there is none of that name.
        """
        new = replace(table, keys=list(table.keys))
        self._blueprint.drop_from(new.keys, name)
        self._rebuild(table, new, {column.name: column.name for column in table.columns})

    def alter(self, table: Table, node: exp.Alter) -> int:
        """Change a table; return how many rows that copied.

        Raises:
            MySQLError: something is not supported, or makes no sense; nothing is changed then.
        """
        new = replace(
            table,
            columns=[replace(column) for column in table.columns],
            keys=list(table.keys),
            foreign_keys=list(table.foreign_keys),
            checks=list(table.checks),
        )
        sources: dict[str, str] = {column.name: column.name for column in table.columns}
        name = table.name
        for option in node.args.get("options") or []:
            self._blueprint.option(new, option)
        for action in node.args.get("actions") or []:
            if isinstance(action, exp.AlterRename):
                name = action.this.name
            else:
                self._blueprint.act(new, action, sources)
        self._blueprint.check(new)
        count = self._rebuild(table, new, sources)
        if name != table.name:
            self.rename(new, name)
        return count

    def _rebuild(self, old: Table, new: Table, sources: dict[str, str]) -> int:
        """Put the rows of a table into one of another definition, which takes its place."""
        read = [sources.get(column.name) for column in new.columns]
        chosen = ", ".join(quoted(name) if name else "NULL" for name in read)
        rows = self._connection.execute(f"SELECT {chosen} FROM {self._name(old.name)}").fetchall()
        marks = ", ".join("?" * len(new.columns))
        with self._changing():
            self._connection.execute("PRAGMA legacy_alter_table = ON")
            try:
                self._make(new, REBUILT)
                target = f"{quoted(self._database.name)}.{REBUILT}"
                for number, row in enumerate(rows, start=1):
                    kept = [
                        _kept(column, value, name is None, new, number)
                        for column, value, name in zip(new.columns, row, read, strict=True)
                    ]
                    self._insert(f"INSERT INTO {target} VALUES ({marks})", kept, new)
                self._connection.execute(f"DROP TABLE {self._name(old.name)}")
                self._connection.execute(f"ALTER TABLE {target} RENAME TO {quoted(new.name)}")
                self._make_indexes(new)
            finally:
                self._connection.execute("PRAGMA legacy_alter_table = OFF")
        self._database.tables[new.name] = new
        return len(rows)

    def _insert(self, sql: str, row: list[Stored], table: Table) -> None:
        try:
            self._connection.execute(sql, row)
        except sqlite3.IntegrityError as error:
            found = re.match(r"UNIQUE constraint failed: (.*)", str(error))
            names = [part.rpartition(".")[2] for part in found[1].split(", ")] if found else []
            key = table.key_of(names)
            if key is None:
                raise unsupported(f"this ALTER TABLE (SQLite: {error})") from None
            values = [row[table.columns.index(table.column(name))] for name in key.columns]
            shown = "-".join(str(value) for value in values)
            raise mysql_error(1062, shown, f"{table.name}.{key.name}") from None


def _kept(column: Column, value: Stored, is_new: bool, table: Table, number: int) -> Stored:
    """Return what a row has in a column, as the new definition takes it."""
    if not is_new:
        return accept(column, value, number)
    if column.auto_increment:
        return table.take_id(None)[0]
    if column.default is not None and not column.default.is_now:
        return column.default.value
    if column.default is not None:
        return now(column.type.scale)
    return None if column.nullable else lenient(column, None, number)[0]


def index_of(node: exp.Create) -> Key:
    """Return the key that a CREATE INDEX makes."""
    index = node.this
    names, prefixes = key_parts(index.args["params"].args.get("columns") or [])
    return Key(index.name, names, unique=bool(node.args.get("unique")), prefixes=prefixes)
