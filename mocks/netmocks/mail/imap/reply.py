"""Reply: one response of the server, and how its data are written (RFC 3501 §4, §7)."""

import re
from collections.abc import Generator, Iterable
from typing import NamedTuple

from netmocks.errors import PeerError

#: What a quoted string can't hold: line ends, NUL, and what is not ASCII (RFC 3501 §4.3).
UNQUOTABLE = re.compile(rb"[\0\r\n\x80-\xff]")

#: Bytes from which on a string is sent as a literal, which clients take in any length.
QUOTED_LIMIT = 1000

#: An atom (RFC 3501 §9). "]" ends a response code only, so those of commands may have it.
ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~\]]+")


class Reply(NamedTuple):
    """One response."""

    #: the command's, "*" for untagged data, "+" for a request to go on
    tag: bytes
    text: bytes

    @property
    def wire(self) -> bytes:
        """What is sent."""
        return b"%b %b\r\n" % self

    @property
    def asks(self) -> bool:
        """Whether it asks the client for a line (RFC 3501 §7.5)."""
        return self.tag == b"+"


#: What serves one command: it yields replies, is sent the line that the client answers one that
#: asks with, and returns the text of the final OK. What works long without a reply yields None, for
#: others to have a turn.
Serving = Generator[Reply | None, bytes, str]


class Bad(PeerError):
    """The client broke the protocol: the command ends with BAD."""


class No(PeerError):
    """The command can't be done: it ends with NO.

    Arguments:
        text: why.
        code: the response code, such as "TRYCREATE" (RFC 3501 §7.1, RFC 5530).
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(f"[{code}] {text}" if code else text)


def untagged(text: bytes | str) -> Reply:
    """Return data, or news, that belong to no command."""
    return Reply(b"*", text.encode() if isinstance(text, str) else text)


def go_on(text: str = "") -> Reply:
    """Return the request to go on."""
    return Reply(b"+", text.encode())


def string(value: bytes) -> bytes:
    """Return a string, quoted where that is possible."""
    if len(value) > QUOTED_LIMIT or UNQUOTABLE.search(value):
        return literal(value)
    return b'"%b"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def nstring(value: bytes | None) -> bytes:
    """Return a string, or NIL for None."""
    return b"NIL" if value is None else string(value)


def literal(value: bytes) -> bytes:
    """Return a string whose bytes are counted."""
    return b"{%d}\r\n%b" % (len(value), value)


def astring(value: bytes) -> bytes:
    """Return a string, as an atom where it is one."""
    return value if ATOM.fullmatch(value) and value.upper() != b"NIL" else string(value)


def listed(values: Iterable[bytes]) -> bytes:
    """Return a parenthesized list."""
    return b"(%b)" % b" ".join(values)
