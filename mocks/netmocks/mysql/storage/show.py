"""Show: SHOW and DESCRIBE."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from netmocks.mysql.answer import Rows
from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.dialect import parse
from netmocks.mysql.sql.lexer import Statement
from netmocks.mysql.sql.table import Column, Stored, Table
from netmocks.mysql.storage.information import collation, extra, index_rows
from netmocks.mysql.storage.operators import like
from netmocks.mysql.storage.refusal import unknown
from netmocks.mysql.storage.store import Database, Store
from netmocks.mysql.storage.variables import Variables
from netmocks.mysql.type import BIGINT, LONGTEXT

Row = Sequence[Stored]


class Session(Protocol):
    """What SHOW asks of its session."""

    store: Store
    variables: Variables
    warnings: list[MySQLError]
    user: str
    number: int
    name: str

    def current(self, name: str = "") -> Database:
        """Return a database, "" being the current one."""

    def table(self, database: str, name: str) -> tuple[str, Table]:
        """Return a table and its database's name."""


def rows(names: Sequence[str], found: Iterable[Row]) -> Rows:
    """Return rows of text and integers."""
    listed = [tuple(row) for row in found]
    types = [
        BIGINT if any(isinstance(row[place], int) for row in listed) else LONGTEXT
        for place in range(len(names))
    ]
    return Rows([ResultColumn(n, t) for n, t in zip(names, types, strict=True)], listed)


def show(node: exp.Show, session: Session) -> Rows:
    """Answer a SHOW.

    Raises:
        MySQLError: 1235, it is not supported.
    """
    name = str(node.name or node.this).upper()
    method = SHOWN.get(name)
    if method is None:
        raise unsupported(f"SHOW {name}")
    if node.args.get("where"):
        raise unsupported(f"SHOW {name} WHERE …")
    return method(node, session)


def describe(table: Table, column: str = "") -> Rows:
    """Answer a DESCRIBE."""
    chosen = [c for c in table.columns if not column or c.name.lower() == column.lower()]
    return rows(
        ("Field", "Type", "Null", "Key", "Default", "Extra"),
        [_described(table, column) for column in chosen],
    )


def _described(table: Table, column: Column) -> Row:
    default: Stored = None
    if column.default is not None:
        is_now = column.default.is_now
        default = column.default.text(column.type) if is_now else str(column.default.value)
    null = "YES" if column.nullable else "NO"
    mark = table.mark(column)
    return column.name, column.type.definition, null, mark, default, extra(column)


def _pattern(node: exp.Show) -> str:
    found = node.args.get("like")
    return "%" if found is None else str(found.name)


def _database(node: exp.Show, session: Session) -> Database:
    found = node.args.get("db")
    return session.current(found.name if found is not None else "")


def _target(node: exp.Show, session: Session) -> Table:
    target, database = node.args.get("target"), node.args.get("db")
    if target is None:
        raise mysql_error(1064, "", 1)
    return session.table(database.name if database is not None else "", target.name)[1]


def _databases(node: exp.Show, session: Session) -> Rows:
    names = sorted(["information_schema", *session.store.names])
    return rows(("Database",), [(name,) for name in names if like(name, _pattern(node))])


def _tables(node: exp.Show, session: Session) -> Rows:
    database = _database(node, session)
    names = [name for name in sorted(database.tables) if like(name, _pattern(node))]
    head = f"Tables_in_{database.name}"
    if node.args.get("full"):
        return rows((head, "Table_type"), [(name, "BASE TABLE") for name in names])
    return rows((head,), [(name,) for name in names])


def _table_status(node: exp.Show, session: Session) -> Rows:
    database = _database(node, session)
    head = ("Name", "Engine", "Version", "Row_format", "Auto_increment", "Collation", "Comment")
    return rows(
        head,
        [
            (
                *(table.name, "InnoDB", 10, "Dynamic"),
                *(
                    table.next_id if table.auto_column else None,
                    "utf8mb4_0900_ai_ci",
                    table.comment,
                ),
            )
            for table in database.tables.values()
            if like(table.name, _pattern(node))
        ],
    )


def _create_table(node: exp.Show, session: Session) -> Rows:
    table = _target(node, session)
    return rows(("Table", "Create Table"), [(table.name, table.create_text())])


def _create_database(node: exp.Show, session: Session) -> Rows:
    target = node.args["target"]
    database = session.current(target.name)
    text = f"CREATE DATABASE `{database.name}` /*!40100 DEFAULT CHARACTER SET utf8mb4 */"
    return rows(("Database", "Create Database"), [(database.name, text)])


def _columns(node: exp.Show, session: Session) -> Rows:
    table, pattern = _target(node, session), _pattern(node)
    chosen = [column for column in table.columns if like(column.name, pattern)]
    if not node.args.get("full"):
        return rows(
            ("Field", "Type", "Null", "Key", "Default", "Extra"),
            [_described(table, column) for column in chosen],
        )
    found = []
    for column in chosen:
        name, kind, null, mark, default, more = _described(table, column)
        shown = collation(column) if column.type.family == "text" else None
        privileges = "select,insert,update,references"
        found.append((name, kind, shown, null, mark, default, more, privileges, column.comment))
    head = (
        "Field",
        "Type",
        "Collation",
        "Null",
        "Key",
        "Default",
        "Extra",
        "Privileges",
        "Comment",
    )
    return rows(head, found)


INDEX_HEAD = (
    *("Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name", "Collation"),
    *("Cardinality", "Sub_part", "Packed", "Null", "Index_type", "Comment"),
    *("Index_comment", "Visible", "Expression"),
)


def _index(node: exp.Show, session: Session) -> Rows:
    return rows(INDEX_HEAD, index_rows(_target(node, session)))


def _variables(node: exp.Show, session: Session) -> Rows:
    pattern = _pattern(node)
    found = [
        (name, _switch(name, value))
        for name, value in session.variables.items()
        if like(name, pattern)
    ]
    return rows(("Variable_name", "Value"), found)


def _switch(name: str, value: int | str) -> str:
    switches = ("autocommit", "foreign_key_checks", "unique_checks", "transaction_read_only")
    if name in switches:
        return "ON" if value else "OFF"
    return str(value)


def _warnings(node: exp.Show, session: Session) -> Rows:
    found = [("Warning", warning.number, warning.text) for warning in session.warnings]
    return rows(("Level", "Code", "Message"), found)


def _status(node: exp.Show, session: Session) -> Rows:
    found = [("Threads_connected", "1"), ("Uptime", "1"), ("Ssl_cipher", "")]
    wanted = [row for row in found if like(row[0], _pattern(node))]
    return rows(("Variable_name", "Value"), wanted)


def _process_list(node: exp.Show, session: Session) -> Rows:
    head = ("Id", "User", "Host", "db", "Command", "Time", "State", "Info")
    return rows(
        head, [(session.number, session.user, "localhost", session.name, "Query", 0, "", None)]
    )


def _engines(node: exp.Show, session: Session) -> Rows:
    head = ("Engine", "Support", "Comment", "Transactions", "XA", "Savepoints")
    return rows(head, [("InnoDB", "DEFAULT", "SQLite, in fact", "YES", "NO", "YES")])


def _character_set(node: exp.Show, session: Session) -> Rows:
    head = ("Charset", "Description", "Default collation", "Maxlen")
    return rows(head, [("utf8mb4", "UTF-8 Unicode", "utf8mb4_0900_ai_ci", 4)])


def _collations(node: exp.Show, session: Session) -> Rows:
    head = ("Collation", "Charset", "Id", "Default", "Compiled", "Sortlen")
    found = [
        ("utf8mb4_0900_ai_ci", "utf8mb4", 255, "Yes", "Yes", 0),
        ("utf8mb4_bin", "utf8mb4", 46, "", "Yes", 1),
    ]
    return rows(head, [row for row in found if like(row[0], _pattern(node))])


def _grants(node: Any, session: Session) -> Rows:
    text = f"GRANT ALL PRIVILEGES ON *.* TO `{session.user}`@`localhost`"
    return rows((f"Grants for {session.user}@localhost",), [(text,)])


SHOWN: dict[str, Callable[[exp.Show, Session], Rows]] = {
    "DATABASES": _databases,
    "SCHEMAS": _databases,
    "TABLES": _tables,
    "TABLE STATUS": _table_status,
    "CREATE TABLE": _create_table,
    "CREATE DATABASE": _create_database,
    "COLUMNS": _columns,
    "FIELDS": _columns,
    "INDEX": _index,
    "INDEXES": _index,
    "KEYS": _index,
    "VARIABLES": _variables,
    "SESSION VARIABLES": _variables,
    "GLOBAL VARIABLES": _variables,
    "WARNINGS": _warnings,
    "ERRORS": _warnings,
    "STATUS": _status,
    "PROCESSLIST": _process_list,
    "ENGINES": _engines,
    "CHARACTER SET": _character_set,
    "COLLATION": _collations,
    "GRANTS": _grants,
}


def _show(session: Session, statement: Statement) -> Rows:
    node = parse(statement.text)
    if not isinstance(node, exp.Show):
        raise unknown(statement)
    return show(node, session)


def _describe(session: Session, statement: Statement) -> Rows:
    node = parse(statement.text)
    if not isinstance(node, exp.Describe) or not isinstance(node.this, exp.Table):
        raise unsupported("EXPLAIN")
    return describe(session.table(node.this.db, node.this.name)[1])


LOOKING: dict[str, Callable[[Session, Statement], Rows]] = {
    "SHOW": _show,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "EXPLAIN": _describe,
}
