"""Addresses in header fields, as ENVELOPE tells them (RFC 3501 §7.4.2, RFC 5322 §3.4)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netmocks.mail.imap.reply import listed, nstring

#: Words, quoted strings, domain literals, comments, and the characters that divide them.
TOKEN = re.compile(
    rb'(?P<quoted>"(?:[^"\\]|\\.)*+"?)|(?P<literal>\[(?:[^\]\\]|\\.)*+\]?)'
    rb'|(?P<comment>\()|(?P<special>[<>@,:;.])|(?P<word>[^\s"\[(<>@,:;.]+)|(?P<blank>\s+)',
    re.DOTALL,
)

COMMENT_PIECE = re.compile(rb"\\.|[()]", re.DOTALL)

ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


class Address(NamedTuple):
    """One address; one without a host begins a group, or with no mailbox either, ends it."""

    name: bytes | None
    mailbox: bytes | None
    host: bytes | None

    @property
    def wire(self) -> bytes:
        """As ENVELOPE tells it; source routes are of the past."""
        return listed((nstring(self.name), b"NIL", nstring(self.mailbox), nstring(self.host)))


def addresses_of(field: bytes) -> list[Address]:
    """Return the addresses in a field, as far as it makes sense of them; encoded words stay."""
    found: list[Address] = []
    is_in_group = False
    for words, end in _pieces(field):
        if end == b":" and b"<" not in words:
            found.append(Address(None, _phrase(words), None))
            is_in_group = True
            continue
        if words:
            found.append(_address(words))
        if end == b";" and is_in_group:
            found.append(Address(None, None, None))
            is_in_group = False
    if is_in_group:  # it was never closed
        found.append(Address(None, None, None))
    return found


def _pieces(field: bytes) -> Iterator[tuple[list[bytes], bytes]]:
    """Cut a field at commas, and at the colon and semicolon of groups; blanks stay as " "."""
    words: list[bytes] = []
    is_within = False
    for token in _tokens(field):
        is_within = token == b"<" or (is_within and token != b">")
        if token == b";" or (token in (b",", b":") and not is_within):
            yield _trimmed(words), token
            words = []
        else:
            words.append(token)
    yield _trimmed(words), b""


def _tokens(field: bytes) -> Iterator[bytes]:
    place = 0
    while match := TOKEN.match(field, place):
        place = match.end()
        if match.lastgroup == "comment":
            place = _behind_comment(field, place)
        elif match.lastgroup == "blank":
            yield b" "
        else:
            yield match[0]


def _behind_comment(field: bytes, place: int) -> int:
    """Return where a comment ends; comments may be within each other."""
    depth = 1
    for piece in COMMENT_PIECE.finditer(field, place):
        depth += {b"(": 1, b")": -1}.get(piece[0], 0)
        if depth == 0:
            return piece.end()
    return len(field)


def _trimmed(words: list[bytes]) -> list[bytes]:
    start, end = 0, len(words)
    while start < end and words[start] == b" ":
        start += 1
    while end > start and words[end - 1] == b" ":
        end -= 1
    return words[start:end]


def _address(words: list[bytes]) -> Address:
    name = None
    if b"<" in words:
        opening = words.index(b"<")
        name = _phrase(words[:opening]) or None
        words = words[opening + 1 :]
        if b">" in words:
            words = words[: words.index(b">")]
        if words[:1] == [b"@"] and b":" in words:  # a source route
            words = words[words.index(b":") + 1 :]
    words = [word for word in words if word != b" "] if b"@" in words else words
    if b"@" not in words:
        return Address(name, _phrase(words), b"")  # no address: told as it is
    at = len(words) - 1 - words[::-1].index(b"@")
    return Address(name, b"".join(map(_unquoted, words[:at])), b"".join(words[at + 1 :]))


def _phrase(words: list[bytes]) -> bytes:
    return b"".join(map(_unquoted, _trimmed(words)))


def _unquoted(word: bytes) -> bytes:
    if not word.startswith(b'"'):
        return word
    return ESCAPE.sub(rb"\1", word[1:].removesuffix(b'"'))
