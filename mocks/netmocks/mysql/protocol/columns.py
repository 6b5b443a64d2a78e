"""Columns: what is said of an answer's columns (Protocol::ColumnDefinition41)."""

from functools import lru_cache

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.protocol.fields import encoded_string, integer

#: Bytes of the fields of fixed length.
FIXED = 0x0C


@lru_cache(maxsize=1024)
def definition(column: ResultColumn) -> bytes:
    """Return the packet that describes a column."""
    kind = column.type
    names = (
        "def",
        column.database,
        column.table,
        column.original_table,
        column.name,
        column.original_name,
    )
    return b"".join(
        (
            *(encoded_string(name.encode("utf-8", "surrogateescape")) for name in names),
            integer(FIXED, 1),
            integer(kind.charset, 2),
            integer(kind.width, 4),
            integer(kind.kind.code, 1),
            integer(kind.flags | column.flags, 2),
            integer(kind.decimals, 1),
            bytes(2),
        )
    )
