"""Fields: header fields, and trailers, as an answer sends them (RFC 9110 §5)."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from netmocks.errors import MisuseError

#: Pairs where names repeat.
FieldsLike = Mapping[str, str] | Iterable[tuple[str, str]]

FieldList = list[tuple[str, str]]

REASONS = {int(status): status.phrase for status in HTTPStatus}

#: Characters that would end a field and begin another (RFC 9110 §5.5).
FORBIDDEN = frozenset("\r\n\0")


def checked(headers: FieldsLike, kind: str = "header") -> FieldList:
    """Return fields as pairs, in their order and letter case.

    Arguments:
        headers: a mapping, or pairs.
        kind: what an error calls them.

    Raises:
        MisuseError: they can't be sent.
    """
    if not isinstance(headers, Iterable):
        raise MisuseError(f"{kind}s={headers!r}: map names to values, or give pairs of them")
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    for pair in pairs:
        match pair:
            case (str(name), str(value)) if name and not FORBIDDEN & {*name, *value}:
                try:
                    f"{name}{value}".encode("latin-1")
                except UnicodeEncodeError:
                    raise MisuseError(
                        f"{kind} {name}: {value!r} has characters beyond latin-1"
                    ) from None
            case _:
                raise MisuseError(
                    f"{kind} {pair!r}: a field is a name and a value, both text without line ends"
                )
    return pairs


def head(status: int, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return a status line with its fields, and the empty line behind them (RFC 9112 §2.1)."""
    return f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n".encode("latin-1") + section(fields)


def section(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return fields as lines, and the empty line behind them (RFC 9112 §5)."""
    return "".join([*(f"{name}: {value}\r\n" for name, value in fields), "\r\n"]).encode("latin-1")
