"""Functions of text."""

import base64
import hashlib
from decimal import ROUND_HALF_UP, Decimal

from netmocks.mysql.sql.functions.function import Function, integer, number, of, text
from netmocks.mysql.sql.order import folded
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGBLOB, LONGTEXT


def _concat(*parts: Stored) -> Stored:
    return "".join(map(text, parts))


def _concat_ws(separator: Stored, *parts: Stored) -> Stored:
    return (
        None if separator is None else text(separator).join(text(p) for p in parts if p is not None)
    )


def _length(value: Stored) -> int:
    return len(value) if isinstance(value, bytes) else len(text(value).encode())


def _substring(value: Stored, start: Stored, length: Stored = None) -> Stored:
    data = value if isinstance(value, bytes) else text(value)
    place = integer(start)
    if not place:
        return data[:0]
    place = place - 1 if place > 0 else len(data) + place
    if place < 0:
        return data[:0]
    return data[place:] if length is None else data[place : place + max(0, integer(length))]


def _left(value: Stored, count: Stored) -> str:
    return text(value)[: max(0, integer(count))]


def _right(value: Stored, count: Stored) -> str:
    size = integer(count)
    return text(value)[-size:] if size > 0 else ""


def _trim(value: Stored, what: Stored = " ", side: Stored = "BOTH") -> str:
    shown, piece = text(value), text(what)
    while piece and side != "TRAILING" and shown.startswith(piece):
        shown = shown[len(piece) :]
    while piece and side != "LEADING" and shown.endswith(piece):
        shown = shown[: -len(piece)]
    return shown


def _pad(value: Stored, size: Stored, filler: Stored, *, left: bool) -> Stored:
    shown, wanted, piece = text(value), integer(size), text(filler)
    if wanted < 0:
        return None
    missing = wanted - len(shown)
    if missing <= 0:
        return shown[:wanted]
    if not piece:
        return ""
    padding = (piece * missing)[:missing]
    return padding + shown if left else shown + padding


def _locate(needle: Stored, value: Stored, start: Stored = 1) -> int:
    return folded(text(value)).find(folded(text(needle)), max(0, integer(start) - 1)) + 1


def _field(wanted: Stored, *among: Stored) -> int:
    if wanted is None:
        return 0
    keys = [None if value is None else folded(text(value)) for value in among]
    key = folded(text(wanted))
    return keys.index(key) + 1 if key in keys else 0


def _find_in_set(wanted: Stored, members: Stored) -> int:
    return _field(wanted, *text(members).split(",")) if members != "" else 0


def _hex(value: Stored) -> str:
    if isinstance(value, int):
        return f"{value & (2**64 - 1):X}"
    data = value if isinstance(value, bytes) else text(value).encode()
    return data.hex().upper()


def _unhex(value: Stored) -> Stored:
    digits = text(value)
    try:
        return bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
    except ValueError:
        return None


def _bytes(value: Stored) -> bytes:
    return value if isinstance(value, bytes) else text(value).encode()


def _sha2(value: Stored, bits: Stored) -> Stored:
    name = {0: "sha256", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512"}.get(
        integer(bits)
    )
    return hashlib.new(name, _bytes(value)).hexdigest() if name else None


def _md5(value: Stored) -> str:
    return hashlib.md5(_bytes(value), usedforsecurity=False).hexdigest()


def _sha1(value: Stored) -> str:
    return hashlib.sha1(_bytes(value), usedforsecurity=False).hexdigest()


def _substring_index(value: Stored, separator: Stored, count: Stored) -> str:
    parts, wanted = text(value).split(text(separator)), integer(count)
    chosen = parts[:wanted] if wanted >= 0 else parts[wanted:]
    return text(separator).join(chosen)


def _format(value: Stored, digits: Stored) -> str:
    exact = Decimal(str(number(value)))
    return f"{exact.quantize(Decimal(1).scaleb(-integer(digits)), ROUND_HALF_UP):,f}"


def _compare(one: Stored, other: Stored) -> int:
    a, b = folded(text(one)), folded(text(other))
    return (a > b) - (a < b)


def _elt(place: Stored, *among: Stored) -> Stored:
    wanted = 0 if place is None else integer(place)
    return among[wanted - 1] if 1 <= wanted <= len(among) else None


def _inserted(value: Stored, place: Stored, length: Stored, new: Stored) -> str:
    shown, start, size = text(value), integer(place), integer(length)
    if not 1 <= start <= len(shown):
        return shown
    end = start - 1 + size if 0 <= size <= len(shown) - start + 1 else len(shown)
    return shown[: start - 1] + text(new) + shown[end:]


def _leading_code(value: Stored) -> int:
    return int.from_bytes(text(value)[:1].encode())


def _quoted(value: Stored) -> str:
    if value is None:
        return "NULL"
    shown = text(value)
    for letter, escape in (("\\", "\\\\"), ("'", "\\'"), ("\0", "\\0"), ("\x1a", "\\Z")):
        shown = shown.replace(letter, escape)
    return f"'{shown}'"


def _encoded(value: Stored) -> str:
    data = base64.b64encode(_bytes(value)).decode()
    return "\n".join(data[start : start + 76] for start in range(0, len(data), 76))


def _decoded(value: Stored) -> Stored:
    try:
        return base64.b64decode("".join(text(value).split()), validate=True)
    except ValueError:
        return None


def _make_set(bits: Stored, *members: Stored) -> Stored:
    if bits is None:
        return None
    wanted = integer(bits)
    chosen = [text(m) for place, m in enumerate(members) if wanted >> place & 1 and m is not None]
    return ",".join(chosen)


FUNCTIONS: dict[str, Function] = {
    "INSERT": of(_inserted, LONGTEXT, 4),
    "ORD": of(_leading_code, BIGINT, 1),
    "QUOTE": Function(_quoted, LONGTEXT, 1, 1),
    "TO_BASE64": of(_encoded, LONGTEXT, 1),
    "FROM_BASE64": of(_decoded, LONGBLOB, 1),
    "MAKE_SET": Function(_make_set, LONGTEXT, 2, -1),
    "CONCAT": of(_concat, LONGTEXT, 1, -1),
    "CONCAT_WS": Function(_concat_ws, LONGTEXT, 2, -1),
    "UPPER": of(lambda value: text(value).upper(), LONGTEXT, 1),
    "LOWER": of(lambda value: text(value).lower(), LONGTEXT, 1),
    "LENGTH": of(_length, BIGINT, 1),
    "CHAR_LENGTH": of(lambda value: len(text(value)), BIGINT, 1),
    "BIT_LENGTH": of(lambda value: _length(value) * 8, BIGINT, 1),
    "SUBSTRING": of(_substring, LONGTEXT, 2, 3),
    "LEFT": of(_left, LONGTEXT, 2),
    "RIGHT": of(_right, LONGTEXT, 2),
    "TRIM": of(_trim, LONGTEXT, 1, 3),
    "LTRIM": of(lambda value: text(value).lstrip(" "), LONGTEXT, 1),
    "RTRIM": of(lambda value: text(value).rstrip(" "), LONGTEXT, 1),
    "REPLACE": of(
        lambda value, old, new: text(value).replace(text(old), text(new)) if old != "" else value,
        LONGTEXT,
        3,
    ),
    "REVERSE": of(lambda value: text(value)[::-1], LONGTEXT, 1),
    "REPEAT": of(lambda value, count: text(value) * max(0, integer(count)), LONGTEXT, 2),
    "SPACE": of(lambda count: " " * max(0, integer(count)), LONGTEXT, 1),
    "LPAD": of(lambda value, size, filler: _pad(value, size, filler, left=True), LONGTEXT, 3),
    "RPAD": of(lambda value, size, filler: _pad(value, size, filler, left=False), LONGTEXT, 3),
    "INSTR": of(lambda value, needle: _locate(needle, value), BIGINT, 2),
    "LOCATE": of(_locate, BIGINT, 2, 3),
    "FIELD": Function(_field, BIGINT, 2, -1),
    "FIND_IN_SET": of(_find_in_set, BIGINT, 2),
    "HEX": of(_hex, LONGTEXT, 1),
    "UNHEX": of(_unhex, LONGBLOB, 1),
    "MD5": of(_md5, LONGTEXT, 1),
    "SHA1": of(_sha1, LONGTEXT, 1),
    "SHA2": of(_sha2, LONGTEXT, 2),
    "ASCII": of(lambda value: _bytes(value)[0] if value not in ("", b"") else 0, BIGINT, 1),
    "SUBSTRING_INDEX": of(_substring_index, LONGTEXT, 3),
    "FORMAT": of(_format, LONGTEXT, 2),
    "STRCMP": of(_compare, BIGINT, 2),
    "ELT": Function(_elt, LONGTEXT, 2, -1),
}

for _name, _other in {
    "UCASE": "UPPER",
    "LCASE": "LOWER",
    "CHARACTER_LENGTH": "CHAR_LENGTH",
    "OCTET_LENGTH": "LENGTH",
    "SUBSTR": "SUBSTRING",
    "MID": "SUBSTRING",
    "SHA": "SHA1",
}.items():
    FUNCTIONS[_name] = FUNCTIONS[_other]
