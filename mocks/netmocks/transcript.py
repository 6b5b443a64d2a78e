"""Transcript: journal entries as text that a person can follow.

    0.000  smtp.gmail.com#1  --  opened by 127.0.0.1:40112
    0.001  smtp.gmail.com#1  S:  220 smtp.gmail.com ready
    0.002  smtp.gmail.com#1  C:  EHLO laptop.example.com

Seconds since the first entry shown; mock and connection; C: what the client said, S: what the
mock said, ==: what the mock made of it, --: what happened to the connection; C! and S!: a fault
that struck what the client said, or the mock.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netmocks.journal import Entry

#: Characters of text that one entry shows, and bytes of binary: the head tells what it was.
TEXT_SHOWN = 2000
BINARY_SHOWN = 24

MARKS = {"received": "C:", "sent": "S:", "event": "=="}
FAULT_MARKS = {"in": "C!", "out": "S!"}


def of(entries: Iterable["Entry"], dropped: int = 0) -> str:
    """Render entries, one or more lines each; the first line says what was dropped."""
    rows = list(entries)
    lines = [f"({dropped} older entries were dropped to stay within the limit)"] if dropped else []
    if not rows and not lines:
        return "(nothing was said)"
    start = rows[0].time if rows else 0.0
    named = [(_speaker(entry), entry) for entry in rows]
    width = max((len(name) for name, _ in named), default=0)
    for name, entry in named:
        mark = _mark(entry)
        lines += [
            f"{entry.time - start:9.3f}  {name:<{width}}  {mark}  {text}".rstrip()
            for text in _texts(entry)
        ]
    return "\n".join(lines)


def _speaker(entry: "Entry") -> str:
    return f"{entry.mock}#{entry.connection}" if entry.connection else entry.mock


def _mark(entry: "Entry") -> str:
    if entry.kind == "fault":
        return FAULT_MARKS.get(entry.direction, "--")
    return MARKS.get(entry.kind, "--")


def _texts(entry: "Entry") -> Iterator[str]:
    """The lines that one entry shows."""
    match entry.kind:
        case "received" | "sent":
            yield from of_bytes(entry.data)
        case "event":
            yield from str(entry.value).splitlines() or [""]
        case "opened":
            yield f"opened by {address(entry.value)}"
        case _:
            text = entry.kind if entry.value is None else f"{entry.kind}: {entry.value}"
            yield from text.splitlines()


def of_bytes(data: bytes) -> Iterator[str]:
    """Show bytes: text as its lines, binary as a length and the first bytes in hex."""
    head = data[: TEXT_SHOWN * 4]
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut by a chunk's end: that alone does not make the text binary.
        if error.reason != "unexpected end of data" or not error.start:
            yield _of_binary(data)
            return
        text = head[: error.start].decode()
    if not all(character.isprintable() or character in "\r\n\t" for character in text):
        yield _of_binary(data)
        return
    shown = text[:TEXT_SHOWN]
    yield from shown.splitlines() or [""]
    if rest := len(data) - len(shown.encode()):
        yield f"… ({rest} more bytes)"


def _of_binary(data: bytes) -> str:
    more = " …" if len(data) > BINARY_SHOWN else ""
    return f"<{len(data)} bytes: {data[:BINARY_SHOWN].hex(' ')}{more}>"


def address(value: object) -> str:
    """Show a socket address: host:port, [v6]:port, or a path."""
    match value:
        case (str(host), int(port), *_):
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case str(path) if path:
            return path
        case bytes(path) if path:
            return path.decode(errors="replace")
        case _:
            return "an unnamed peer"
