"""Grouping: whether a SELECT asks of a group what only its rows have (ONLY_FULL_GROUP_BY).

SQLite would give the value of any row. What MySQL can derive from keys, joins and conditions is
left to pass: only what it surely refuses is refused.
"""

import re
from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from netmocks.mysql.error import MySQLError
from netmocks.mysql.sql.aggregates import AGGREGATES
from netmocks.mysql.sql.scope import Source
from netmocks.mysql.type import PRIMARY

#: What stands for a lifted literal.
PLACE = re.compile(r":[a-z]\d+")

MODE = "ONLY_FULL_GROUP_BY"


def check(node: exp.Select, source: Source) -> None:
    """Refuse a SELECT from one table that mixes groups with rows.

    Raises:
        MySQLError: 1055, a column is not in GROUP BY; 1140, there is no GROUP BY.
    """
    group = node.args.get("group")
    if group is None and not any(_aggregates(part) for part in node.expressions):
        return
    keys = group.expressions if group is not None else []
    if any(isinstance(key, exp.Literal) for key in keys):
        return
    names = {key.name.lower() for key in keys if isinstance(key, exp.Column)}
    primary = {column.name.lower() for column in source.columns if column.flags & PRIMARY}
    if primary and primary <= names:
        return
    texts = {_shape(key) for key in keys}
    where = node.args.get("where")
    fixed = {column.name.lower() for column in where.find_all(exp.Column)} if where else set()
    for place, part in enumerate(node.expressions, start=1):
        bare = part.this if isinstance(part, exp.Alias) else part
        if part.alias.lower() in names or _shape(bare) in texts:
            continue
        for column in _of_rows(bare):
            if column.name.lower() not in names | fixed and source.find(column.name) is not None:
                raise _refusal(place, column.name, source, has_group=group is not None)


def _shape(node: Any) -> str:
    """Return an expression's text; lifted literals, which have numbers, are all alike."""
    return PLACE.sub(":", node.sql())


def _refusal(place: int, name: str, source: Source, *, has_group: bool) -> MySQLError:
    first = source.columns[0]
    column = ".".join(part for part in (first.database, source.name, name) if part)
    if has_group:
        text = (
            f"Expression #{place} of SELECT list is not in GROUP BY clause and contains"
            f" nonaggregated column '{column}' which is not functionally dependent on columns in"
            f" GROUP BY clause; this is incompatible with sql_mode={MODE.lower()}"
        )
        return MySQLError(1055, text, "42000")
    text = (
        f"In aggregated query without GROUP BY, expression #{place} of SELECT list contains"
        f" nonaggregated column '{column}'; this is incompatible with sql_mode={MODE.lower()}"
    )
    return MySQLError(1140, text, "42000")


def _is_aggregate(node: Any) -> bool:
    if isinstance(node, exp.GroupConcat):
        return True
    return isinstance(node, exp.Anonymous) and str(node.this).upper() in AGGREGATES


def _aggregates(node: Any) -> bool:
    """Whether an expression has an aggregate, other than that of a window or a subquery."""
    if isinstance(node, exp.Window | exp.Subquery | exp.Exists):
        return False
    return _is_aggregate(node) or any(_aggregates(child) for child in node.iter_expressions())


def _of_rows(node: Any) -> Iterator[exp.Column]:
    """Return the columns of an expression that are not within an aggregate."""
    if isinstance(node, exp.Column):
        yield node
    elif not _is_aggregate(node) and not isinstance(node, exp.Subquery | exp.Exists):
        calls_any_value = isinstance(node, exp.Anonymous) and node.name.upper() == "ANY_VALUE"
        if not calls_any_value:
            for child in node.iter_expressions():
                yield from _of_rows(child)
