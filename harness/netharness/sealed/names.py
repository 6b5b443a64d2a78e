"""Names: the answers of the resolver in the seal (RFC 1035), from the internet's table.

A little engine of its own, though `netmocks.dns` has a whole one: that one needs dnspython, which
is an extra, and a seal has to find names without. Where `internet.dns` puts a name server, that is
the resolver instead.
"""

import socket
import struct
from collections.abc import Callable

HEADER = struct.Struct("!6H")
QUESTION = struct.Struct("!2H")

A, PTR, AAAA = 1, 12, 28
IN = 1
NOERROR, FORMERR, NXDOMAIN = 0, 1, 3

#: A response, authoritative, with recursion available (RFC 1035 §4.1.1).
RESPONSE = 0x8480
#: Recursion desired: copied from the query.
DESIRED = 0x0100

#: Seconds that an answer may be kept: it may change with the next line of the test.
TTL = 0

#: A name that stands where the question's name begins (RFC 1035 §4.1.4).
SAME_NAME = b"\xc0\x0c"


def answer(
    query: bytes,
    resolve: Callable[[str], str],
    name_of: Callable[[str], str | None],
) -> bytes | None:
    """Return the response to one query; None to what is no query.

    Arguments:
        query: the message.
        resolve: returns the address of a name, or raises `socket.gaierror`.
        name_of: returns the name of an address, if it has one.
    """
    if len(query) < HEADER.size or query[2] & 0x80:
        return None
    number, flags, questions, *_ = HEADER.unpack_from(query)
    read = _question(query) if questions == 1 else None
    if read is None:
        return HEADER.pack(number, RESPONSE | FORMERR, 0, 0, 0, 0)
    name, kind, end = read
    code, data = NOERROR, b""
    try:
        if kind == PTR:
            found = name_of(_reversed(name))
            code, data = (NOERROR, _encoded(found)) if found else (NXDOMAIN, b"")
        else:
            address = socket.inet_aton(resolve(name))
            data = address if kind == A else b""
    except OSError:  # nobody has that name
        code = NXDOMAIN
    head = HEADER.pack(number, RESPONSE | flags & DESIRED | code, 1, int(bool(data)), 0, 0)
    record = SAME_NAME + struct.pack("!2HIH", kind, IN, TTL, len(data)) + data if data else b""
    return head + query[HEADER.size : end] + record


def _question(query: bytes) -> tuple[str, int, int] | None:
    """Return name and type of the question, and where it ends; None if it is cut."""
    labels = []
    at = HEADER.size
    while at < len(query) and (size := query[at]):
        if size > 63:
            return None
        labels.append(query[at + 1 : at + 1 + size].decode("ascii", "replace"))
        at += 1 + size
    if at + 1 + QUESTION.size > len(query):
        return None
    kind, _ = QUESTION.unpack_from(query, at + 1)
    return ".".join(labels), kind, at + 1 + QUESTION.size


def _reversed(name: str) -> str:
    """Return the address that a name below in-addr.arpa stands for (RFC 1035 §3.5)."""
    return ".".join(reversed(name.lower().removesuffix(".in-addr.arpa").split(".")))


def _encoded(name: str) -> bytes:
    labels = (label.encode("ascii", "replace")[:63] for label in name.split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
