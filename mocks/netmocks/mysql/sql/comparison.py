"""Comparison: how values of two types are compared, which SQLite would do otherwise."""

from netmocks.mysql.sql.scope import Expression
from netmocks.mysql.type import Type

NUMBERS = ("integer", "real")


def compared(operator: str, left: Expression, right: Expression) -> str:
    """Return SQLite's SQL for a comparison.

    Arguments:
        operator: SQLite's, such as "=" or "IS".
        left, right: what is compared.
    """
    one, other, collation = _aligned(left, right)
    suffix = f" COLLATE {collation}" if collation else ""
    return f"({one} {operator} {other}{suffix})"


def is_plain(left: Expression, right: Expression) -> bool:
    """Whether SQLite compares them as MySQL does, without further ado."""
    return _aligned(left, right) == (left.sql, right.sql, "")


def _aligned(left: Expression, right: Expression) -> tuple[str, str, str]:
    one, other = left.type.family, right.type.family
    if "temporal" in (one, other):
        return _moments(left, right)
    if "bytes" in (one, other):
        return _as_bytes(left), _as_bytes(right), ""
    if "decimal" in (one, other):
        return _decimals(left, right)
    if one in NUMBERS and other == "text":
        return left.sql, f"my_number({right.sql})", ""
    if one == "text" and other in NUMBERS:
        return f"my_number({left.sql})", right.sql, ""
    if "text" in (one, other):
        return left.sql, right.sql, _collation(left, right)
    return left.sql, right.sql, ""


def _collation(left: Expression, right: Expression) -> str:
    """Return the collation to name; "" where the column's own is the right one."""
    columns = [side for side in (left, right) if side.origin == "column"]
    if len(columns) == 1 and columns[0].type.family == "text":
        return ""
    binary = any(side.type.is_binary or side.type.name == "json" for side in (left, right))
    return "BINARY" if binary else "mysql_text"


def _as_bytes(side: Expression) -> str:
    return side.sql if side.type.family == "bytes" else f"CAST({side.sql} AS BLOB)"


def _moments(left: Expression, right: Expression) -> tuple[str, str, str]:
    kinds = (left.type, right.type)
    # TIMEs can be negative, and longer than a day: their texts do not sort.
    collation = "mysql_time" if any(kind.name == "time" for kind in kinds) else ""
    if kinds[0] == kinds[1]:
        return left.sql, right.sql, collation
    if all(kind.family == "temporal" for kind in kinds):
        name = "time" if collation else "datetime"
        return _converted(left, name, 6), _converted(right, name, 6), collation
    return _beside(left, right), _beside(right, left), collation


def _beside(side: Expression, other: Expression) -> str:
    """Return one side, made a moment as the other writes it, unless it is the moment."""
    if side.type.family == "temporal":
        return side.sql
    return _converted(side, other.type.name, other.type.scale)


def _converted(side: Expression, name: str, scale: int) -> str:
    if side.type == Type(name, scale=scale):
        return side.sql
    return f"my_moment({side.sql}, '{name}', {scale})"


def _decimals(left: Expression, right: Expression) -> tuple[str, str, str]:
    """Decimals are kept as text, which a column's affinity and collation compare exactly."""
    sides = (left, right)
    others = [side for side in sides if side.type.family != "decimal"]
    if any(side.origin == "column" and side.type.family == "decimal" for side in sides) and all(
        side.origin != "computed" and side.type.family != "text" for side in others
    ):
        return left.sql, right.sql, ""
    return f"my_number({left.sql})", f"my_number({right.sql})", ""
