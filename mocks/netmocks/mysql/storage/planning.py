"""Planning: from a statement to what a session does for it, and what is kept of that."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from netmocks.mysql.sql.changes import Changes
from netmocks.mysql.sql.dialect import parse
from netmocks.mysql.sql.lexer import Statement
from netmocks.mysql.sql.plans import Plan, Selection
from netmocks.mysql.sql.queries import Queries
from netmocks.mysql.storage.refusal import unknown

if TYPE_CHECKING:
    from netmocks.mysql.storage.session import Session

#: How urgent a change is, which is no matter here.
URGENCY = re.compile(
    r"(INSERT|UPDATE|DELETE)(?:\s+(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK)\b)+", re.IGNORECASE
)

UPDATE_IGNORE = re.compile(r"UPDATE\s+IGNORE\b", re.IGNORECASE)

REPLACE = re.compile(r"REPLACE\b", re.IGNORECASE)

#: Plans that are kept, in one place.
MOST_PLANS = 2000

#: Plans of queries that read no table: they hold for all stores of the process, and for good.
_tableless: dict[Any, Plan] = {}


def plan_of(statement: Statement, session: "Session") -> Plan:
    """Return what a session does for a statement.

    Raises:
        MySQLError: it makes no sense, or is not supported.
    """
    key = (statement.shape, statement.names, session.name, session.variables.mode)
    plans = session.store.plans
    plan = plans.get(key) or _tableless.get(key)
    if plan is None:
        plan = _planned(statement, session)
        if isinstance(plan, Selection) and not plan.databases:
            _keep(_tableless, key, plan)
        elif plans is session.store.plans:  # else a table has changed meanwhile
            _keep(plans, key, plan)
    return plan


def _keep(plans: dict[Any, Plan], key: Any, plan: Plan) -> None:
    if len(plans) >= MOST_PLANS:
        plans.clear()
    plans[key] = plan


def _planned(statement: Statement, session: "Session") -> Plan:
    shape, replaces = statement.shape, statement.verb == "REPLACE"
    if replaces:
        shape = REPLACE.sub("INSERT", shape, count=1)
    if urgent := URGENCY.match(shape):
        shape = urgent[1] + shape[urgent.end() :]
    if ignores := UPDATE_IGNORE.match(shape):
        shape = f"UPDATE{shape[ignores.end() :]}"
    node = parse(shape)
    if isinstance(node, exp.Insert):
        return Changes(session).insertion(node, replaces=replaces)
    if isinstance(node, exp.Update):
        return replace(Changes(session).update(node), ignore=ignores is not None)
    if isinstance(node, exp.Delete):
        return Changes(session).deletion(node)
    if isinstance(node, exp.Command):
        raise unknown(statement)
    queries = Queries(session, statement.names)
    query = queries.query(node)
    return Selection(
        query.sql,
        query.columns,
        frozenset(queries.databases),
        frozenset(queries.locks),
        queries.waits,
    )
