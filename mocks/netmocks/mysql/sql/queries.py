"""Queries: SELECT and its kin as SQLite's, with the columns of their answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from sqlglot import exp

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.sql import grouping
from netmocks.mysql.sql.comparison import compared
from netmocks.mysql.sql.expressions import Expressions
from netmocks.mysql.sql.functions.function import widest
from netmocks.mysql.sql.scope import Expression, Scope, Source, quoted
from netmocks.mysql.sql.table import Table

#: What a SELECT may have; anything else is refused by name.
PARTS = frozenset(
    (
        "with_",
        "with",
        "expressions",
        "distinct",
        "from_",
        "from",
        "joins",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "locks",
        "operation_modifiers",
    )
)

#: Set operations.
OPERATIONS: dict[type[exp.Expression], str] = {
    exp.Union: "UNION",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
}

MODIFIERS = frozenset(("SQL_NO_CACHE", "STRAIGHT_JOIN", "HIGH_PRIORITY", "SQL_SMALL_RESULT"))


class Query(NamedTuple):
    """A translated query."""

    sql: str
    columns: list[ResultColumn]


class Catalogue(Protocol):
    """What a translation asks of the session that it is for."""

    def table(self, database: str, name: str) -> tuple[str, Table]:
        """Return a table, and the database that it is in; "" is the current one.

        Raises:
            MySQLError: 1046, 1049 or 1146.
        """

    def variable(self, name: str, kind: str) -> int | str:
        """Return a system variable.

        Raises:
            MySQLError: 1193.
        """


class Queries:
    """Translates the queries of one statement.

    Arguments:
        catalogue: knows the tables.
        names: what a client sees where the columns of the outermost SELECT have no names.
    """

    def __init__(self, catalogue: Catalogue, names: Sequence[str] = ()) -> None:
        self._catalogue = catalogue
        self._names = names
        self.expressions = Expressions(self)
        self.variable: Callable[[str, str], int | str] = catalogue.variable
        #: the databases whose tables it reads
        self.databases: set[str] = set()
        #: the databases that it locks, and whether it waits for them
        self.locks: set[str] = set()
        self.waits = True
        self._common: list[dict[str, Source]] = []

    def query(self, node: Any, outer: Scope | None = None) -> Query:
        """Translate a query.

        Raises:
            MySQLError: something is not supported, or does not exist.
        """
        names, self._names = self._names, ()
        if isinstance(node, exp.Subquery):
            if any(node.args.get(part) for part in ("joins", "order", "limit", "offset")):
                raise unsupported("ORDER BY or LIMIT behind a SELECT in parentheses")
            self._names = names
            return self.query(node.this, outer)
        with self._with(node, outer) as prefix:
            if isinstance(node, exp.Select):
                found = self._select(node, outer, names)
            elif type(node) in OPERATIONS:
                found = self._operation(node, outer, names)
            else:
                raise unsupported(node.sql(dialect="mysql")[:60])
        return found._replace(sql=prefix + found.sql)

    def inner(self, node: Any, scope: Scope) -> Query:
        """Translate a query inside another one."""
        return self.query(node, scope)

    @contextmanager
    def _with(self, node: Any, outer: Scope | None) -> Iterator[str]:
        """Translate the common table expressions of a query; yield what stands before it."""
        clause = node.args.get("with_") or node.args.get("with")
        if clause is None:
            yield ""
            return
        known: dict[str, Source] = {}
        self._common.append(known)
        parts = []
        for common in clause.expressions:
            name = common.alias
            wanted = [column.name for column in common.args["alias"].args.get("columns") or []]
            body = common.this
            if clause.args.get("recursive") and isinstance(body, exp.Union):
                first = self.query(body.this, outer)
                known[name.lower()] = _renamed(name, first.columns, wanted)
            query = self.query(body, outer)
            known[name.lower()] = _renamed(name, query.columns, wanted)
            columns = ", ".join(quoted(column.name) for column in known[name.lower()].columns)
            parts.append(f"{quoted(name)} ({columns}) AS ({query.sql})")
        try:
            recursive = "RECURSIVE " if clause.args.get("recursive") else ""
            yield f"WITH {recursive}{', '.join(parts)} "
        finally:
            self._common.pop()

    def _operation(self, node: Any, outer: Scope | None, names: Sequence[str]) -> Query:
        self._names = names
        left = self.query(node.this, outer)
        self._names = ()
        right = self.query(node.expression, outer)
        if len(left.columns) != len(right.columns):
            raise mysql_error(1222)
        every = "" if node.args.get("distinct") else " ALL"
        sql = f"{_operand(node.this, left)} {OPERATIONS[type(node)]}{every}"
        sql += f" {_operand(node.expression, right)}"
        columns = [
            ResultColumn(one.name, widest([one.type, other.type]))
            for one, other in zip(left.columns, right.columns, strict=True)
        ]
        scope = Scope(outer)
        scope.clause, scope.sees_aliases = "order clause", True
        for column in columns:
            scope.aliases[column.name.lower()] = Expression(quoted(column.name), column.type)
        return Query(sql + self._tail(node, scope), columns)

    def _select(self, node: exp.Select, outer: Scope | None, names: Sequence[str]) -> Query:
        self._check(node)
        scope = Scope(outer)
        source = self._from(node, scope)
        chosen = self._chosen(node, scope, names)
        if len(scope.sources) == 1 and grouping.MODE in str(self.variable("sql_mode", "")):
            grouping.check(node, scope.sources[0])
        where = ""
        if node.args.get("where"):
            scope.clause = "where clause"
            where = f" WHERE {self.condition(node.args['where'].this, scope)}"
        for expression, column in chosen:
            if expression.origin != "column" or column.name != expression.column_name():
                scope.aliases.setdefault(
                    column.name.lower(), expression.expression._replace(origin="computed")
                )
        scope.sees_aliases = True
        distinct = "DISTINCT " if node.args.get("distinct") else ""
        columns = ", ".join(
            f"{expression.expression.sql} AS {quoted(column.name)}" for expression, column in chosen
        )
        sql = f"SELECT {distinct}{columns}{source}{where}{self._grouped(node, scope)}"
        return Query(sql + self._tail(node, scope), [column for _, column in chosen])

    def _check(self, node: exp.Select) -> None:
        for part, value in node.args.items():
            if value and part not in PARTS:
                raise unsupported(f"{part.strip('_').upper()} in a SELECT")
        for modifier in node.args.get("operation_modifiers") or []:
            if modifier.name.upper() not in MODIFIERS:
                raise unsupported(modifier.name.upper())
        for lock in node.args.get("locks") or []:
            if lock.args.get("wait") is False:
                raise unsupported("SKIP LOCKED")

    def _grouped(self, node: exp.Select, scope: Scope) -> str:
        sql = ""
        group = node.args.get("group")
        if group is not None:
            scope.clause = "group statement"
            extra = [part for part, value in group.args.items() if value and part != "expressions"]
            if extra:
                raise unsupported(f"GROUP BY … WITH {extra[0].upper()}")
            sql += f" GROUP BY {', '.join(self._key(part, scope) for part in group.expressions)}"
        if node.args.get("having"):
            scope.clause = "having clause"
            sql += f" HAVING {self.condition(node.args['having'].this, scope)}"
        return sql

    def _key(self, node: Any, scope: Scope) -> str:
        key = self.expressions.translate(node, scope)
        collation = key.type.collation
        return (
            f"{key.sql} COLLATE {collation}" if collation and key.origin == "computed" else key.sql
        )

    def _tail(self, node: Any, scope: Scope) -> str:
        """Return ORDER BY, LIMIT and OFFSET."""
        sql = ""
        if node.args.get("order"):
            scope.clause = "order clause"
            sql += f" {self.order(node.args['order'], scope)}"
        return sql + self.limit(node, scope)

    def limit(self, node: Any, scope: Scope) -> str:
        """Return the LIMIT and OFFSET of a statement."""
        sql = ""
        if node.args.get("limit"):
            sql += f" LIMIT {self._count(node.args['limit'].expression, scope)}"
        if node.args.get("offset"):
            sql += f" OFFSET {self._count(node.args['offset'].expression, scope)}"
        return sql

    def _count(self, node: Any, scope: Scope) -> str:
        found = self.expressions.translate(node, scope)
        # 18446744073709551615 is how one says "all the rest", and more than SQLite can count.
        return "-1" if found.type.family == "decimal" else found.sql

    def order(self, node: exp.Order, scope: Scope) -> str:
        """Return an ORDER BY."""
        keys = []
        for part in node.expressions:
            key = self.expressions.translate(part.this, scope)
            sql, collation = key.sql, key.type.collation
            if key.type.name == "enum" and not isinstance(part.this, exp.Literal):
                members = ", ".join("'" + m.replace("'", "''") + "'" for m in key.type.members)
                sql, collation = f"my_field({sql}, {members})", ""
            if collation and key.origin == "computed":
                sql += f" COLLATE {collation}"
            keys.append(sql + (" DESC" if part.args.get("desc") else ""))
        return f"ORDER BY {', '.join(keys)}"

    def condition(self, node: Any, scope: Scope) -> str:
        """Return a condition: WHERE, ON, HAVING."""
        found = self.expressions.translate(node, scope)
        is_number = found.type.family in ("integer", "real")
        return found.sql if is_number else f"my_number({found.sql})"

    # -- what is chosen -----------------------------------------------------------------------

    def _chosen(
        self, node: exp.Select, scope: Scope, names: Sequence[str]
    ) -> "list[tuple[_Chosen, ResultColumn]]":
        chosen: list[tuple[_Chosen, ResultColumn]] = []
        for place, part in enumerate(node.expressions):
            if isinstance(part, exp.Star):
                chosen += [_of_column(found) for found in scope.star()]
            elif isinstance(part, exp.Column) and isinstance(part.this, exp.Star):
                chosen += [_of_column(found) for found in scope.star(part.table)]
            else:
                name = names[place] if place < len(names) else part.sql(dialect="mysql")
                chosen.append(self._one(part, scope, name))
        if not chosen:
            raise mysql_error(1064, "", 1)
        return chosen

    def _one(self, part: Any, scope: Scope, name: str) -> "tuple[_Chosen, ResultColumn]":
        alias = part.alias if isinstance(part, exp.Alias) else ""
        found = self.expressions.translate(part.this if alias else part, scope)
        if found.column is not None:
            return _Chosen(found), found.column._replace(name=alias or found.column.name)
        return _Chosen(found), ResultColumn(alias or name, found.type)

    # -- where it comes from ------------------------------------------------------------------

    def _from(self, node: exp.Select, scope: Scope) -> str:
        clause = node.args.get("from_") or node.args.get("from")
        locks = node.args.get("locks") or []
        if clause is None:
            return ""
        if isinstance(clause.this, exp.Table) and clause.this.name.upper() == "DUAL":
            return ""
        before = set(self.databases)
        sql = f" FROM {self._joined(clause.this, scope)}"
        for join in node.args.get("joins") or []:
            sql += self.join(join, scope)
        if locks:
            self.locks |= self.databases if not before else self.databases - before
            self.waits = not any(lock.args.get("wait") is True for lock in locks)
        return sql

    def _joined(self, node: Any, scope: Scope) -> str:
        """Return a table of FROM, with the joins that hang on it."""
        sql = self._source(node, scope)
        for join in node.args.get("joins") or []:
            sql += self.join(join, scope)
        return sql

    def _source(self, node: Any, scope: Scope) -> str:
        if isinstance(node, exp.Subquery):
            if not node.alias:
                raise mysql_error(1064, ")", 1)
            query = self.query(node.this, scope.outer)
            wanted = [column.name for column in node.args["alias"].args.get("columns") or []]
            source = _renamed(node.alias, query.columns, wanted)
            scope.add(source)
            sql = query.sql
            if wanted:
                raise unsupported("names for the columns of a derived table")
            return f"({sql}) AS {quoted(node.alias)}"
        if not isinstance(node, exp.Table):
            raise unsupported(node.sql(dialect="mysql")[:60])
        if node.args.get("partition") or node.args.get("version") or node.args.get("pivots"):
            raise unsupported(node.sql(dialect="mysql")[:60])
        return self.table(node, scope)

    def table(self, node: exp.Table, scope: Scope) -> str:
        """Return a table by its name, and add it to the scope."""
        alias = node.alias or node.name
        if not node.db:
            for known in reversed(self._common):
                common = known.get(node.name.lower())
                if common is not None:
                    scope.add(Source(alias, [c._replace(table=alias) for c in common.columns]))
                    return f"{quoted(node.name)} AS {quoted(alias)}"
        database, table = self._catalogue.table(node.db, node.name)
        self.databases.add(database)
        scope.add(source_of(database, table, alias))
        return f"{quoted(database)}.{quoted(table.name)} AS {quoted(alias)}"

    def join(self, node: exp.Join, scope: Scope) -> str:
        """Return a JOIN, and add its table to the scope."""
        side = (node.args.get("side") or "").upper()
        if side not in ("", "LEFT", "RIGHT"):
            raise unsupported(f"{side} JOIN")
        method = (node.args.get("method") or "").upper()
        earlier = list(scope.sources)
        source = self._joined(node.this, scope)
        new = scope.sources[len(earlier) :]
        clause, scope.clause = scope.clause, "on clause"
        condition = ""
        if node.args.get("on"):
            condition = f" ON {self.condition(node.args['on'], scope)}"
        using = [part.name for part in node.args.get("using") or []]
        if method == "NATURAL":
            using = [c.name for c in new[0].columns if any(old.find(c.name) for old in earlier)]
        if using:
            condition = f" ON {self._using(using, earlier, new[0])}"
        scope.clause = clause
        kind = f" {side} JOIN " if side else " JOIN "
        return f"{kind}{source}{condition}"

    @staticmethod
    def _using(names: Sequence[str], earlier: Sequence[Source], new: Source) -> str:
        conditions = []
        for name in names:
            old = next((source for source in earlier if source.find(name) is not None), None)
            one, other = old.find(name) if old else None, new.find(name)
            if old is None or one is None or other is None:
                raise mysql_error(1054, name, "from clause")
            conditions.append(compared("=", old.expression(one), new.expression(other)))
            new.merged.add(name.lower())
        return " AND ".join(conditions)


class _Chosen(NamedTuple):
    """A column of a SELECT, before it is named."""

    expression: Expression

    @property
    def origin(self) -> str:
        """See `Expression`."""
        return self.expression.origin

    def column_name(self) -> str:
        """The name that it has by itself."""
        return self.expression.column.name if self.expression.column else ""


def _of_column(found: Expression) -> tuple[_Chosen, ResultColumn]:
    assert found.column is not None
    return _Chosen(found), found.column


def _renamed(name: str, columns: Sequence[ResultColumn], wanted: Sequence[str]) -> Source:
    names = list(wanted) or [column.name for column in columns]
    if len(names) != len(columns):
        raise mysql_error(1222)
    return Source(
        name,
        [
            ResultColumn(chosen, column.type, table=name, flags=column.flags)
            for chosen, column in zip(names, columns, strict=True)
        ],
    )


def source_of(database: str, table: Table, alias: str) -> Source:
    """Return a table as a source."""
    return Source(
        alias,
        [
            ResultColumn(
                column.name,
                column.type,
                database,
                alias,
                table.name,
                column.name,
                table.flags(column),
            )
            for column in table.columns
        ],
    )


def _operand(node: Any, query: Query) -> str:
    """Return one side of a set operation; SQLite takes no parentheses there."""
    if node.args.get("limit") or node.args.get("order") or type(node) in OPERATIONS:
        return f"SELECT * FROM ({query.sql})"
    if isinstance(node, exp.Subquery):
        return f"SELECT * FROM ({query.sql})"
    return query.sql
