"""Table: what is known of a table, as its CREATE TABLE and ALTER TABLE said it."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.type import AUTO_INCREMENT as AUTO_INCREMENT_FLAG
from netmocks.mysql.type import BINARY, MULTIPLE, NOT_NULL, PRIMARY, UNIQUE, Type

Stored = int | float | str | bytes | None

#: The greatest id that SQLite can keep.
MOST_ID = 2**63 - 1

_numbers = count(1)


@dataclass(frozen=True)
class Default:
    """A column's default: a value, or the moment of the insert."""

    value: Stored = None
    is_now: bool = False

    def text(self, kind: Type) -> str:
        """Return it as SHOW CREATE TABLE has it."""
        if self.is_now:
            return now_text(kind)
        if self.value is None:
            return "NULL"
        if isinstance(self.value, bytes):
            return f"0x{self.value.hex()}"
        return "'" + str(self.value).replace("'", "''") + "'"


def now_text(kind: Type) -> str:
    """Return CURRENT_TIMESTAMP as a column of a type has it."""
    return "CURRENT_TIMESTAMP" + (f"({kind.scale})" if kind.scale else "")


@dataclass
class Column:
    """One column of a table."""

    name: str
    type: Type
    nullable: bool = True
    default: Default | None = None
    auto_increment: bool = False
    #: whether an update of the row sets it to the moment
    on_update_now: bool = False
    comment: str = ""
    #: for the functions in SQLite that store a value in it
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True)
class Key:
    """An index, a unique one, or the primary key, which has the name PRIMARY."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    #: characters of each column that MySQL would index; None for all
    prefixes: tuple[int | None, ...] = ()

    @property
    def primary(self) -> bool:
        """Whether it is the primary key."""
        return self.name == "PRIMARY"


@dataclass(frozen=True)
class ForeignKey:
    """A reference to the rows of a parent table."""

    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    #: such as "ON DELETE CASCADE"
    options: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as SHOW CREATE TABLE and its errors have it."""
        rules = "".join(f" {option}" for option in self.options)
        return (
            f"CONSTRAINT `{self.name}` FOREIGN KEY ({_names(self.columns)})"
            f" REFERENCES `{self.parent}` ({_names(self.parent_columns)}){rules}"
        )


@dataclass(frozen=True)
class Check:
    """A condition that each row has to meet."""

    name: str
    #: in MySQL's SQL
    text: str
    #: in SQLite's
    sqlite: str


@dataclass
class Table:
    """One table."""

    name: str
    columns: list[Column]
    keys: list[Key] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    comment: str = ""
    #: the next id, not undone by a rollback
    next_id: int = 1
    number: int = field(default_factory=lambda: next(_numbers))
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.by_name = {column.name.lower(): column for column in self.columns}

    def column(self, name: str, clause: str = "field list") -> Column:
        """Return a column by its name, in any case.

        Raises:
            MySQLError: 1054, there is none.
        """
        found = self.by_name.get(name.lower())
        if found is None:
            raise mysql_error(1054, name, clause)
        return found

    @property
    def auto_column(self) -> Column | None:
        """The AUTO_INCREMENT column."""
        return next((column for column in self.columns if column.auto_increment), None)

    @property
    def primary_key(self) -> Key | None:
        """The primary key."""
        return next((key for key in self.keys if key.primary), None)

    def key_of(self, columns: Iterable[str]) -> Key | None:
        """Return the unique key on just these columns."""
        wanted = [name.lower() for name in columns]
        for key in self.keys:
            if key.unique and [name.lower() for name in key.columns] == wanted:
                return key
        return None

    def flags(self, column: Column) -> int:
        """Return the column flags that a client is told."""
        flags = 0 if column.nullable else NOT_NULL
        if column.auto_increment:
            flags |= AUTO_INCREMENT_FLAG
        match self.mark(column):
            case "PRI":
                flags |= PRIMARY
            case "UNI":
                flags |= UNIQUE
            case "MUL":
                flags |= MULTIPLE
        return flags | (BINARY if column.type.is_binary else 0)

    def mark(self, column: Column) -> str:
        """Return what DESCRIBE says of a column's keys: PRI, UNI, MUL or nothing."""
        name = column.name.lower()
        marks = []
        for key in self.keys:
            names = [part.lower() for part in key.columns]
            if key.primary and name in names:
                return "PRI"
            if names[0] == name:
                marks.append("UNI" if key.unique and len(names) == 1 else "MUL")
        return max(marks, default="")

    def take_id(self, wanted: int | None) -> tuple[int, bool]:
        """Return the id for a new row, and whether it was generated.

        Arguments:
            wanted: the id that the statement says; None or 0 for the next one.
        """
        with self._lock:
            if wanted:
                if wanted >= self.next_id and wanted < MOST_ID:
                    self.next_id = wanted + 1
                return wanted, False
            if self.next_id >= MOST_ID:
                raise unsupported("an AUTO_INCREMENT beyond 9223372036854775806")
            self.next_id += 1
            return self.next_id - 1, True

    def create_text(self) -> str:
        """Return the statement that SHOW CREATE TABLE shows."""
        parts = [_column_text(column) for column in self.columns]
        for key in self.keys:
            columns = ",".join(
                f"`{name}`" + (f"({prefix})" if prefix else "")
                for name, prefix in zip(
                    key.columns, key.prefixes or (None,) * len(key.columns), strict=True
                )
            )
            if key.primary:
                parts.append(f"PRIMARY KEY ({columns})")
            else:
                parts.append(f"{'UNIQUE ' if key.unique else ''}KEY `{key.name}` ({columns})")
        parts += [key.text() for key in self.foreign_keys]
        parts += [f"CONSTRAINT `{check.name}` CHECK ({check.text})" for check in self.checks]
        options = "ENGINE=InnoDB"
        if self.auto_column is not None and self.next_id > 1:
            options += f" AUTO_INCREMENT={self.next_id}"
        options += " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci"
        if self.comment:
            options += f" COMMENT={_literal(self.comment)}"
        body = ",\n  ".join(parts)
        return f"CREATE TABLE `{self.name}` (\n  {body}\n) {options}"


def _column_text(column: Column) -> str:
    text = f"`{column.name}` {column.type.definition}"
    if column.type.family == "text" and column.type.is_binary:
        text += " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    if not column.nullable:
        text += " NOT NULL"
    elif column.type.name == "timestamp":
        text += " NULL"
    if column.auto_increment:
        text += " AUTO_INCREMENT"
    elif column.default is not None:
        text += f" DEFAULT {column.default.text(column.type)}"
    elif column.nullable and column.type.kind.code != 252 and column.type.name != "json":
        text += " DEFAULT NULL"
    if column.on_update_now:
        text += f" ON UPDATE {now_text(column.type)}"
    return text + (f" COMMENT {_literal(column.comment)}" if column.comment else "")


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
