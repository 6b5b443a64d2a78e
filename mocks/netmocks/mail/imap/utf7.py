"""Modified UTF-7: how names of mailboxes are written (RFC 3501 §5.1.3)."""

import binascii
import re
from base64 import b64decode, b64encode

#: Characters that stand for themselves, and those that have to be shifted.
PLAIN_OR_NOT = re.compile(r"([ -~]+)|([^ -~]+)")

SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")


def encode(name: str) -> bytes:
    """Return a name as it is written on the wire."""
    pieces = []
    for plain, other in PLAIN_OR_NOT.findall(name):
        if plain:
            pieces.append(plain.replace("&", "&-").encode())
        else:
            packed = b64encode(other.encode("utf-16-be", "surrogatepass")).rstrip(b"=")
            pieces.append(b"&%b-" % packed.replace(b"/", b","))
    return b"".join(pieces)


def decode(wire: bytes) -> str:
    """Return the name that is written so.

    Raises:
        ValueError: it is written in no such way, or in more than one.
    """
    pieces, end = [], 0
    for match in SHIFTED.finditer(wire):
        pieces.append(wire[end : match.start()].decode("ascii"))
        pieces.append(_unpacked(match[1]) if match[1] else "&")
        end = match.end()
    pieces.append(wire[end:].decode("ascii"))
    name = "".join(pieces)
    if encode(name) != wire:  # such as a "&" that is none, or a shift for what needs none
        raise ValueError(f"{wire!r} is no modified UTF-7")
    return name


def _unpacked(packed: bytes) -> str:
    padded = packed.replace(b",", b"/") + b"=" * (-len(packed) % 4)
    try:
        return b64decode(padded).decode("utf-16-be")
    except binascii.Error as error:
        raise ValueError(str(error)) from None
