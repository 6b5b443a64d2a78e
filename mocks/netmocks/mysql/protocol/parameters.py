"""Parameters: the values that a client binds to a prepared statement (COM_STMT_EXECUTE)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netmocks.errors import PeerError
from netmocks.mysql.protocol.fields import Fields

Parameter = int | float | str | bytes | None

#: In a parameter's second type byte: the integer has no sign.
UNSIGNED = 0x80

#: The integer types, and the bytes of their values.
INTEGERS = {1: 1, 2: 2, 13: 2, 3: 4, 9: 4, 8: 8}

REALS = {4: "f", 5: "d"}
DATES = (7, 10, 12)
BLOBS = (249, 250, 251, 252, 255)
STRINGS = (0, 15, 16, 245, 246, 247, 248, 253, 254)


class Execution(NamedTuple):
    """One COM_STMT_EXECUTE."""

    statement: int
    parameters: list[Parameter]
    #: type and flags of each, to be used again where a client does not repeat them
    types: list[tuple[int, int]]


def statement_id(payload: bytes) -> int:
    """Return the statement that a COM_STMT_* packet is about."""
    return Fields(payload).integer(4)


def execution(
    payload: bytes,
    count: int,
    known: Sequence[tuple[int, int]],
    long_data: Mapping[int, bytes],
) -> Execution:
    """Read a COM_STMT_EXECUTE, behind its command byte.

    Arguments:
        payload: the packet.
        count: how many parameters the statement has.
        known: their types as the client said last.
        long_data: parameters that were sent before (COM_STMT_SEND_LONG_DATA), by their place.

    Raises:
        PeerError: it is cut short, or a type is unknown.
    """
    fields = Fields(payload)
    statement = fields.integer(4)
    fields.take(1 + 4)  # flags: a cursor, which no answer has to have; and a count, always 1
    if not count:
        return Execution(statement, [], [])
    nulls = fields.take((count + 7) // 8)
    types = list(known)
    if fields.integer(1):
        types = [(fields.integer(1), fields.integer(1)) for _ in range(count)]
    if len(types) != count:
        raise PeerError("a statement is executed before its parameters' types were said")
    parameters: list[Parameter] = []
    for place, (kind, flags) in enumerate(types):
        if place in long_data:
            data = long_data[place]
            parameters.append(data if kind in BLOBS else _text(data))
        elif nulls[place >> 3] & (1 << (place & 7)):
            parameters.append(None)
        else:
            parameters.append(value_of(fields, kind, flags))
    return Execution(statement, parameters, types)


def value_of(fields: Fields, kind: int, flags: int) -> Parameter:
    """Read a value in its binary form (Binary Protocol Value).

    Arguments:
        fields: where it comes next.
        kind: its type (Protocol::ColumnType).
        flags: `UNSIGNED` or 0.

    Raises:
        PeerError: it is cut short, or its type is unknown.
    """
    if kind in INTEGERS:
        size = INTEGERS[kind]
        return fields.integer(size) if flags & UNSIGNED else fields.signed(size)
    if kind in REALS:
        return fields.real(REALS[kind])
    if kind == 6:
        return None
    if kind in DATES:
        return _date(Fields(fields.take(fields.integer(1))), has_clock=kind != 10)
    if kind == 11:
        return _time(Fields(fields.take(fields.integer(1))))
    if kind in BLOBS:
        return fields.encoded_string()
    if kind in STRINGS:
        return _text(fields.encoded_string())
    raise PeerError(f"a value has the unknown type {kind}")


def _text(data: bytes) -> str | bytes:
    """Return text, or the bytes where they are none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _date(fields: Fields, *, has_clock: bool) -> str:
    if not fields.left:
        return "0000-00-00 00:00:00" if has_clock else "0000-00-00"
    day = f"{fields.integer(2):04}-{fields.integer(1):02}-{fields.integer(1):02}"
    if not fields.left:
        return f"{day} 00:00:00" if has_clock else day
    day += f" {fields.integer(1):02}:{fields.integer(1):02}:{fields.integer(1):02}"
    return f"{day}.{fields.integer(4):06}" if fields.left else day


def _time(fields: Fields) -> str:
    if not fields.left:
        return "00:00:00"
    sign = "-" if fields.integer(1) else ""
    hours = fields.integer(4) * 24 + fields.integer(1)
    clock = f"{sign}{hours:02}:{fields.integer(1):02}:{fields.integer(1):02}"
    return f"{clock}.{fields.integer(4):06}" if fields.left else clock
