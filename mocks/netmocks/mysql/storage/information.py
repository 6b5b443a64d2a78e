"""Information: information_schema, as far as tools that look at tables need it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql.plans import INFORMATION
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Column, Stored, Table
from netmocks.mysql.storage.connection import Connection
from netmocks.mysql.storage.store import Database, Store
from netmocks.mysql.storage.variables import DEFAULTS
from netmocks.mysql.type import BIGINT, LONGTEXT

Row = tuple[Stored, ...]


class View(NamedTuple):
    """One table of information_schema."""

    #: names of columns; those that end with # hold numbers
    columns: tuple[str, ...]
    rows: Callable[[Store], Iterator[Row]]

    def table(self, name: str) -> Table:
        """Return it as a table."""
        columns = [
            Column(column.rstrip("#"), BIGINT if column.endswith("#") else LONGTEXT)
            for column in self.columns
        ]
        return Table(name, columns)


def _tables(store: Store) -> Iterator[tuple[Database, Table]]:
    for name in store.names:
        database = store.get(name)
        for table in sorted(database.tables.values(), key=lambda table: table.name):
            yield database, table


def _schemata(store: Store) -> Iterator[Row]:
    for name in (INFORMATION, *store.names):
        yield "def", name, "utf8mb4", "utf8mb4_0900_ai_ci", None, "NO"


def _table_rows(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        auto = table.next_id if table.auto_column is not None else None
        yield (
            *("def", database.name, table.name, "BASE TABLE", "InnoDB", 10, "Dynamic", None),
            *(auto, "utf8mb4_0900_ai_ci", "", table.comment),
        )


def _columns(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        for place, column in enumerate(table.columns, start=1):
            yield ("def", database.name, table.name, column.name, place, *column_row(table, column))


def column_row(table: Table, column: Column) -> Row:
    """Return what COLUMNS says of a column, behind its name and place."""
    kind = column.type
    is_text, is_number = kind.family == "text", kind.family in ("integer", "decimal", "real")
    length = kind.size if kind.family in ("text", "bytes") else None
    precision = kind.digits if kind.name == "decimal" else kind.kind.size if is_number else None
    default = None if column.default is None else column.default.value
    if column.default is not None and column.default.is_now:
        default = column.default.text(kind)
    return (
        None if default is None else str(default),
        "YES" if column.nullable else "NO",
        kind.name,
        length,
        length * 4 if length is not None and is_text and length < 65535 else length,
        precision,
        kind.scale if kind.family in ("integer", "decimal") else None,
        kind.scale if kind.family == "temporal" and kind.name != "date" else None,
        "utf8mb4" if is_text else None,
        collation(column) if is_text else None,
        kind.definition,
        table.mark(column),
        extra(column),
        "select,insert,update,references",
        column.comment,
        "",
    )


def collation(column: Column) -> str:
    """Return the name of a column's collation."""
    return "utf8mb4_bin" if column.type.is_binary else "utf8mb4_0900_ai_ci"


def extra(column: Column) -> str:
    """Return what DESCRIBE has in its last column."""
    if column.auto_increment:
        return "auto_increment"
    parts = []
    if column.default is not None and column.default.is_now:
        parts.append("DEFAULT_GENERATED")
    if column.on_update_now:
        parts.append("on update CURRENT_TIMESTAMP")
    return " ".join(parts)


def _statistics(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        for row in index_rows(table):
            yield ("def", database.name, table.name, row[1], database.name, *row[2:])


def index_rows(table: Table) -> Iterator[Row]:
    """Return the rows of SHOW INDEX."""
    for key in table.keys:
        for place, name in enumerate(key.columns):
            column = table.column(name)
            prefix = key.prefixes[place] if key.prefixes else None
            yield (
                *(table.name, 0 if key.unique else 1, key.name, place + 1, column.name, "A", 0),
                *(prefix, None, "YES" if column.nullable else "", "BTREE", "", "", "YES", None),
            )


def _key_usage(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        where = ("def", database.name)
        for key in table.keys:
            if key.unique:
                for place, name in enumerate(key.columns, start=1):
                    yield (
                        *where,
                        key.name,
                        "def",
                        database.name,
                        table.name,
                        name,
                        place,
                        None,
                    ) + (None,) * 3
        for foreign in table.foreign_keys:
            pairs = zip(foreign.columns, foreign.parent_columns, strict=True)
            for place, (name, parent) in enumerate(pairs, start=1):
                yield (
                    *(*where, foreign.name, "def", database.name, table.name, name, place, place),
                    *(database.name, foreign.parent, parent),
                )


def _constraints(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        kinds = [
            (key.name, "PRIMARY KEY" if key.primary else "UNIQUE")
            for key in table.keys
            if key.unique
        ]
        kinds += [(key.name, "FOREIGN KEY") for key in table.foreign_keys]
        kinds += [(check.name, "CHECK") for check in table.checks]
        for name, kind in kinds:
            yield "def", database.name, name, database.name, table.name, kind, "YES"


def _references(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        for key in table.foreign_keys:
            rules = {rule[:9]: rule[10:] for rule in key.options}
            yield (
                *("def", database.name, key.name, "def", database.name, "PRIMARY", "NONE"),
                *(rules.get("ON UPDATE", "NO ACTION"), rules.get("ON DELETE", "NO ACTION")),
                *(table.name, key.parent),
            )


def _checks(store: Store) -> Iterator[Row]:
    for database, table in _tables(store):
        for check in table.checks:
            yield "def", database.name, check.name, f"({check.text})"


def _nothing(store: Store) -> Iterator[Row]:
    yield from ()


def _always(row: Row) -> Callable[[Store], Iterator[Row]]:
    return lambda _: iter([row])


VIEWS: dict[str, View] = {
    "SCHEMATA": View(
        (
            "CATALOG_NAME",
            "SCHEMA_NAME",
            "DEFAULT_CHARACTER_SET_NAME",
            "DEFAULT_COLLATION_NAME",
            "SQL_PATH",
            "DEFAULT_ENCRYPTION",
        ),
        _schemata,
    ),
    "TABLES": View(
        (
            "TABLE_CATALOG",
            "TABLE_SCHEMA",
            "TABLE_NAME",
            "TABLE_TYPE",
            "ENGINE",
            "VERSION#",
            "ROW_FORMAT",
            "TABLE_ROWS#",
            "AUTO_INCREMENT#",
            "TABLE_COLLATION",
            "CREATE_OPTIONS",
            "TABLE_COMMENT",
        ),
        _table_rows,
    ),
    "COLUMNS": View(
        (
            "TABLE_CATALOG",
            "TABLE_SCHEMA",
            "TABLE_NAME",
            "COLUMN_NAME",
            "ORDINAL_POSITION#",
            "COLUMN_DEFAULT",
            "IS_NULLABLE",
            "DATA_TYPE",
            "CHARACTER_MAXIMUM_LENGTH#",
            "CHARACTER_OCTET_LENGTH#",
            "NUMERIC_PRECISION#",
            "NUMERIC_SCALE#",
            "DATETIME_PRECISION#",
            "CHARACTER_SET_NAME",
            "COLLATION_NAME",
            "COLUMN_TYPE",
            "COLUMN_KEY",
            "EXTRA",
            "PRIVILEGES",
            "COLUMN_COMMENT",
            "GENERATION_EXPRESSION",
        ),
        _columns,
    ),
    "STATISTICS": View(
        (
            "TABLE_CATALOG",
            "TABLE_SCHEMA",
            "TABLE_NAME",
            "NON_UNIQUE#",
            "INDEX_SCHEMA",
            "INDEX_NAME",
            "SEQ_IN_INDEX#",
            "COLUMN_NAME",
            "COLLATION",
            "CARDINALITY#",
            "SUB_PART#",
            "PACKED",
            "NULLABLE",
            "INDEX_TYPE",
            "COMMENT",
            "INDEX_COMMENT",
            "IS_VISIBLE",
            "EXPRESSION",
        ),
        _statistics,
    ),
    "KEY_COLUMN_USAGE": View(
        (
            "CONSTRAINT_CATALOG",
            "CONSTRAINT_SCHEMA",
            "CONSTRAINT_NAME",
            "TABLE_CATALOG",
            "TABLE_SCHEMA",
            "TABLE_NAME",
            "COLUMN_NAME",
            "ORDINAL_POSITION#",
            "POSITION_IN_UNIQUE_CONSTRAINT#",
            "REFERENCED_TABLE_SCHEMA",
            "REFERENCED_TABLE_NAME",
            "REFERENCED_COLUMN_NAME",
        ),
        _key_usage,
    ),
    "TABLE_CONSTRAINTS": View(
        (
            "CONSTRAINT_CATALOG",
            "CONSTRAINT_SCHEMA",
            "CONSTRAINT_NAME",
            "TABLE_SCHEMA",
            "TABLE_NAME",
            "CONSTRAINT_TYPE",
            "ENFORCED",
        ),
        _constraints,
    ),
    "REFERENTIAL_CONSTRAINTS": View(
        (
            "CONSTRAINT_CATALOG",
            "CONSTRAINT_SCHEMA",
            "CONSTRAINT_NAME",
            "UNIQUE_CONSTRAINT_CATALOG",
            "UNIQUE_CONSTRAINT_SCHEMA",
            "UNIQUE_CONSTRAINT_NAME",
            "MATCH_OPTION",
            "UPDATE_RULE",
            "DELETE_RULE",
            "TABLE_NAME",
            "REFERENCED_TABLE_NAME",
        ),
        _references,
    ),
    "CHECK_CONSTRAINTS": View(
        ("CONSTRAINT_CATALOG", "CONSTRAINT_SCHEMA", "CONSTRAINT_NAME", "CHECK_CLAUSE"), _checks
    ),
    "VIEWS": View(("TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION"), _nothing),
    "ROUTINES": View(("ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINE_TYPE"), _nothing),
    "TRIGGERS": View(("TRIGGER_SCHEMA", "TRIGGER_NAME", "EVENT_OBJECT_TABLE"), _nothing),
    "ENGINES": View(
        ("ENGINE", "SUPPORT", "COMMENT", "TRANSACTIONS", "XA", "SAVEPOINTS"),
        _always(("InnoDB", "DEFAULT", "SQLite, in fact", "YES", "NO", "YES")),
    ),
    "CHARACTER_SETS": View(
        ("CHARACTER_SET_NAME", "DEFAULT_COLLATE_NAME", "DESCRIPTION", "MAXLEN#"),
        _always(("utf8mb4", DEFAULTS["collation_server"], "UTF-8 Unicode", 4)),
    ),
}

TABLES = {name: view.table(name) for name, view in VIEWS.items()}


def table(name: str) -> Table:
    """Return a table of information_schema; its names do not differ by case.

    Raises:
        MySQLError: 1235, it is not here.
    """
    found = TABLES.get(name.upper())
    if found is None:
        raise unsupported(f"{INFORMATION}.{name}")
    return found


def fill(connection: Connection, store: Store) -> None:
    """Write what is known now into the database, for a query that reads it."""
    execute = connection.sqlite.execute
    attached = [row[1] for row in execute("PRAGMA database_list")]
    if INFORMATION not in attached:
        execute(f"ATTACH ':memory:' AS {INFORMATION}")
        for name, shape in TABLES.items():
            columns = ", ".join(
                f"{quoted(column.name)} {column.type.kind.affinity}"
                + (" COLLATE mysql_text" if column.type.family == "text" else "")
                for column in shape.columns
            )
            execute(f"CREATE TABLE {INFORMATION}.{quoted(name)} ({columns})")
    for name, view in VIEWS.items():
        execute(f"DELETE FROM {INFORMATION}.{quoted(name)}")
        marks = ", ".join("?" * len(view.columns))
        connection.sqlite.executemany(
            f"INSERT INTO {INFORMATION}.{quoted(name)} VALUES ({marks})", view.rows(store)
        )
