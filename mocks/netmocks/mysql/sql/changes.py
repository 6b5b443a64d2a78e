"""Changes: INSERT, REPLACE, UPDATE and DELETE, as plans."""

from typing import Any

from sqlglot import exp

from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.sql.expressions import NEW_ROW
from netmocks.mysql.sql.plans import Assignment, Cell, Deletion, Duplicate, Insertion, Update
from netmocks.mysql.sql.queries import Catalogue, Queries, source_of
from netmocks.mysql.sql.scope import Expression, Scope, Source, quoted
from netmocks.mysql.sql.table import Column, Table

#: SQLite's own name of a row's id.
ROW_ID = "_rowid_"


class Changes:
    """Plans the changes of one statement."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._queries = Queries(catalogue)

    def _table(self, node: Any) -> tuple[str, Table]:
        if not isinstance(node, exp.Table):
            raise unsupported(node.sql(dialect="mysql")[:60])
        if node.args.get("partition"):
            raise unsupported("PARTITION")
        return self._catalogue.table(node.db, node.name)

    # -- insert -------------------------------------------------------------------------------

    def insertion(self, node: exp.Insert, *, replaces: bool) -> Insertion:
        """Plan an INSERT, or a REPLACE."""
        if node.args.get("returning"):
            raise unsupported("RETURNING, which MySQL does not know either")
        target = node.this
        named = target.expressions if isinstance(target, exp.Schema) else []
        database, table = self._table(target.this if isinstance(target, exp.Schema) else target)
        columns = [table.column(part.name) for part in named] or table.columns
        rows: list[list[Cell]] = []
        query = ""
        values = node.expression
        if isinstance(values, exp.Values):
            rows = [
                self._row(row, columns, number) for number, row in enumerate(values.expressions, 1)
            ]
        elif values is not None:
            found = self._queries.query(values)
            if len(found.columns) != len(columns):
                raise mysql_error(1136, 1)
            query = found.sql
        else:
            raise mysql_error(1064, node.sql(dialect="mysql")[-40:], 1)
        if rows and all(not row for row in rows):
            columns = []  # INSERT INTO t () VALUES ()
        plan = Insertion(database, table, columns, rows, query, frozenset())
        if replaces:
            plan.mode = "replace"
        elif node.args.get("ignore"):
            plan.mode = "ignore"
        conflict = node.args.get("conflict")
        if conflict is not None:
            alias = values.alias if isinstance(values, exp.Values) else ""
            plan.duplicate = self._duplicate(conflict, database, table, alias)
        plan.databases = frozenset(self._queries.databases)
        return plan

    def _row(self, row: Any, columns: list[Column], number: int) -> list[Cell]:
        parts = row.expressions if isinstance(row, exp.Tuple) else [row]
        if parts and len(parts) != len(columns):
            raise mysql_error(1136, number)
        return [self._cell(part) for part in parts]

    def _cell(self, node: Any) -> Cell:
        if isinstance(node, exp.Placeholder):
            return Cell("value", place=int(node.name[1:]))
        if isinstance(node, exp.Var | exp.Column) and node.name.upper() == "DEFAULT":
            return Cell("default")
        return Cell("sql", sql=self._queries.expressions.sql(node, Scope()))

    def _duplicate(
        self, conflict: exp.OnConflict, database: str, table: Table, alias: str
    ) -> Duplicate:
        scope = Scope()
        # The parameters: the new row, the id of the row that is there, then the literals.
        values = {
            column.name.lower(): Expression(f":v{place}", column.type, "column")
            for place, column in enumerate(table.columns, start=1)
        }
        old = source_of(database, table, table.name)
        scope.add(old)
        scope.add(Source(alias or NEW_ROW, old.columns, instead=values))
        for column in old.columns:  # a bare name is the row that is there
            scope.sources[1].merged.add(column.name.lower())
        self._queries.expressions.offset = len(table.columns) + 1
        resolving = _Resolving(scope, values, alias)
        assignments = self._assignments(conflict.expressions, table, old, resolving)
        self._queries.expressions.offset = 0
        chosen = ", ".join([quoted(table.name) + "." + ROW_ID, *(a.sql for a in assignments)])
        return Duplicate(
            f"SELECT {chosen} FROM {quoted(database)}.{quoted(table.name)}"
            f" WHERE {ROW_ID} = :v{len(table.columns) + 1}",
            assignments,
        )

    def _assignments(
        self, nodes: list[Any], table: Table, source: Source, scope: Scope
    ) -> list[Assignment]:
        found: list[Assignment] = []
        for node in nodes:
            if not isinstance(node, exp.EQ) or not isinstance(node.this, exp.Column):
                raise unsupported(node.sql(dialect="mysql")[:60])
            column = table.column(node.this.name)
            right = node.expression
            if isinstance(right, exp.Var | exp.Column) and right.name.upper() == "DEFAULT":
                found.append(Assignment(column, "NULL", is_default=True))
                continue
            value = self._queries.expressions.translate(right, scope)
            found.append(Assignment(column, value.sql))
            # What follows sees the new value already.
            source.instead[column.name.lower()] = Expression(f"({value.sql})", column.type)
        return found

    # -- update -------------------------------------------------------------------------------

    def update(self, node: exp.Update) -> Update:
        """Plan an UPDATE."""
        scope = Scope()
        source = self._queries.table(node.this, scope)
        for join in node.this.args.get("joins") or []:
            source += self._queries.join(join, scope)
        if node.args.get("from_") or node.args.get("from") or node.args.get("with_"):
            raise unsupported("UPDATE … FROM and WITH … UPDATE")
        target = self._target(node, scope)
        database, table = self._catalogue.table(
            target.columns[0].database, target.columns[0].original_table
        )
        where = ""
        if node.args.get("where"):
            scope.clause = "where clause"
            where = f" WHERE {self._queries.condition(node.args['where'].this, scope)}"
        tail = self._tail(node, scope)
        scope.clause = "field list"
        assignments = self._assignments(node.expressions, table, target, scope)
        row_id = f"{quoted(target.name)}.{ROW_ID}"
        chosen = ", ".join([row_id, *(assignment.sql for assignment in assignments)])
        # A row that a join finds several times is updated once.
        grouped = f" GROUP BY {row_id}" if len(scope.sources) > 1 else ""
        return Update(
            database,
            table,
            f"SELECT {chosen} FROM {source}{where}{grouped}{tail}",
            assignments,
            frozenset(self._queries.databases),
        )

    @staticmethod
    def _target(node: exp.Update, scope: Scope) -> Source:
        """Return the source whose columns an UPDATE sets."""
        found: set[str] = set()
        for assignment in node.expressions:
            column = assignment.this
            origin = scope.resolve(column.name, column.table).column
            assert origin is not None
            found.add(origin.table)
        if len(found) != 1:
            raise unsupported("an UPDATE of several tables")
        [name] = found
        return next(source for source in scope.sources if source.name == name)

    def _tail(self, node: Any, scope: Scope) -> str:
        sql = ""
        if node.args.get("order"):
            scope.clause = "order clause"
            sql += f" {self._queries.order(node.args['order'], scope)}"
        return sql + self._queries.limit(node, scope)

    # -- delete -------------------------------------------------------------------------------

    def deletion(self, node: exp.Delete) -> Deletion:
        """Plan a DELETE."""
        for part in ("with_", "returning", "cluster"):
            if node.args.get(part):
                raise unsupported(f"{part.strip('_').upper()} in a DELETE")
        scope = Scope()
        joined = node.this
        names = [table.name for table in node.args.get("tables") or []]
        if node.args.get("using"):  # DELETE FROM a USING b is DELETE a FROM b
            names = [joined.name]
            if len(node.args["using"]) != 1:
                raise unsupported("DELETE … USING with tables behind commas: write JOIN")
            [joined] = node.args["using"]
        source = self._queries.table(joined, scope)
        joins = joined.args.get("joins") or []
        for join in joins:
            source += self._queries.join(join, scope)
        where = ""
        if node.args.get("where"):
            scope.clause = "where clause"
            where = f" WHERE {self._queries.condition(node.args['where'].this, scope)}"
        tail = self._tail(node, scope)
        sources = [s for s in scope.sources if not names or s.name in names]
        if names and len(sources) != len(set(names)):
            raise mysql_error(1051, names[0])
        targets = [
            self._catalogue.table(s.columns[0].database, s.columns[0].original_table)
            for s in sources
        ]
        databases = frozenset(self._queries.databases)
        if not joins and not tail:
            return Deletion(targets, f"DELETE FROM {source}{where}", True, databases)
        ids = ", ".join(f"{quoted(s.name)}.{ROW_ID}" for s in sources)
        return Deletion(targets, f"SELECT {ids} FROM {source}{where}{tail}", False, databases)


class _Resolving(Scope):
    """The scope of ON DUPLICATE KEY UPDATE: bare names are the old row, VALUES() the new one."""

    def __init__(self, scope: Scope, values: dict[str, Expression], alias: str) -> None:
        super().__init__()
        self.sources = scope.sources
        self._values = values
        self._new = {NEW_ROW, alias.lower()} - {""}

    def resolve(self, name: str, table: str = "") -> Expression:
        if table.lower() in self._new:
            found = self._values.get(name.lower())
            if found is None:
                raise mysql_error(1054, f"{table}.{name}", self.clause)
            return found
        return super().resolve(name, table)
