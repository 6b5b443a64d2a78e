"""Functions of addresses, and of universally unique identifiers (RFC 9562)."""

import ipaddress
import uuid
from collections.abc import Callable
from typing import Any

from netmocks.mysql.sql.functions.function import Function, integer, of, text
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGBLOB, LONGTEXT


def _unless_wrong(call: Callable[..., Stored]) -> Callable[..., Stored]:
    """Return a function that gives NULL for what is no address."""

    def guarded(*arguments: Stored) -> Stored:
        try:
            return call(*arguments)
        except ValueError:
            return None

    return guarded


def _is(kind: type[Any]) -> Callable[[Stored], int]:
    def call(value: Stored) -> int:
        try:
            kind(text(value))
        except ValueError:
            return 0
        return 1

    return call


def _unpacked(value: Stored) -> Stored:
    return str(ipaddress.ip_address(value)) if isinstance(value, bytes) else None


def _swapped(data: bytes) -> bytes:
    """Return an identifier with its time's parts in the order of time."""
    return data[6:8] + data[4:6] + data[:4] + data[8:]


def _to_bytes(value: Stored, swap: Stored = 0) -> Stored:
    data = uuid.UUID(text(value)).bytes
    return _swapped(data) if integer(swap) else data


def _from_bytes(value: Stored, swap: Stored = 0) -> Stored:
    data = value if isinstance(value, bytes) else text(value).encode()
    if integer(swap):
        data = data[4:8] + data[2:4] + data[:2] + data[8:]
    return str(uuid.UUID(bytes=data))


FUNCTIONS: dict[str, Function] = {
    "INET_ATON": of(_unless_wrong(lambda v: int(ipaddress.IPv4Address(text(v)))), BIGINT, 1),
    "INET_NTOA": of(_unless_wrong(lambda v: str(ipaddress.IPv4Address(integer(v)))), LONGTEXT, 1),
    "INET6_ATON": of(
        _unless_wrong(lambda v: ipaddress.ip_address(text(v)).packed),
        LONGBLOB,
        1,
    ),
    "INET6_NTOA": of(_unless_wrong(_unpacked), LONGTEXT, 1),
    "IS_IPV4": of(_is(ipaddress.IPv4Address), BIGINT, 1),
    "IS_IPV6": of(_is(ipaddress.IPv6Address), BIGINT, 1),
    "IS_UUID": of(_is(uuid.UUID), BIGINT, 1),
    "UUID_TO_BIN": of(_unless_wrong(_to_bytes), LONGBLOB, 1, 2),
    "BIN_TO_UUID": of(_unless_wrong(_from_bytes), LONGTEXT, 1, 2),
}
