"""Schema: the statements that make, change and drop databases, tables and indexes."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from netmocks.mysql.answer import Answer, Done
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.dialect import parse
from netmocks.mysql.sql.lexer import NAME, Statement, plain_name
from netmocks.mysql.sql.plans import Insertion
from netmocks.mysql.sql.queries import Queries
from netmocks.mysql.sql.table import Table
from netmocks.mysql.storage.refusal import unknown
from netmocks.mysql.storage.store import Database
from netmocks.mysql.storage.structure import Structure, index_of

if TYPE_CHECKING:
    from netmocks.mysql.storage.session import Session

RENAMING = rf"({NAME})\s+TO\s+({NAME})"
RENAME = re.compile(rf"RENAME\s+TABLES?\s+({RENAMING}(?:\s*,\s*{RENAMING})*)", re.IGNORECASE)

CREATE_INDEX = re.compile(r"CREATE\s+(?:UNIQUE\s+)?INDEX\b", re.IGNORECASE)

#: The kind of an index, of which there is but one.
USING_BTREE = re.compile(r"\s+USING\s+BTREE\b", re.IGNORECASE)

#: What nobody can make here, and so DROP … IF EXISTS has nothing to do.
NEVER_THERE = ("VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT")

#: Changes of a table that change nothing here.
NO_CHANGE = re.compile(
    rf"ALTER\s+TABLE\s+({NAME})\s+(?:(?:DISABLE|ENABLE)\s+KEYS|FORCE"
    r"|ORDER\s+BY\s+[^;]*|CONVERT\s+TO\s+CHARACTER\s+SET\s+utf8(?:mb[34])?"
    r"(?:\s+COLLATE\s+\w+_ci)?)",
    re.IGNORECASE,
)

#: How a server should go about a change of a table.
MANNER = re.compile(r"\s*,\s*(?:ALGORITHM|LOCK)\s*=?\s*\w+", re.IGNORECASE)

ALTER_DATABASE = re.compile(
    rf"ALTER\s+(?:DATABASE|SCHEMA)(?:\s+(?!DEFAULT|CHAR|COLLATE)({NAME}))?"
    r"(?:\s+(?:DEFAULT\s+)?(?:CHARACTER\s+SET|CHARSET|COLLATE)\s*=?\s*utf8\w*)+",
    re.IGNORECASE,
)


def _create(session: "Session", statement: Statement) -> Done:
    text = statement.text
    if CREATE_INDEX.match(text):
        text = USING_BTREE.sub(" ", text)
    node = parse(text)
    if not isinstance(node, exp.Create) or node.args.get("replace"):
        raise unknown(statement)
    kind = str(node.args.get("kind")).upper()
    if kind in ("DATABASE", "SCHEMA"):
        return _create_database(session, node)
    if kind == "TABLE":
        return _create_table(session, node)
    if kind == "INDEX":
        database, table = _located(session, node.this.args["table"])
        return _structure(session, database, lambda s: s.add_key(table, index_of(node)))
    raise unsupported(f"CREATE {kind}")


def _create_database(session: "Session", node: exp.Create) -> Done:
    session.transaction.commit()
    name = node.this.name
    if session.store.has(name) and node.args.get("exists"):
        session.warn(mysql_error(1007, name))
        return Done(1)
    session.store.create(name)
    return Done(1)


def _create_table(session: "Session", node: exp.Create) -> Done:
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    database = session.current(target.db)
    if target.name in database.tables:
        error = mysql_error(1050, target.name)
        if not node.args.get("exists"):
            raise error
        session.warn(error)
        return Done()
    if target.name.lower() in (name.lower() for name in database.tables):
        raise unsupported("tables whose names differ by case alone")
    if node.expression is not None:
        return _create_from_query(session, database, node)
    return _structure(session, database, lambda structure: structure.create(node))


def _create_from_query(session: "Session", database: Database, node: exp.Create) -> Done:
    """Make a table of the columns of a query, and fill it with its rows."""
    queries = Queries(session)
    query = queries.query(node.expression)
    _structure(session, database, lambda structure: structure.create(node, query.columns))
    name = (node.this.this if isinstance(node.this, exp.Schema) else node.this).name
    table = database.table(name)
    columns = [table.column(column.name) for column in query.columns]
    read = frozenset(queries.databases)
    try:
        return session.change(Insertion(database.name, table, columns, [], query.sql, read))
    except MySQLError:
        _structure(session, database, lambda structure: structure.drop(table))
        raise


def _drop(session: "Session", statement: Statement) -> Done:
    node = parse(statement.text)
    if not isinstance(node, exp.Drop):
        raise unknown(statement)
    kind = str(node.args.get("kind")).upper()
    targets = node.args.get("tables") or [node.this]
    if kind in ("DATABASE", "SCHEMA"):
        return _drop_database(session, targets[0].name, bool(node.args.get("exists")))
    if kind == "TABLE":
        return _drop_tables(session, targets, bool(node.args.get("exists")))
    if kind == "INDEX":
        cluster = node.args.get("cluster")
        if cluster is None:
            raise unknown(statement)
        database, table = _located(session, cluster.this)
        return _structure(session, database, lambda s: s.drop_key(table, targets[0].name))
    if kind in NEVER_THERE and node.args.get("exists"):
        return Done()
    raise unsupported(f"DROP {kind}")


def _drop_database(session: "Session", name: str, is_optional: bool) -> Done:
    session.transaction.commit()
    if is_optional and not session.store.has(name):
        session.warn(mysql_error(1008, name))
        return Done()
    database = session.store.drop(name)
    session.connection.detach(database)
    if session.name == name:
        session.name = ""
    return Done(len(database.tables))


def _drop_tables(session: "Session", nodes: Sequence[Any], is_optional: bool) -> Done:
    names = [node.name for node in nodes]
    missing = []
    for node in nodes:
        database = session.current(node.db)
        table = database.tables.get(node.name)
        if table is None:
            missing.append(f"{database.name}.{node.name}")
            continue
        _structure(session, database, partial(_drop_one, table, names))
    if missing:
        error = mysql_error(1051, ",".join(missing))
        if not is_optional:
            raise error
        session.warn(error)
    return Done()


def _alter(session: "Session", statement: Statement) -> Done:
    if found := ALTER_DATABASE.fullmatch(statement.text):
        session.current(plain_name(found[1]) if found[1] else "")
        return Done(1)
    if found := NO_CHANGE.fullmatch(statement.text):
        session.table("", plain_name(found[1]))
        return Done()
    node = parse(MANNER.sub("", statement.text))
    if not isinstance(node, exp.Alter) or str(node.args.get("kind")).upper() != "TABLE":
        raise unknown(statement)
    database, table = _located(session, node.this)
    return _structure(session, database, lambda structure: structure.alter(table, node))


def _truncate(session: "Session", statement: Statement) -> Done:
    node = parse(statement.text)
    if not isinstance(node, exp.TruncateTable) or len(node.expressions) != 1:
        raise unknown(statement)
    database, table = _located(session, node.expressions[0])
    return _structure(session, database, lambda structure: structure.truncate(table))


def _rename(session: "Session", statement: Statement) -> Done:
    found = RENAME.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    database = session.current()
    done: list[tuple[str, str]] = []
    try:
        for old, new in re.findall(RENAMING, found[1]):
            _rename_one(session, database, plain_name(old), plain_name(new))
            done.append((plain_name(old), plain_name(new)))
    except MySQLError:
        for old, new in reversed(done):
            _rename_one(session, database, new, old)
        raise
    return Done()


def _rename_one(session: "Session", database: Database, old: str, new: str) -> None:
    table = database.table(old)
    _structure(session, database, lambda structure: structure.rename(table, new))


def _located(session: "Session", node: Any) -> tuple[Database, Table]:
    database = session.current(node.db)
    return database, database.table(node.name)


def _structure(session: "Session", database: Database, change: Callable[[Structure], Any]) -> Done:
    """Change tables; that commits what is open."""
    session.transaction.commit()
    session.attach([database.name])
    session.lock([database])
    try:
        checks = bool(session.variables.get("foreign_key_checks"))
        change(Structure(session.connection, database, session, checks))
    finally:
        session.store.changed()
        session.settle()
    return Done()


def _drop_one(table: Table, names: Sequence[str], structure: Structure) -> None:
    structure.drop(table, names)


SCHEMA: "dict[str, Callable[[Session, Statement], Answer]]" = {
    "CREATE": _create,
    "DROP": _drop,
    "ALTER": _alter,
    "TRUNCATE": _truncate,
    "RENAME": _rename,
}
