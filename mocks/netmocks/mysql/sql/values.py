"""Values: what a column accepts, and as what it is stored; MySQL's strict mode."""

import json
import math
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.table import Column, Stored

#: Enough digits for MySQL's largest DECIMAL.
PRECISE = Context(prec=80)

#: The moments that a TIMESTAMP can say.
FIRST, LAST = datetime(1970, 1, 1, 0, 0, 1), datetime(2038, 1, 19, 3, 14, 7, 999_999)

#: The greatest integer that SQLite can keep.
MOST = 2**63 - 1


def accept(column: Column, value: Stored, row: int = 1) -> Stored:
    """Return what is stored where a statement gives a value for a column.

    Arguments:
        column: the column.
        value: an integer, a float, text (also for decimals and moments), bytes or None.
        row: the row's ordinal in the statement, for errors.

    Raises:
        MySQLError: 1048, 1264, 1265, 1292, 1366, 1406 or 3140, as in strict mode.
    """
    if value is None:
        if not column.nullable:
            raise mysql_error(1048, column.name)
        return None
    return ACCEPT[column.type.family](column, value, row)


def _integer(column: Column, value: Stored, row: int) -> Stored:
    if not isinstance(value, int):
        number = _number(value)
        if number is None:
            raise mysql_error(1366, "integer", _shown(value), column.name, row)
        value = int(number.quantize(Decimal(1), ROUND_HALF_UP, PRECISE))
    if column.type.name == "year":
        return _year(column, value, row)
    low, high = column.type.range
    if not low <= value <= high:
        raise mysql_error(1264, column.name, row)
    if value > MOST:
        raise unsupported(f"an integer above {MOST} in column '{column.name}'")
    return value


def _year(column: Column, value: int, row: int) -> int:
    if 1 <= value <= 99:
        value += 2000 if value < 70 else 1900
    if value and not 1901 <= value <= 2155:
        raise mysql_error(1264, column.name, row)
    return value


def _decimal(column: Column, value: Stored, row: int) -> Stored:
    number = _number(value)
    if number is None:
        raise mysql_error(1366, "decimal", _shown(value), column.name, row)
    scale = column.type.scale
    number = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, PRECISE)
    if abs(number) >= Decimal(10) ** (column.type.digits - scale):
        raise mysql_error(1264, column.name, row)
    if column.type.unsigned and number < 0:
        raise mysql_error(1264, column.name, row)
    return f"{number or abs(number):f}"


def _real(column: Column, value: Stored, row: int) -> Stored:
    number = _number(value)
    if number is None:
        raise mysql_error(1265, column.name, row)
    real = float(number)
    if math.isinf(real) or (column.type.unsigned and real < 0):
        raise mysql_error(1264, column.name, row)
    if column.type.name == "float":
        try:
            real = struct.unpack("<f", struct.pack("<f", real))[0]
        except OverflowError:
            raise mysql_error(1264, column.name, row) from None
    return real


def _text(column: Column, value: Stored, row: int) -> Stored:
    kind = column.type
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError as error:
            bad = "".join(f"\\x{byte:02X}" for byte in value[error.start : error.start + 6])
            raise mysql_error(1366, "string", bad, column.name, row) from None
    else:
        text = written(value)
    if kind.name == "json":
        return _json(column, text)
    if kind.name in ("enum", "set"):
        return _member(column, text, row)
    if kind.name == "char":
        text = text.rstrip(" ")
    if kind.name in ("char", "varchar"):
        if len(text) > kind.size:
            if text[kind.size :].strip(" "):
                raise mysql_error(1406, column.name, row)
            text = text[: kind.size]
    elif len(text) > kind.size // 4 and len(text.encode()) > kind.size:
        raise mysql_error(1406, column.name, row)
    return text


def _member(column: Column, text: str, row: int) -> str:
    members = {member.casefold(): member for member in column.type.members}
    wanted = [text] if column.type.name == "enum" else [part for part in text.split(",") if part]
    try:
        found = {members[part.rstrip(" ").casefold()] for part in wanted}
    except KeyError:
        if column.type.name == "enum" and text.isdecimal() and 0 < int(text) <= len(members):
            return column.type.members[int(text) - 1]
        raise mysql_error(1265, column.name, row) from None
    return ",".join(member for member in column.type.members if member in found)


def _json(column: Column, text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise mysql_error(3140, error.msg, error.pos, column.name) from None
    return text


def _bytes(column: Column, value: Stored, row: int) -> Stored:
    kind = column.type
    data = value if isinstance(value, bytes) else written(value).encode("utf-8", "surrogateescape")
    if len(data) > kind.size:
        raise mysql_error(1406, column.name, row)
    return data.ljust(kind.size, b"\0") if kind.name == "binary" else data


def _temporal(column: Column, value: Stored, row: int) -> Stored:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else written(value)
    kind = column.type
    if kind.name == "time":
        span = moment.duration(text)
        if span is None or abs(span) >= timedelta(hours=moment.MOST_HOURS + 1):
            raise mysql_error(1292, "time", text, column.name, row)
        return moment.time_text(span, kind.scale)
    when = moment.parsed(text)
    if when is not None and kind.name == "timestamp" and not FIRST <= when <= LAST:
        when = None
    if when is None:
        what = "date" if kind.name == "date" else "datetime"
        raise mysql_error(1292, what, text, column.name, row)
    if kind.name == "date":
        return moment.date_text(when)
    return moment.datetime_text(moment.rounded(when, kind.scale), kind.scale)


ACCEPT: dict[str, Callable[[Column, Stored, int], Stored]] = {
    "integer": _integer,
    "decimal": _decimal,
    "real": _real,
    "text": _text,
    "bytes": _bytes,
    "temporal": _temporal,
}


def lenient(column: Column, value: Stored, row: int) -> tuple[Stored, MySQLError | None]:
    """Return what INSERT IGNORE stores, and the error that it makes a warning."""
    try:
        return accept(column, value, row), None
    except MySQLError as error:
        return _nearest(column, value), error


def _nearest(column: Column, value: Stored) -> Stored:
    kind = column.type
    if kind.family in ("integer", "decimal", "real"):
        number = _number(value) or Decimal(0)
        if kind.family == "integer" and kind.name != "year":
            low, high = kind.range
            return max(low, min(int(number), high, MOST))
        return 0 if kind.family == "integer" else "0" if kind.family == "decimal" else 0.0
    if value is None or kind.family == "temporal":
        return _zero(column)
    if kind.family == "bytes":
        data = value if isinstance(value, bytes) else written(value).encode()
        return data[: kind.size]
    if kind.name in ("enum", "set", "json"):
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else written(value)
    return text[: kind.size]


def _zero(column: Column) -> Stored:
    kind = column.type
    if kind.name == "date":
        return "0000-00-00"
    if kind.name == "time":
        return "00:00:00"
    if kind.family == "temporal":
        return "0000-00-00 00:00:00"
    return b"" if kind.family == "bytes" else ""


def written(value: Stored) -> str:
    """Return a value as MySQL writes it into text."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _number(value: Stored) -> Decimal | None:
    """Return the number that a value is; None if it is none."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _shown(value: Stored) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
