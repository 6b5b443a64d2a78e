"""Replies: what ends an answer (OK_Packet, EOF_Packet, ERR_Packet)."""

from struct import Struct

from netmocks.mysql.error import MySQLError
from netmocks.mysql.protocol.fields import encoded_integer, integer

#: Status and warnings, in one order or the other.
STATE = Struct("<HH")

#: Warnings that a packet can count.
MOST_WARNINGS = 0xFFFF


def ok(
    status: int,
    affected: int = 0,
    insert_id: int = 0,
    warnings: int = 0,
    info: str = "",
    *,
    ends_rows: bool = False,
) -> bytes:
    """Return an OK packet; with `ends_rows`, the one that ends rows where EOF is deprecated."""
    return b"".join(
        (
            b"\xfe" if ends_rows else b"\x00",
            encoded_integer(affected),
            encoded_integer(insert_id),
            STATE.pack(status, min(warnings, MOST_WARNINGS)),
            info.encode(),
        )
    )


def eof(status: int, warnings: int = 0) -> bytes:
    """Return an EOF packet."""
    return b"\xfe" + STATE.pack(min(warnings, MOST_WARNINGS), status)


def err(error: MySQLError) -> bytes:
    """Return an ERR packet."""
    return (
        b"\xff"
        + integer(error.number, 2)
        + b"#"
        + error.state.encode()
        + error.text.encode("utf-8", "replace")
    )
