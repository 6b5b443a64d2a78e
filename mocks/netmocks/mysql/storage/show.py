"""Show: SHOW and DESCRIBE."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from netmocks.mysql.answer import Rows
from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.dialect import parse
from netmocks.mysql.sql.lexer import NAME, Statement, plain_name
from netmocks.mysql.sql.queries import Queries
from netmocks.mysql.sql.scope import Scope, Source, quoted
from netmocks.mysql.sql.table import Column, Stored, Table
from netmocks.mysql.storage.connection import Connection
from netmocks.mysql.storage.information import collation, extra, index_rows
from netmocks.mysql.storage.operators import like
from netmocks.mysql.storage.refusal import SQL_WORDS, unknown
from netmocks.mysql.storage.store import Database, Store
from netmocks.mysql.storage.variables import Variables
from netmocks.mysql.type import BIGINT, LONGTEXT

Row = Sequence[Stored]

#: What sqlglot reads, in other words that MySQL takes for the same.
SYNONYMS = (
    (re.compile(r"(SHOW\s+(?:FULL\s+|EXTENDED\s+)*)FIELDS\b", re.IGNORECASE), r"\1COLUMNS"),
    (
        re.compile(
            r"(SHOW\s+(?:(?:FULL|EXTENDED)\s+)*"
            r"(?:COLUMNS|TABLES|INDEX|INDEXES|KEYS|TABLE\s+STATUS|TRIGGERS|EVENTS))\s+IN\b",
            re.IGNORECASE,
        ),
        r"\1 FROM",
    ),
    (re.compile(rf"(\sFROM\s+{NAME})\s+IN\b", re.IGNORECASE), r"\1 FROM"),
)

#: What there is none of here, by the columns of its list.
NONE_OF = {
    "TRIGGERS": ("Trigger", "Event", "Table", "Statement", "Timing", "Created", "sql_mode"),
    "EVENTS": ("Db", "Name", "Definer", "Time zone", "Type", "Status"),
    "PROCEDURE STATUS": ("Db", "Name", "Type", "Definer", "Modified", "Created", "Comment"),
    "FUNCTION STATUS": ("Db", "Name", "Type", "Definer", "Modified", "Created", "Comment"),
    "OPEN TABLES": ("Database", "Table", "In_use", "Name_locked"),
}

COUNTED = re.compile(r"SHOW\s+COUNT\s*\(\s*\*\s*\)\s+(WARNINGS|ERRORS)", re.IGNORECASE)

DESCRIBE = re.compile(
    rf"\w+\s+(?:({NAME})\s*\.\s*)?({NAME})(?:\s+({NAME}|'[^']*'))?", re.IGNORECASE
)

MAINTENANCE = re.compile(
    rf"(?P<verb>\w+)\s+(?:NO_WRITE_TO_BINLOG\s+|LOCAL\s+)?TABLES?\s+(?P<names>{NAME}(?:\s*,\s*{NAME})*)"
    r"(?:\s+(?:QUICK|FAST|MEDIUM|EXTENDED|CHANGED|FOR\s+UPGRADE))*",
    re.IGNORECASE,
)


class Session(Protocol):
    """What SHOW asks of its session."""

    store: Store
    variables: Variables
    warnings: list[MySQLError]
    user: str
    number: int
    name: str
    connection: Connection

    def attach(self, names: Iterable[str]) -> None:
        """Let queries read databases."""

    def variable(self, name: str, kind: str) -> int | str:
        """Return a system variable."""

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
    answer = method(node, session)
    where = node.args.get("where")
    return answer if where is None else _those(answer, where.this, session)


def _those(answer: Rows, condition: Any, session: Session) -> Rows:
    """Return the rows of a SHOW for which a condition holds."""
    queries, scope = Queries(session), Scope()
    scope.clause = "where clause"
    scope.add(Source("shown", answer.columns))
    wanted = queries.condition(condition, scope)
    session.attach(queries.databases)
    columns = ", ".join(f"? AS {quoted(column.name)}" for column in answer.columns)
    sql = f"SELECT ({wanted}) FROM (SELECT {columns}) AS shown"
    found = [row for row in answer.rows if session.connection.execute(sql, row).fetchone()[0]]
    return Rows(answer.columns, found)


def describe(table: Table, pattern: str = "%") -> Rows:
    """Answer a DESCRIBE."""
    chosen = [column for column in table.columns if like(column.name, pattern)]
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


def _nothing(node: exp.Show, session: Session) -> Rows:
    return rows(NONE_OF[str(node.name or node.this).upper()], [])


SHOWN.update(dict.fromkeys(NONE_OF, _nothing))


def _show(session: Session, statement: Statement) -> Rows:
    counted = COUNTED.fullmatch(statement.text)
    if counted is not None:
        count = len(session.warnings) if counted[1].upper() == "WARNINGS" else 0
        return rows((f"@@session.{counted[1].lower()[:-1]}_count",), [(count,)])
    text = statement.text
    for synonym, plain in SYNONYMS:
        text = synonym.sub(plain, text, count=1)
    node = parse(text)
    if not isinstance(node, exp.Show):
        raise unknown(statement)
    return show(node, session)


def _describe(session: Session, statement: Statement) -> Rows:
    found = DESCRIBE.fullmatch(statement.text)
    if found is None or found[2].upper() in SQL_WORDS:
        raise unsupported(f"{statement.verb} of a statement: the plan would be SQLite's")
    database = plain_name(found[1]) if found[1] else ""
    pattern = found[3] or "%"
    pattern = pattern[1:-1] if pattern[0] == "'" else plain_name(pattern)
    return describe(session.table(database, plain_name(found[2]))[1], pattern)


def _maintain(session: Session, statement: Statement) -> Rows:
    """Answer what looks after tables, which need none here."""
    found = MAINTENANCE.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    verb, said = found["verb"].lower(), []
    for name in re.findall(NAME, found["names"]):
        database = session.current().name
        session.table("", plain_name(name))
        shown = f"{database}.{plain_name(name)}"
        if verb == "optimize":
            note = "Table does not support optimize, doing recreate + analyze instead"
            said.append((shown, verb, "note", note))
        said.append((shown, verb, "status", "OK"))
    return rows(("Table", "Op", "Msg_type", "Msg_text"), said)


LOOKING: dict[str, Callable[[Session, Statement], Rows]] = {
    "SHOW": _show,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "EXPLAIN": _describe,
    "ANALYZE": _maintain,
    "CHECK": _maintain,
    "OPTIMIZE": _maintain,
}
