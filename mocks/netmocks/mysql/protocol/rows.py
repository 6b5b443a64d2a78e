"""Rows: values as text (Protocol::Text Resultset Row) and as binary (Binary Resultset Row)."""

import re
import struct
from collections.abc import Callable, Sequence
from typing import Any

from netmocks.mysql.protocol.fields import NULL, encoded_string
from netmocks.mysql.type import Type

#: What a storage gives: see `netmocks.mysql.storage`.
Value = int | float | str | bytes | None
Encoder = Callable[[Any], bytes]

#: An exponent as Python writes it, and MySQL does not.
EXPONENT = re.compile(r"e([+-])0*(\d)")

CLOCK = re.compile(r"(-?)(\d+):(\d+):(\d+)(?:\.(\d+))?")


# -- text ---------------------------------------------------------------------------------------


def text_row(values: Sequence[Value], encoders: Sequence[Encoder]) -> bytes:
    """Return a row of the text protocol."""
    return b"".join(
        [
            NULL if value is None else encoded_string(encode(value))
            for value, encode in zip(values, encoders, strict=True)
        ]
    )


def as_text(value: Any) -> bytes:
    """Return a value as MySQL writes it."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, float):
        return _real(repr(value))
    return str(value).encode()


def _single(value: Any) -> bytes:
    return _real(f"{value:.6g}") if isinstance(value, float) else as_text(value)


def _double(value: Any) -> bytes:
    return _real(repr(float(value))) if isinstance(value, int | float) else as_text(value)


def _real(text: str) -> bytes:
    if "e" in text:
        text = EXPONENT.sub(lambda found: "e" + found[1].strip("+") + found[2], text)
        digits, _, exponent = text.partition("e")
        if 0 < int(exponent) < 15:
            text = str(int(float(text)))
        else:
            text = f"{digits.removesuffix('.0')}e{exponent}"
    return text.removesuffix(".0").encode()


TEXT: dict[str, Encoder] = {"float": _single, "double": _double}


def text_encoder(kind: Type) -> Encoder:
    """Return what writes values of a type as text."""
    return TEXT.get(kind.name, as_text)


# -- binary -------------------------------------------------------------------------------------


def binary_row(values: Sequence[Value], encoders: Sequence[Encoder]) -> bytes:
    """Return a row of the binary protocol: which are NULL, then the others."""
    nulls = bytearray((len(values) + 7 + 2) // 8)
    pieces = []
    for place, (value, encode) in enumerate(zip(values, encoders, strict=True), start=2):
        if value is None:
            nulls[place >> 3] |= 1 << (place & 7)
        else:
            pieces.append(encode(value))
    return b"\0" + bytes(nulls) + b"".join(pieces)


def _integer(size: int) -> Encoder:
    def encode(value: Any) -> bytes:
        mask: int = 256**size - 1
        return (int(value) & mask).to_bytes(size, "little")

    return encode


def _string(value: Any) -> bytes:
    return encoded_string(as_text(value))


def _date(value: Any) -> bytes:
    """Encode a date, with its time unless that is midnight (ProtocolBinary::MYSQL_TYPE_DATE)."""
    day, _, clock = str(value).partition(" ")
    year, month, number = (int(part) for part in day.split("-"))
    head = struct.pack("<HBB", year, month, number)
    found = CLOCK.fullmatch(clock)
    if found is None:
        return bytes((len(head),)) + head
    hours, minutes, seconds = (int(found[group]) for group in (2, 3, 4))
    micro = int((found[5] or "").ljust(6, "0"))
    if not (hours or minutes or seconds or micro):
        return bytes((len(head),)) + head
    head += bytes((hours, minutes, seconds))
    if micro:
        head += micro.to_bytes(4, "little")
    return bytes((len(head),)) + head


def _time(value: Any) -> bytes:
    found = CLOCK.fullmatch(str(value))
    if found is None:
        return b"\0"
    sign, hours, minutes, seconds = found[1], *(int(found[group]) for group in (2, 3, 4))
    micro = int((found[5] or "").ljust(6, "0"))
    if not (hours or minutes or seconds or micro):
        return b"\0"
    days, hours = divmod(hours, 24)
    data = struct.pack("<BIBBB", sign == "-", days, hours, minutes, seconds)
    if micro:
        data += micro.to_bytes(4, "little")
    return bytes((len(data),)) + data


BINARY: dict[int, Encoder] = {
    1: _integer(1),
    2: _integer(2),
    13: _integer(2),
    3: _integer(4),
    9: _integer(4),
    8: _integer(8),
    4: lambda value: struct.pack("<f", value),
    5: lambda value: struct.pack("<d", float(value)),
    10: _date,
    7: _date,
    12: _date,
    11: _time,
}


def binary_encoder(kind: Type) -> Encoder:
    """Return what writes values of a type as binary."""
    return BINARY.get(kind.kind.code, _string)
