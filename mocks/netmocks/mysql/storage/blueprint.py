"""Blueprint: what CREATE TABLE and ALTER TABLE make of a table's definition."""

from dataclasses import replace
from typing import Any

from sqlglot import exp

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.definitions import (
    column_of,
    constant,
    foreign_key_of,
    key_of,
    parent_of,
)
from netmocks.mysql.sql.queries import Catalogue, Queries, source_of
from netmocks.mysql.sql.scope import Expression, Scope, quoted
from netmocks.mysql.sql.table import Check, Column, Default, ForeignKey, Key, Table
from netmocks.mysql.sql.values import accept
from netmocks.mysql.storage.store import Database
from netmocks.mysql.type import NOT_NULL

#: Options of a table that change nothing here.
OPTIONS = (
    exp.EngineProperty,
    exp.CharacterSetProperty,
    exp.CollateProperty,
    exp.RowFormatProperty,
)


class Blueprint:
    """Works out what a table will be, without touching it.

    Arguments:
        database: where the table is.
        catalogue: knows the tables, for checks.
        checks_parents: whether a foreign key's parent has to exist (foreign_key_checks).
    """

    def __init__(self, database: Database, catalogue: Catalogue, checks_parents: bool) -> None:
        self._database = database
        self._catalogue = catalogue
        self._checks_parents = checks_parents

    def option(self, table: Table, option: Any) -> None:
        """Apply an option of a table.

        Raises:
            MySQLError: 1235, it would change something here.
        """
        if isinstance(option, exp.AutoIncrementProperty):
            table.next_id = int(option.this.name)
        elif isinstance(option, exp.SchemaCommentProperty):
            table.comment = option.this.name
        elif not isinstance(option, OPTIONS):
            raise unsupported(f"the table option {option.sql(dialect='mysql')}")

    def add_column(
        self, table: Table, node: exp.ColumnDef, place: int | None = None
    ) -> list[tuple[Column, Any]]:
        """Add a column; return what else its definition says, with the column."""
        column, keys, others = column_of(node)
        if column.name.lower() in table.by_name:
            raise mysql_error(1060, column.name)
        table.columns.insert(len(table.columns) if place is None else place, column)
        table.by_name[column.name.lower()] = column
        for key in keys:
            self.add_key(table, key)
        return [(column, other) for other in others]

    def add_result(self, table: Table, column: ResultColumn) -> None:
        """Add a column of a query.

        Raises:
            MySQLError: 1060, there is one of that name; 1235, its type is not known.
        """
        if column.name.lower() in table.by_name:
            raise mysql_error(1060, column.name)
        kind = column.type
        if kind.name == "null" or (kind.name == "decimal" and kind.digits == 65):
            raise unsupported(f"CREATE TABLE … SELECT of a computed column ({column.name})")
        made = Column(column.name, kind, nullable=not column.flags & NOT_NULL)
        table.columns.append(made)
        table.by_name[made.name.lower()] = made

    def add_part(self, table: Table, node: Any, column: Column | None = None) -> None:
        """Add a key or a constraint to a table."""
        name = ""
        if isinstance(node, exp.Constraint):
            name = node.this.name
            for inner in node.expressions:
                self._add_named(table, inner, name)
            return
        if isinstance(node, exp.Reference) and column is not None:
            self._add_foreign_key(table, parent_of(node, "", (column.name,)))
            return
        self._add_named(table, node, name)

    def _add_named(self, table: Table, node: Any, name: str) -> None:
        key = key_of(node)
        if key is not None:
            self.add_key(table, replace(key, name=key.name or name))
        elif isinstance(node, exp.ForeignKey):
            self._add_foreign_key(table, foreign_key_of(node, name))
        elif isinstance(node, exp.CheckColumnConstraint):
            self._add_check(table, node, name)
        else:
            raise unsupported(node.sql(dialect="mysql")[:60])

    def add_key(self, table: Table, key: Key) -> None:
        """Add a key, and name it if it has no name."""
        columns = []
        for name in key.columns:
            if name.lower() not in table.by_name:
                raise mysql_error(1072, name)
            columns.append(table.by_name[name.lower()].name)
        if key.unique and any(key.prefixes):
            raise unsupported("a unique key on a prefix of a column")
        if key.primary:
            if table.primary_key is not None:
                raise mysql_error(1068)
            for name in columns:
                table.by_name[name.lower()].nullable = False
        name = key.name or self._free_name(table, columns[0])
        if any(known.name.lower() == name.lower() for known in table.keys):
            raise mysql_error(1061, name)
        made = replace(key, name=name, columns=tuple(columns))
        table.keys.insert(0 if key.primary else len(table.keys), made)

    @staticmethod
    def _free_name(table: Table, column: str) -> str:
        taken = {key.name.lower() for key in table.keys}
        name, number = column, 1
        while name.lower() in taken:
            number += 1
            name = f"{column}_{number}"
        return name

    def _add_foreign_key(self, table: Table, key: ForeignKey) -> None:
        number = len(table.foreign_keys) + 1
        for name in key.columns:
            if name.lower() not in table.by_name:
                raise mysql_error(1072, name)
        made = replace(key, name=key.name or f"{table.name}_ibfk_{number}")
        table.foreign_keys.append(made)
        wanted = [name.lower() for name in made.columns]
        if not any([n.lower() for n in k.columns][: len(wanted)] == wanted for k in table.keys):
            index = key.name or self._free_name(table, made.columns[0])
            self.add_key(table, Key(index, made.columns))

    def _add_check(self, table: Table, node: exp.CheckColumnConstraint, name: str) -> None:
        source = source_of(self._database.name, table, table.name)
        for column in source.columns:
            plain = Expression(quoted(column.name), column.type, "column", column)
            source.instead[column.name.lower()] = plain
        scope = Scope()
        scope.clause = "check constraint"
        scope.add(source)
        sql = Queries(self._catalogue).condition(node.this, scope)
        text = node.this.sql(dialect="mysql")
        table.checks.append(Check(name or f"{table.name}_chk_{len(table.checks) + 1}", text, sql))

    def check(self, table: Table) -> None:
        """Refuse a definition that makes no sense."""
        if not table.columns:
            raise MySQLError(1113, "A table must have at least 1 column", "42000")
        autos = [column for column in table.columns if column.auto_increment]
        indexed = {key.columns[0].lower() for key in table.keys}
        if len(autos) > 1 or (autos and autos[0].name.lower() not in indexed):
            raise mysql_error(1075)
        for auto in autos:
            auto.nullable = False
        for key in table.foreign_keys:
            self._check_parent(table, key)

    def _check_parent(self, table: Table, key: ForeignKey) -> None:
        is_own = key.parent == table.name
        parent = table if is_own else self._database.tables.get(key.parent)
        if parent is None:
            if self._checks_parents:
                raise mysql_error(1824, key.parent)
            return
        if parent.key_of(key.parent_columns) is None:
            raise MySQLError(
                1822,
                "Failed to add the foreign key constraint. Missing unique key for constraint"
                f" '{key.name}' in the referenced table '{key.parent}'",
            )

    def act(  # noqa: C901  # a case for each kind of action
        self, table: Table, action: Any, sources: dict[str, str]
    ) -> None:
        """Apply one part of an ALTER TABLE to a definition."""
        match action:
            case exp.ColumnDef():
                for owner, part in self.add_column(table, action, self._place(table, action)):
                    self.add_part(table, part, owner)
            case exp.AddConstraint():
                for part in action.expressions:
                    self.add_part(table, part)
            case exp.Drop():
                self._drop_part(table, action, sources)
            case exp.DropPrimaryKey():
                self._drop_key(table, "PRIMARY")
            case exp.ModifyColumn():
                self._modify(table, action, sources)
            case exp.RenameColumn():
                self._rename_column(table, action.this.name, action.args["to"].name, sources)
            case exp.RenameIndex():
                self._rename_index(table, action.this.name, action.args["to"].name)
            case exp.AlterColumn() if action.args.get("default") is not None:
                column = table.column(action.this.name)
                column.default = Default(accept(column, constant(action.args["default"])))
            case exp.AlterColumn() if action.args.get("drop"):
                table.column(action.this.name).default = None
            case _:
                raise unsupported(f"ALTER TABLE … {action.sql(dialect='mysql')[:60]}")

    def _place(self, table: Table, node: exp.ColumnDef) -> int | None:
        position = node.args.get("position")
        if position is None:
            return None
        if position.this is None:
            return 0
        return table.columns.index(table.column(position.this.name)) + 1

    def _drop_part(self, table: Table, action: exp.Drop, sources: dict[str, str]) -> None:
        tables = action.args.get("tables") or [action.this]
        for part in tables:
            kind, name = str(action.args["kind"]).upper(), part.name
            if kind == "COLUMN":
                if name.lower() not in table.by_name:
                    raise mysql_error(1091, name)
                self._drop_column(table, table.by_name[name.lower()], sources)
            elif kind in ("INDEX", "KEY"):
                self._drop_key(table, name)
            elif kind == "FOREIGN KEY":
                self.drop_from(table.foreign_keys, name)
            elif kind in ("CHECK", "CONSTRAINT"):
                for parts in (table.checks, table.foreign_keys, table.keys):
                    if any(known.name.lower() == name.lower() for known in parts):
                        self.drop_from(parts, name)
                        break
                else:
                    raise mysql_error(1091, name)
            else:
                raise unsupported(f"ALTER TABLE … DROP {kind}")

    def _drop_key(self, table: Table, name: str) -> None:
        self.drop_from(table.keys, name)

    @staticmethod
    def drop_from(parts: list[Any], name: str) -> None:
        """Drop a key or a constraint by its name, in any case."""
        for part in parts:
            if part.name.lower() == name.lower():
                parts.remove(part)
                return
        raise mysql_error(1091, name)

    @staticmethod
    def _drop_column(table: Table, column: Column, sources: dict[str, str]) -> None:
        name = column.name.lower()
        for foreign in table.foreign_keys:
            if name in (part.lower() for part in foreign.columns):
                text = (
                    f"Cannot drop column '{column.name}': needed in a foreign key constraint"
                    f" '{foreign.name}'"
                )
                raise MySQLError(1828, text)
        table.columns.remove(column)
        del table.by_name[name]
        sources.pop(column.name, None)
        kept = []
        for key in table.keys:
            columns = tuple(part for part in key.columns if part.lower() != name)
            if columns:
                kept.append(replace(key, columns=columns) if columns != key.columns else key)
        table.keys[:] = kept

    def _modify(self, table: Table, action: exp.ModifyColumn, sources: dict[str, str]) -> None:
        definition = action.this
        old_name = (
            action.args["rename_from"].name if action.args.get("rename_from") else definition.name
        )
        old = table.column(old_name)
        column, keys, others = column_of(definition)
        if others:
            raise unsupported("constraints in MODIFY and CHANGE")
        source = sources.pop(old.name, None)
        if column.name.lower() != old.name.lower():
            self._rename_everywhere(table, old.name, column.name)
        place = table.columns.index(old)
        table.columns[place] = column
        position = self._place(table, definition)
        if position is not None:
            table.columns.remove(column)
            table.columns.insert(position - (position > place), column)
        table.by_name = {known.name.lower(): known for known in table.columns}
        if source is not None:
            sources[column.name] = source
        if table.primary_key is not None and column.name in table.primary_key.columns:
            column.nullable = False
        for key in keys:
            self.add_key(table, key)

    def _rename_column(self, table: Table, old: str, new: str, sources: dict[str, str]) -> None:
        column = table.column(old)
        if new.lower() in table.by_name and new.lower() != old.lower():
            raise mysql_error(1060, new)
        self._rename_everywhere(table, column.name, new)
        sources[new] = sources.pop(column.name)
        column.name = new
        table.by_name = {known.name.lower(): known for known in table.columns}

    @staticmethod
    def _rename_everywhere(table: Table, old: str, new: str) -> None:
        if table.checks:
            raise unsupported("renaming a column of a table with CHECK constraints")

        def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if name.lower() == old.lower() else name for name in names)

        table.keys[:] = [replace(key, columns=renamed(key.columns)) for key in table.keys]
        table.foreign_keys[:] = [
            replace(key, columns=renamed(key.columns)) for key in table.foreign_keys
        ]

    def _rename_index(self, table: Table, old: str, new: str) -> None:
        for place, key in enumerate(table.keys):
            if key.name.lower() == old.lower():
                table.keys[place] = replace(key, name=new)
                return
        raise mysql_error(1176, old, table.name)
