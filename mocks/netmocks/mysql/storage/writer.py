"""Writer: carries out what INSERT, UPDATE and DELETE plan, row by row.

A row at a time is how MySQL does it, and how errors can say which value was the duplicate.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from netmocks.mysql.answer import Done
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.changes import ROW_ID
from netmocks.mysql.sql.functions.calendar import now
from netmocks.mysql.sql.plans import Cell, Deletion, Duplicate, Insertion, Update
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Column, ForeignKey, Key, Stored, Table
from netmocks.mysql.sql.values import accept, lenient, written
from netmocks.mysql.storage.connection import Connection
from netmocks.mysql.storage.store import Database

UNIQUE = re.compile(r"UNIQUE constraint failed: (.*)")
NULL = re.compile(r"NOT NULL constraint failed: \w+\.(.*)")
CHECK = re.compile(r"CHECK constraint failed: (.*)")

Row = list[Stored]


class Left(Enum):
    """What a row has where its statement leaves a column to its default."""

    OUT = 0


@dataclass
class Writer:
    """Writes for one statement.

    Arguments:
        connection: SQLite's.
        values: the statement's lifted literals and parameters.
        strict: whether a value that does not fit is an error.
        counts_found: whether rows that an UPDATE leaves as they are count (CLIENT_FOUND_ROWS).
        warn: takes what would have been an error.
    """

    connection: Connection
    database: Database
    table: Table
    values: Sequence[Stored]
    strict: bool
    counts_found: bool
    warn: Callable[[MySQLError], None]
    #: the first id that was generated
    generated: int = 0
    #: the last id that the statement itself said
    explicit: int = 0
    affected: int = 0

    @property
    def _name(self) -> str:
        return f"{quoted(self.database.name)}.{quoted(self.table.name)}"

    # -- insert -------------------------------------------------------------------------------

    def insert(self, plan: Insertion) -> Done:
        """Insert the rows of a plan."""
        rows: Sequence[Sequence[Stored | Left]]
        if plan.query:
            rows = self._fetch(plan.query)
        else:
            rows = [[self._cell(cell) for cell in row] for row in plan.rows]
        for number, cells in enumerate(rows, start=1):
            self._insert_one(plan, cells, number)
        count = len(rows)
        info = ""
        if count > 1 or plan.query:
            duplicates = max(0, self.affected - count) if plan.mode != "ignore" else 0
            if plan.mode == "ignore":
                duplicates = count - self.affected
            info = f"Records: {count}  Duplicates: {duplicates}  Warnings: 0"
        return Done(self.affected, self.generated or self.explicit, info)

    def _cell(self, cell: Cell) -> Stored | Left:
        if cell.kind == "value":
            return self.values[cell.place]
        if cell.kind == "default":
            return Left.OUT
        found: Stored = self._fetch(f"SELECT {cell.sql}")[0][0]
        return found

    def _insert_one(self, plan: Insertion, cells: Sequence[Stored | Left], number: int) -> None:
        is_lenient = plan.mode == "ignore" or not self.strict
        row: Row = []
        auto = -1
        for column, place in plan.sources:
            value = Left.OUT if place is None else cells[place]
            if column.auto_increment:
                auto = len(row)
                wanted = None if value is Left.OUT else value
                row.append(None if wanted is None else accept(column, wanted, number))
            elif value is Left.OUT:
                row.append(self._default(column, is_lenient))
            else:
                row.append(self._accepted(column, value, number, is_lenient))
        new_id = self._give_id(row, auto) if auto >= 0 else 0
        try:
            self.connection.execute(plan.sql, row)
        except sqlite3.IntegrityError as error:
            self._resolve(plan, row, error)
            return
        self.affected += 1
        if new_id:
            self.generated = self.generated or new_id

    def _give_id(self, row: Row, place: int) -> int:
        """Fill the AUTO_INCREMENT column, at a place; return the id if it was generated."""
        said = row[place]
        row[place], is_new = self.table.take_id(said if isinstance(said, int) else None)
        value = row[place]
        assert isinstance(value, int)
        if is_new:
            return value
        self.explicit = value
        return 0

    def _default(self, column: Column, is_lenient: bool) -> Stored:
        default = column.default
        if default is not None:
            return (
                now(column.type.scale)[: 10 if column.type.name == "date" else None]
                if default.is_now
                else default.value
            )
        if column.nullable:
            return None
        error = mysql_error(1364, column.name)
        if not is_lenient:
            raise error
        self.warn(error)
        return lenient(column, None, 1)[0]

    def _accepted(self, column: Column, value: Stored, number: int, is_lenient: bool) -> Stored:
        if not is_lenient or (value is None and not column.nullable and self.strict is False):
            return accept(column, value, number)
        kept, error = lenient(column, value, number)
        if error is not None:
            self.warn(error)
        return kept

    def _resolve(self, plan: Insertion, row: Row, error: sqlite3.IntegrityError) -> None:
        """Do with a row that can't be inserted what its statement says."""
        if not UNIQUE.match(str(error)):
            refusal = self._refusal(error, row)
            if plan.mode != "ignore":
                raise refusal from None
            self.warn(refusal)
        elif plan.duplicate is not None:
            self._update_duplicate(plan.duplicate, row)
        elif plan.mode == "replace":
            self._replace(plan, row)
        elif plan.mode == "ignore":
            self.warn(self._refusal(error, row))
        else:
            raise self._refusal(error, row) from None

    def _conflicts(self, row: Row) -> list[int]:
        """Return the ids of the rows that have a unique key of a new row already."""
        found: dict[int, None] = {}
        for key in self.table.keys:
            if key.unique:
                for (row_id,) in self._rows_with(key, row):
                    assert isinstance(row_id, int)
                    found[row_id] = None
        return list(found)

    def _rows_with(self, key: Key, row: Row) -> list[tuple[Stored, ...]]:
        columns = [self.table.column(name) for name in key.columns]
        wanted = [row[self.table.columns.index(column)] for column in columns]
        condition = " AND ".join(f"{quoted(column.name)} = ?" for column in columns)
        return self._fetch(f"SELECT {ROW_ID} FROM {self._name} WHERE {condition}", wanted)

    def _replace(self, plan: Insertion, row: Row) -> None:
        for row_id in self._conflicts(row):
            self._delete_row(row_id)
            self.affected += 1
        try:
            self.connection.execute(plan.sql, row)
        except sqlite3.IntegrityError as error:
            raise self._refusal(error, row) from None
        self.affected += 1

    def _update_duplicate(self, duplicate: Duplicate, row: Row) -> None:
        row_id = self._conflicts(row)[0]
        [found] = self._fetch(duplicate.sql, [*row, row_id, *self.values])
        columns = [assignment.column for assignment in duplicate.assignments]
        defaults = [assignment.is_default for assignment in duplicate.assignments]
        changed = self._update_row(found, columns, defaults, 1, is_lenient=not self.strict)
        self.affected += 2 if changed else int(self.counts_found)
        auto = self.table.auto_column
        if auto is not None and not self.generated:
            place = self.table.columns.index(auto)
            [old] = self._fetch(
                f"SELECT {quoted(auto.name)} FROM {self._name} WHERE {ROW_ID} = ?", [row_id]
            ) or [(row[place],)]
            if isinstance(old[0], int):
                self.explicit = old[0]

    # -- update -------------------------------------------------------------------------------

    def update(self, plan: Update) -> Done:
        """Change the rows of a plan."""
        rows = self._fetch(plan.sql)
        columns = [assignment.column for assignment in plan.assignments]
        defaults = [assignment.is_default for assignment in plan.assignments]
        changed = 0
        for number, found in enumerate(rows, start=1):
            try:
                is_lenient = plan.ignore or not self.strict
                changed += self._update_row(found, columns, defaults, number, is_lenient=is_lenient)
            except MySQLError as error:
                if not plan.ignore:
                    raise
                self.warn(error)
        info = f"Rows matched: {len(rows)}  Changed: {changed}  Warnings: 0"
        return Done(len(rows) if self.counts_found else changed, 0, info)

    def _update_row(
        self,
        found: Sequence[Stored],
        columns: Sequence[Column],
        defaults: Sequence[bool],
        number: int,
        *,
        is_lenient: bool,
    ) -> bool:
        """Change one row; return whether that changes anything."""
        self.connection.check_time()
        row_id, *values = found
        wanted: dict[str, Stored] = {}
        for column, value, is_default in zip(columns, values, defaults, strict=True):
            wanted[column.name] = (
                self._default(column, is_lenient)
                if is_default
                else self._accepted(column, value, number, is_lenient)
            )
        names = list(wanted)
        shown = ", ".join(quoted(name) for name in names)
        [before] = self._fetch(f"SELECT {shown} FROM {self._name} WHERE {ROW_ID} = ?", [row_id])
        if list(before) == list(wanted.values()):
            return False
        for column in self.table.columns:
            if column.on_update_now and column.name not in wanted:
                wanted[column.name] = now(column.type.scale)
        assignments = ", ".join(f"{quoted(name)} = ?" for name in wanted)
        try:
            self.connection.execute(
                f"UPDATE {self._name} SET {assignments} WHERE {ROW_ID} = ?",
                [*wanted.values(), row_id],
            )
        except sqlite3.IntegrityError as error:
            row = [wanted.get(column.name) for column in self.table.columns]
            raise self._refusal(error, row, changed=set(wanted)) from None
        return True

    # -- delete -------------------------------------------------------------------------------

    def delete(self, plan: Deletion, tables: Sequence[tuple[Database, Table]]) -> Done:
        """Delete the rows of a plan."""
        if plan.is_direct:
            try:
                cursor = self.connection.execute(plan.sql, self.values)
            except sqlite3.IntegrityError as error:
                raise self._refusal(error, None) from None
            return Done(cursor.rowcount)
        rows = self._fetch(plan.sql)
        for place, (database, table) in enumerate(tables):
            self.database, self.table = database, table
            for row_id in dict.fromkeys(row[place] for row in rows):
                if row_id is not None:
                    self.affected += self._delete_row(row_id)
        return Done(self.affected)

    def _delete_row(self, row_id: Stored) -> int:
        self.connection.check_time()
        try:
            return self.connection.execute(
                f"DELETE FROM {self._name} WHERE {ROW_ID} = ?", [row_id]
            ).rowcount
        except sqlite3.IntegrityError as error:
            raise self._refusal(error, None) from None

    # -- what went wrong ----------------------------------------------------------------------

    def _refusal(
        self, error: sqlite3.IntegrityError, row: Row | None, changed: set[str] | None = None
    ) -> MySQLError:
        """Return what MySQL says where SQLite found a constraint violated."""
        message = str(error)
        if unique := UNIQUE.match(message):
            if row is not None and changed is None:
                return self._first_duplicate(row)
            return self._duplicate(unique[1], row)
        if null := NULL.match(message):
            return mysql_error(1048, null[1])
        if check := CHECK.match(message):
            return mysql_error(3819, check[1])
        if "FOREIGN KEY" in message:
            return self._orphan(row, changed)
        return unsupported(f"what violates a constraint of SQLite's ({message})")

    def _duplicate(self, columns: str, row: Row | None) -> MySQLError:
        names = [part.rpartition(".")[2] for part in columns.split(", ")]
        key = self.table.key_of(names)
        values = ""
        if row is not None:
            shown = [row[self.table.columns.index(self.table.column(name))] for name in names]
            values = "-".join("NULL" if value is None else _shown(value) for value in shown)
        return mysql_error(1062, values, f"{self.table.name}.{key.name if key else names[0]}")

    def _first_duplicate(self, row: Row) -> MySQLError:
        """Return the error of the first unique key, in MySQL's order, that a new row violates."""
        for key in self.table.keys:
            if key.unique and self._rows_with(key, row):
                return self._duplicate(", ".join(key.columns), row)
        raise AssertionError("no unique key is violated")

    def _orphan(self, row: Row | None, changed: set[str] | None) -> MySQLError:
        if row is not None:
            for key in self.table.foreign_keys:
                if changed is not None and not changed & set(key.columns):
                    continue
                if changed is not None or not self._has_parent(key, row):
                    return mysql_error(1452, self._about(self.table, key))
        for child in self.database.children_of(self.table):
            for key in child.foreign_keys:
                if key.parent == self.table.name:
                    return mysql_error(1451, self._about(child, key))
        return mysql_error(1452, self.table.name)

    def _has_parent(self, key: ForeignKey, row: Row) -> bool:
        values = [row[self.table.columns.index(self.table.column(name))] for name in key.columns]
        if None in values:
            return True
        condition = " AND ".join(f"{quoted(name)} = ?" for name in key.parent_columns)
        parent = f"{quoted(self.database.name)}.{quoted(key.parent)}"
        return bool(self._fetch(f"SELECT 1 FROM {parent} WHERE {condition}", values))

    def _about(self, child: Table, key: ForeignKey) -> str:
        return f"`{self.database.name}`.`{child.name}`, {key.text()}"

    def _fetch(self, sql: str, values: Sequence[Stored] | None = None) -> list[tuple[Stored, ...]]:
        cursor = self.connection.execute(sql, self.values if values is None else values)
        try:
            return cursor.fetchall()
        except sqlite3.Error as error:
            raise self.connection.error(error) from error


def _shown(value: Stored) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else written(value)
