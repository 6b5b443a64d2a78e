"""Definitions: what CREATE TABLE and ALTER TABLE say of types, columns and keys."""

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.sql.table import Column, Default, ForeignKey, Key, Stored
from netmocks.mysql.sql.values import accept
from netmocks.mysql.type import Type

#: Names that sqlglot has for types, where they are not MySQL's.
NAMES = {
    "utinyint": "tinyint",
    "usmallint": "smallint",
    "umediumint": "mediumint",
    "uint": "int",
    "ubigint": "bigint",
    "udecimal": "decimal",
    "udouble": "double",
    "timestamptz": "timestamp",
    "timestampntz": "datetime",
    "timestamp_ntz": "datetime",
    "boolean": "tinyint",
    "nchar": "char",
    "nvarchar": "varchar",
    "dec": "decimal",
    "bigdecimal": "decimal",
    "integer": "int",
    "real": "double",
    "character_set": "longtext",
}

#: Types that hold text or bytes too long for a default.
LARGE = ("tinytext", "text", "mediumtext", "longtext", "json")
LARGE_BYTES = ("tinyblob", "blob", "mediumblob", "longblob")

KNOWN = frozenset(
    (
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "bigint",
        "decimal",
        "float",
        "double",
        "year",
        "date",
        "time",
        "datetime",
        "timestamp",
        "char",
        "varchar",
        "enum",
        "set",
        "binary",
        "varbinary",
        *LARGE,
        *LARGE_BYTES,
    )
)


def type_of(node: exp.DataType) -> Type:
    """Return a type.

    Raises:
        MySQLError: 1235, it is not supported.
    """
    sqlglot_name = node.this.value.lower()
    name = NAMES.get(sqlglot_name, sqlglot_name)
    if name not in KNOWN:
        raise unsupported(f"the type {node.sql(dialect='mysql')}")
    unsigned = sqlglot_name.startswith("u")
    if name in ("enum", "set"):
        return Type(name, members=tuple(str(part.this) for part in node.expressions))
    numbers = [int(part.name) for part in node.expressions]
    if sqlglot_name == "boolean":
        return Type(name, 1)
    if name == "decimal":
        digits = numbers[0] if numbers else 10
        return Type(name, digits, numbers[1] if len(numbers) > 1 else 0, unsigned)
    if name in ("time", "datetime", "timestamp"):
        return Type(name, scale=numbers[0] if numbers else 0)
    if name in ("tinyint", "smallint", "mediumint", "int", "bigint"):
        # A display width says nothing of what is stored; but tinyint(1) is how MySQL says bool.
        length = 1 if name == "tinyint" and numbers == [1] else None
        return Type(name, length, unsigned=unsigned)
    if name in ("char", "binary") and not numbers:
        return Type(name, None)
    length = numbers[0] if numbers and name in ("char", "varchar", "binary", "varbinary") else None
    return Type(name, length, unsigned=unsigned)


def column_of(  # noqa: C901  # a case for each kind of constraint
    node: exp.ColumnDef,
) -> tuple[Column, list[Key], list[Any]]:
    """Return a column, the keys that its definition makes, and what else it says: checks, parents.

    Raises:
        MySQLError: 1235, something in it is not supported.
    """
    if node.args.get("kind") is None:
        raise mysql_error(1064, node.name, 1)
    column = Column(node.name, type_of(node.args["kind"]))
    keys: list[Key] = []
    others: list[Any] = []
    default: Any = None
    for constraint in node.args.get("constraints") or []:
        kind = constraint.kind
        match kind:
            case exp.NotNullColumnConstraint():
                column.nullable = bool(kind.args.get("allow_null"))
            case exp.PrimaryKeyColumnConstraint():
                keys.append(Key("PRIMARY", (column.name,), unique=True))
            case exp.UniqueColumnConstraint():
                keys.append(Key("", (column.name,), unique=True))
            case exp.AutoIncrementColumnConstraint() | exp.GeneratedAsIdentityColumnConstraint():
                column.auto_increment = True
            case exp.DefaultColumnConstraint():
                default = kind.this
            case exp.OnUpdateColumnConstraint():
                if not _is_now(kind.this):
                    raise unsupported(kind.sql(dialect="mysql"))
                column.on_update_now = True
            case exp.CommentColumnConstraint():
                column.comment = kind.this.name
            case exp.CollateColumnConstraint():
                _collate(column, kind.this.name)
            case exp.CharacterSetColumnConstraint():
                if kind.this.name.lower() == "binary":
                    _collate(column, "utf8mb4_bin")
            case exp.CheckColumnConstraint() | exp.Reference():
                others.append(kind)
            case _:
                raise unsupported(kind.sql(dialect="mysql"))
    if default is not None:
        column.default = _default(column, default)
    return column, keys, others


def _collate(column: Column, name: str) -> None:
    if name.lower().endswith("_bin") and column.type.family == "text":
        kind = column.type
        column.type = Type(kind.name, kind.length, kind.scale, members=kind.members, is_binary=True)


def _is_now(node: Any) -> bool:
    if isinstance(node, exp.CurrentTimestamp):
        return True
    names = ("CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP")
    return isinstance(node, exp.Anonymous) and str(node.this).upper() in names


def _default(column: Column, node: Any) -> Default | None:
    if isinstance(node, exp.Paren):
        node = node.this
    if _is_now(node):
        return Default(is_now=True)
    if isinstance(node, exp.Null):
        return None
    if column.type.name in (*LARGE, *LARGE_BYTES):
        raise mysql_error(1101, column.name)
    return Default(accept(column, constant(node)))


def constant(node: Any) -> Stored:
    """Return the value of a constant.

    Raises:
        MySQLError: 1235, it is none.
    """
    match node:
        case exp.Literal() if node.is_string:
            return str(node.this)
        case exp.Literal():
            return int(node.this) if node.this.isdecimal() else str(node.this)
        case exp.Neg():
            value = constant(node.this)
            return -value if isinstance(value, int | float) else f"-{value!s}"
        case exp.Boolean():
            return int(node.this)
        case exp.Null():
            return None
        case exp.HexString():
            return bytes.fromhex(node.this)
        case exp.Introducer():
            return constant(node.expression)
        case exp.Paren():
            return constant(node.this)
    raise unsupported(f"the default {node.sql(dialect='mysql')}")


def key_parts(nodes: Iterable[Any]) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
    """Return the columns of a key, and the prefixes that it has of them."""
    names: list[str] = []
    prefixes: list[int | None] = []
    for node in nodes:
        inner = node.this if isinstance(node, exp.Ordered) else node
        if isinstance(inner, exp.ColumnPrefix):
            names.append(inner.this.name)
            prefixes.append(int(inner.expression.name))
        elif isinstance(inner, exp.Anonymous) and len(inner.expressions) == 1:  # name(10)
            names.append(str(inner.this))
            prefixes.append(int(inner.expressions[0].name))
        elif isinstance(inner, exp.Identifier | exp.Column):
            names.append(inner.name)
            prefixes.append(None)
        else:
            raise unsupported(f"a key on {inner.sql(dialect='mysql')}")
    return tuple(names), tuple(prefixes)


def key_of(node: Any) -> Key | None:
    """Return the key that a part of a table's definition is; None if it is none.

    A key without a name gets it when it joins its table.
    """
    match node:
        case exp.PrimaryKey():
            names, prefixes = key_parts(node.expressions)
            return Key("PRIMARY", names, unique=True, prefixes=prefixes)
        case exp.UniqueColumnConstraint():
            schema = node.this
            parts = schema.expressions if isinstance(schema, exp.Schema) else [schema]
            name = schema.this.name if isinstance(schema, exp.Schema) and schema.this else ""
            names, prefixes = key_parts(parts)
            return Key(name, names, unique=True, prefixes=prefixes)
        case exp.IndexColumnConstraint():
            if node.args.get("kind"):
                raise unsupported(f"a {node.args['kind']} index")
            names, prefixes = key_parts(node.expressions)
            return Key(node.this.name if node.this else "", names, prefixes=prefixes)
    return None


def foreign_key_of(node: exp.ForeignKey, name: str) -> ForeignKey:
    """Return the foreign key that a part of a table's definition is."""
    names = tuple(part.name for part in node.expressions)
    reference = node.args["reference"]
    options = list(reference.args.get("options") or [])
    for option in ("delete", "update"):
        if node.args.get(option):
            options.append(f"ON {option.upper()} {node.args[option]}".upper())
    return parent_of(reference, name, names, options)


def parent_of(
    reference: Any, name: str, names: tuple[str, ...], options: Iterable[Any] = ()
) -> ForeignKey:
    """Return the foreign key that a REFERENCES makes."""
    schema = reference.this
    if not isinstance(schema, exp.Schema) or schema.this.db:
        raise unsupported(f"REFERENCES {schema.sql(dialect='mysql')}")
    parent_columns = tuple(part.name for part in schema.expressions)
    rules = tuple(str(option).upper() for option in options)
    for rule in rules:
        if not rule.startswith(("ON DELETE", "ON UPDATE")) or rule.endswith("SET DEFAULT"):
            raise unsupported(f"the foreign key option {rule}")
    return ForeignKey(name, names, schema.this.name, parent_columns, rules)
