"""Type: a column's type as MySQL knows it, what SQLite keeps it as, and how it goes on the wire."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Family = Literal["integer", "decimal", "real", "text", "bytes", "temporal", "null"]

#: Digits of an integer type, and of FLOAT and DOUBLE, where a client asks how wide a column is.
BINARY_CHARSET = 63
TEXT_CHARSET = 255

# Column flags (Column Definition Flags).
NOT_NULL, PRIMARY, UNIQUE, MULTIPLE, BLOB, UNSIGNED = 1, 2, 4, 8, 16, 32
BINARY, ENUM, AUTO_INCREMENT, SET, NUMERIC = 128, 256, 512, 2048, 32768


class Kind(NamedTuple):
    """What all columns of one type name have in common."""

    family: Family
    #: the type's code on the wire (Protocol::ColumnType)
    code: int
    #: SQLite's declared type
    affinity: str
    #: bytes, digits or characters that it holds where its definition does not say
    size: int
    flags: int = 0


KINDS: dict[str, Kind] = {
    "tinyint": Kind("integer", 1, "INTEGER", 4, NUMERIC),
    "smallint": Kind("integer", 2, "INTEGER", 6, NUMERIC),
    "mediumint": Kind("integer", 9, "INTEGER", 9, NUMERIC),
    "int": Kind("integer", 3, "INTEGER", 11, NUMERIC),
    "bigint": Kind("integer", 8, "INTEGER", 20, NUMERIC),
    "year": Kind("integer", 13, "INTEGER", 4, NUMERIC | UNSIGNED),
    "decimal": Kind("decimal", 246, "TEXT", 10, NUMERIC),
    "float": Kind("real", 4, "REAL", 12, NUMERIC),
    "double": Kind("real", 5, "REAL", 22, NUMERIC),
    "date": Kind("temporal", 10, "TEXT", 10, BINARY),
    "time": Kind("temporal", 11, "TEXT", 10, BINARY),
    "datetime": Kind("temporal", 12, "TEXT", 19, BINARY),
    "timestamp": Kind("temporal", 7, "TEXT", 19, BINARY),
    "char": Kind("text", 254, "TEXT", 1),
    "varchar": Kind("text", 253, "TEXT", 255),
    "tinytext": Kind("text", 252, "TEXT", 255, BLOB),
    "text": Kind("text", 252, "TEXT", 65_535, BLOB),
    "mediumtext": Kind("text", 252, "TEXT", 16_777_215, BLOB),
    "longtext": Kind("text", 252, "TEXT", 4_294_967_295, BLOB),
    "enum": Kind("text", 254, "TEXT", 255, ENUM),
    "set": Kind("text", 254, "TEXT", 255, SET),
    "json": Kind("text", 245, "TEXT", 4_294_967_295, BLOB | BINARY),
    "binary": Kind("bytes", 254, "BLOB", 1, BINARY),
    "varbinary": Kind("bytes", 253, "BLOB", 255, BINARY),
    "tinyblob": Kind("bytes", 252, "BLOB", 255, BLOB | BINARY),
    "blob": Kind("bytes", 252, "BLOB", 65_535, BLOB | BINARY),
    "mediumblob": Kind("bytes", 252, "BLOB", 16_777_215, BLOB | BINARY),
    "longblob": Kind("bytes", 252, "BLOB", 4_294_967_295, BLOB | BINARY),
    "null": Kind("null", 6, "", 0, BINARY),
}

#: Bytes of the integer types.
BYTES = {"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8}

#: The decimals of a real number of which nothing is known (NOT_FIXED_DEC).
UNKNOWN_DECIMALS = 31


@dataclass(frozen=True)
class Type:
    """A type with its parameters."""

    #: as information_schema's DATA_TYPE has it, such as "int"
    name: str
    #: characters, bytes or digits; None where its definition does not say
    length: int | None = None
    #: digits behind the point, of seconds for temporal types
    scale: int = 0
    unsigned: bool = False
    #: the members of an ENUM or SET
    members: tuple[str, ...] = ()
    #: whether letters differ by case: a collation that ends in _bin, or a binary one
    is_binary: bool = False

    @cached_property
    def kind(self) -> Kind:
        """What it has in common with all of its name."""
        return KINDS[self.name]

    @cached_property
    def family(self) -> Family:
        """What sort of values it has."""
        return self.kind.family

    @property
    def collation(self) -> str:
        """The SQLite collation that compares its values; "" for SQLite's own order."""
        if self.family == "decimal" or self.name == "time":
            return f"mysql_{self.name}"
        if self.family == "text" and not self.is_binary and self.name != "json":
            return "mysql_text"
        return ""

    @property
    def definition(self) -> str:
        """How a definition spells it, such as "varchar(20)" or "int unsigned"."""
        text = self.name
        if self.members:
            text += f"({','.join(_quoted(member) for member in self.members)})"
        elif self.name == "decimal":
            text += f"({self.digits},{self.scale})"
        elif self.name in ("char", "varchar", "binary", "varbinary"):
            text += f"({self.size})"
        elif self.name == "tinyint" and self.length == 1:
            text += "(1)"
        elif self.family == "temporal" and self.scale:
            text += f"({self.scale})"
        return text + (" unsigned" if self.unsigned else "")

    @property
    def size(self) -> int:
        """Characters, bytes or digits that it holds."""
        return self.kind.size if self.length is None else self.length

    @property
    def digits(self) -> int:
        """Digits of a DECIMAL, before and behind the point."""
        return 10 if self.length is None else self.length

    @cached_property
    def range(self) -> tuple[int, int]:
        """The least and the greatest value of an integer type."""
        bits = BYTES[self.name] * 8
        return (0, 2**bits - 1) if self.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)

    # -- on the wire --------------------------------------------------------------------------

    @property
    def flags(self) -> int:
        """Its column flags."""
        return self.kind.flags | (UNSIGNED if self.unsigned else 0)

    @property
    def charset(self) -> int:
        """The character set that a client decodes its values with."""
        is_text = self.family == "text" and self.name != "json"
        return TEXT_CHARSET if is_text or self.name == "json" else BINARY_CHARSET

    @property
    def width(self) -> int:
        """Bytes that a value has at most, as a client is told."""
        if self.family == "text":
            return min(self.size * (4 if self.kind.code != 252 else 1), 0xFFFFFFFF)
        if self.name == "decimal":
            return self.digits + (2 if self.scale else 1)
        return self.size

    @property
    def decimals(self) -> int:
        """Digits behind the point, as a client is told."""
        return UNKNOWN_DECIMALS if self.family == "real" else self.scale


def _quoted(member: str) -> str:
    return "'" + member.replace("'", "''") + "'"


BIGINT = Type("bigint")
DOUBLE = Type("double")
TEXT = Type("varchar", 255)
LONGTEXT = Type("longtext")
LONGBLOB = Type("longblob")
DATETIME = Type("datetime")
DATE = Type("date")
TIME = Type("time")
NULL = Type("null")
BOOLEAN = Type("int", 1)
