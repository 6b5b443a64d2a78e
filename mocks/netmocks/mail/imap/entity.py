"""Entity: a message, or a part of one, by the place of its bytes (RFC 2045 §2.4).

The standard library parses a message into texts, from which its bytes can't be had again. IMAP
counts and serves the bytes themselves.
"""

import binascii
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from netmocks.mail.imap.header import Header, header_size

#: Levels of multiparts and messages within each other; what is deeper is not taken apart.
DEPTH_LIMIT = 32

#: Parts of one multipart; what comes behind belongs to the last.
PARTS_LIMIT = 10_000

#: A field such as Content-Type: its first word, and its parameters (RFC 2045 §5.1).
WORD = re.compile(rb"\s*([^\s;]*)")
PARAMETER = re.compile(rb';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;]*))', re.DOTALL)
ESCAPE = re.compile(rb"\\(.)", re.DOTALL)

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


class Valued(NamedTuple):
    """A field's value with its parameters."""

    value: bytes
    parameters: tuple[tuple[bytes, bytes], ...]

    def get(self, name: bytes) -> bytes | None:
        """Return a parameter's value, None if there is none of that name."""
        return next((value for key, value in self.parameters if key.lower() == name), None)


def valued(field: bytes) -> Valued:
    """Read a field that has parameters, as far as it makes sense."""
    word = WORD.match(field)
    assert word is not None  # it matches even nothing
    parameters = tuple(
        (name, ESCAPE.sub(rb"\1", quoted) if quoted else plain)
        for name, quoted, plain in PARAMETER.findall(field, word.end())
    )
    return Valued(word[1], parameters)


class Entity:
    """One message or part.

    Arguments:
        source: the whole message.
        start, end: where in it this entity is.
        depth: how many it is within.
        default: its type where it names none: message/rfc822 within a digest (RFC 2046 §5.1.5).
    """

    def __init__(
        self,
        source: bytes,
        start: int = 0,
        end: int | None = None,
        depth: int = 0,
        default: tuple[str, str] = ("text", "plain"),
    ) -> None:
        self.content = source[start:end] if (start, end) != (0, None) else source
        self._depth = depth
        self._default = default
        self._body_start = header_size(self.content)

    @cached_property
    def header(self) -> Header:
        """Its fields."""
        return Header(self.content[: self._body_start])

    @property
    def body(self) -> bytes:
        """What follows its header."""
        return self.content[self._body_start :]

    # -- what it is ---------------------------------------------------------------------------

    @cached_property
    def _content_type(self) -> Valued | None:
        """Content-Type, None where it is missing or names no type."""
        field = self.header.get(b"content-type")
        read = valued(field) if field else None
        if read is None or not all(read.value.partition(b"/")[::2]):
            return None
        return read

    @cached_property
    def type(self) -> tuple[str, str]:
        """Its media type and subtype, in lower case; text/plain for a multipart without parts."""
        named = self._named_type
        return ("text", "plain") if named[0] == "multipart" and not self.parts else named

    @cached_property
    def _named_type(self) -> tuple[str, str]:
        if self._content_type is None:
            return self._default
        main, _, sub = self._content_type.value.decode("ascii", "replace").lower().partition("/")
        return main, sub

    @property
    def parameters(self) -> Sequence[tuple[bytes, bytes]]:
        """The parameters of its media type, as they are written."""
        if self._content_type is not None:
            return self._content_type.parameters
        return [(b"charset", b"us-ascii")] if self.type[0] == "text" else []

    @property
    def encoding(self) -> bytes:
        """Its transfer encoding, "7bit" where it names none (RFC 2045 §6.1)."""
        return valued(self.header.get(b"content-transfer-encoding") or b"").value or b"7bit"

    # -- what it is made of -------------------------------------------------------------------

    @cached_property
    def parts(self) -> "list[Entity]":
        """The parts of a multipart; none where it has no boundary or none of it is there."""
        if self._named_type[0] != "multipart" or self._depth >= DEPTH_LIMIT:
            return []
        boundary = self._content_type.get(b"boundary") if self._content_type is not None else None
        if not boundary:
            return []
        default = ("message", "rfc822") if self._named_type[1] == "digest" else ("text", "plain")
        return [
            Entity(self.content, start, end, self._depth + 1, default)
            for start, end in self._places(boundary.rstrip(b" "))
        ]

    def _places(self, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Where its parts are: between lines of the boundary (RFC 2046 §5.1.1)."""
        delimiter = b"--" + boundary
        source, begun, count = self.content, None, 0
        place = source.find(delimiter, self._body_start)
        while place >= 0 and count < PARTS_LIMIT:
            line_end = source.find(b"\n", place)
            line_end = len(source) if line_end < 0 else line_end + 1
            rest = source[place + len(delimiter) : line_end].rstrip(b" \t\r\n")
            if rest in (b"", b"--") and source[place - 1 : place] in (b"\n", b""):
                if begun is not None:  # the line end before the boundary belongs to it
                    yield (
                        begun,
                        max(begun, place - (2 if source[place - 2 : place] == b"\r\n" else 1)),
                    )
                    count += 1
                begun = line_end if not rest else None
                if begun is None:
                    return
            place = source.find(delimiter, line_end)
        if begun is not None:  # it ends without the boundary that closes it
            yield begun, len(source)

    @cached_property
    def message(self) -> "Entity | None":
        """The message that it holds, if it is a message/rfc822 (RFC 2046 §5.2.1)."""
        if self.type != ("message", "rfc822") or self._depth >= DEPTH_LIMIT:
            return None
        return Entity(self.content, self._body_start, None, self._depth + 1)

    def part(self, number: int) -> "Entity | None":
        """Return the part of that number, from 1; the only part of what has none is itself."""
        if self.type[0] == "multipart":
            return self.parts[number - 1] if 1 <= number <= len(self.parts) else None
        return self if number == 1 else None

    def walk(self) -> "Iterator[Entity]":
        """Return it and all that it is made of, the messages within it included."""
        yield self
        if self.message is not None:
            yield from self.message.walk()
        for part in self.parts:
            yield from part.walk()

    # -- what it says -------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """Its body as people read it, decoded as far as possible."""
        body = self.body
        match self.encoding.lower():
            case b"base64":
                body = _from_base64(body)
            case b"quoted-printable":
                body = quopri.decodestring(body)
        charset = Valued(b"", tuple(self.parameters)).get(b"charset") or b"utf-8"
        if charset.lower() == b"us-ascii":  # what has more is likely to be its superset
            charset = b"utf-8"
        try:
            return body.decode(charset.decode("ascii"), "replace")
        except (LookupError, ValueError):  # an unknown charset, or one that is none
            return body.decode("utf-8", "replace")


def _from_base64(body: bytes) -> bytes:
    digits = NOT_BASE64.sub(b"", body)
    try:
        return b64decode(digits + b"=" * (-len(digits) % 4))
    except binascii.Error:  # one digit too many
        return b64decode(digits[: len(digits) // 4 * 4])
