"""Control: transactions and settings of a session; what is neither of rows nor of tables."""

import re
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from netmocks.mysql.answer import Answer, Done, Rows
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.dialect import parse
from netmocks.mysql.sql.lexer import NAME, USE, Statement, plain_name, statements
from netmocks.mysql.sql.queries import Queries
from netmocks.mysql.sql.scope import Scope
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.storage.connection import Later
from netmocks.mysql.storage.refusal import unknown

if TYPE_CHECKING:
    from netmocks.mysql.storage.session import Session

ROLLBACK_TO = re.compile(rf"ROLLBACK\s+(?:WORK\s+)?TO\s+(?:SAVEPOINT\s+)?({NAME})", re.IGNORECASE)
SAVEPOINT = re.compile(rf"(?:RELEASE\s+)?SAVEPOINT\s+({NAME})", re.IGNORECASE)
START = re.compile(
    r"(?:BEGIN(?:\s+WORK)?|START\s+TRANSACTION"
    r"(?:\s+(?P<modes>(?:READ\s+WRITE|READ\s+ONLY|WITH\s+CONSISTENT\s+SNAPSHOT)"
    r"(?:\s*,\s*(?:READ\s+WRITE|READ\s+ONLY|WITH\s+CONSISTENT\s+SNAPSHOT))*))?)",
    re.IGNORECASE,
)
END = re.compile(
    r"(?:COMMIT|ROLLBACK)(?:\s+WORK)?(?:\s+AND\s+NO\s+CHAIN)?(?:\s+NO\s+RELEASE)?", re.IGNORECASE
)


def _start(session: "Session", statement: Statement) -> Done:
    found = START.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    session.transaction.commit()
    session.read_only = "READ ONLY" in (found["modes"] or "").upper()
    session.transaction.begin()
    return Done()


def _commit(session: "Session", statement: Statement) -> Done:
    if not END.fullmatch(statement.text):
        raise unknown(statement)
    session.transaction.commit()
    session.read_only = False
    return Done()


def _rollback(session: "Session", statement: Statement) -> Done:
    found = ROLLBACK_TO.fullmatch(statement.text)
    if found is not None:
        session.transaction.rollback_to(plain_name(found[1]))
        return Done()
    if not END.fullmatch(statement.text):
        raise unknown(statement)
    session.roll_back()
    return Done()


def _savepoint(session: "Session", statement: Statement) -> Done:
    found = SAVEPOINT.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    session.begin_if_needed()
    if session.transaction.is_open:  # alone it would be gone at once
        session.transaction.save(plain_name(found[1]))
    return Done()


def _release(session: "Session", statement: Statement) -> Done:
    found = SAVEPOINT.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    session.transaction.release(plain_name(found[1]))
    return Done()


def _use(session: "Session", statement: Statement) -> Done:
    found = USE.fullmatch(statement.text)
    if found is None:
        raise unknown(statement)
    session.use(plain_name(found[1]))
    return Done()


def _set(session: "Session", statement: Statement) -> Done:
    node = parse(statement.text)
    if not isinstance(node, exp.Set):
        raise unknown(statement)
    for item in node.expressions:
        _set_one(session, item, statement)
    return Done()


def _set_one(session: "Session", item: exp.SetItem, statement: Statement) -> None:
    kind = str(item.args.get("kind") or "").upper()
    if kind in ("NAMES", "CHARACTER SET"):
        name = item.this.name.lower() if item.this is not None else "utf8mb4"
        if name not in ("utf8mb4", "utf8", "utf8mb3", "default", "binary", "ascii", "latin1"):
            raise MySQLError(1115, f"Unknown character set: '{name}'", "42000")
        if name == "latin1":
            raise unsupported("the character set latin1")
        return
    if kind == "TRANSACTION":
        for part in item.expressions:
            _set_transaction(session, part.name.upper())
        return
    assignment = item.this
    if not isinstance(assignment, exp.EQ | exp.PropertyEQ):
        raise unknown(statement)
    target = assignment.this
    value = _constant(session, assignment.expression)
    if isinstance(target, exp.Parameter):
        session.user_variables[target.name.lower()] = value
        return
    scope = str(target.args.get("kind") or kind).upper()
    if scope in ("GLOBAL", "PERSIST"):
        raise unsupported("SET GLOBAL")
    _set_variable(session, target.name, value)


def _set_variable(session: "Session", name: str, value: Stored) -> None:
    if isinstance(value, float | bytes):
        raise mysql_error(1231, name, value)
    session.variables.set(name, value)
    if name.lower() == "autocommit" and session.is_autocommit:
        session.transaction.commit()
    elif name.lower() == "foreign_key_checks":
        if session.transaction.is_open:
            raise unsupported("SET foreign_key_checks within a transaction")
        switch = "ON" if session.variables.get(name) else "OFF"
        session.connection.execute(f"PRAGMA foreign_keys = {switch}")


def _set_transaction(session: "Session", mode: str) -> None:
    if mode.startswith("ISOLATION LEVEL "):
        session.variables.set("transaction_isolation", mode.removeprefix("ISOLATION LEVEL "))
    elif mode != "READ WRITE":
        raise unsupported(f"SET TRANSACTION {mode}")


def _constant(session: "Session", node: Any) -> Stored:
    """Return the value of what is set: a word, or an expression without columns."""
    if isinstance(node, exp.Column | exp.Var | exp.Identifier):
        return None if node.name.upper() == "DEFAULT" else node.name
    if isinstance(node, exp.Subquery | exp.Select):
        if session.hurries:
            raise Later
        queries = Queries(session)
        sql = queries.query(node).sql
        session.attach(queries.databases)
    else:
        sql = f"SELECT {Queries(session).expressions.sql(node, Scope())}"
    row = session.connection.execute(sql).fetchone()
    return row[0] if row else None


def _do(session: "Session", statement: Statement) -> Done:
    """Compute expressions for what they do, such as DO SLEEP(1)."""
    [query] = statements(f"SELECT {statement.text[len(statement.verb) :]}")
    answer = session.run(query)
    if isinstance(answer, Rows):
        deque(answer.rows, maxlen=0)
    return Done()


def _do_nothing(session: "Session", statement: Statement) -> Done:
    words = statement.text.upper().split()
    if words[1:] not in (["TABLES"], ["PRIVILEGES"]):
        raise unknown(statement)
    return Done()


CONTROL: "dict[str, Callable[[Session, Statement], Answer]]" = {
    "BEGIN": _start,
    "START": _start,
    "COMMIT": _commit,
    "ROLLBACK": _rollback,
    "SAVEPOINT": _savepoint,
    "RELEASE": _release,
    "SET": _set,
    "USE": _use,
    "DO": _do,
    "UNLOCK": _do_nothing,
    "FLUSH": _do_nothing,
}
