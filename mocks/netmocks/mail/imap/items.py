"""Items: what FETCH asks of each message (RFC 3501 §6.4.5)."""

from collections.abc import Callable
from typing import NamedTuple

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.dates import shown
from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.envelope import envelope
from netmocks.mail.imap.reply import Bad, literal
from netmocks.mail.imap.section import Section, take_section
from netmocks.mail.imap.selection import Selection
from netmocks.mail.imap.structure import structure
from netmocks.mail.stored import StoredMessage

#: Items of one FETCH.
ITEMS_LIMIT = 200

MACROS = {
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}


class Fetched(NamedTuple):
    """One message that is being fetched."""

    selection: Selection
    message: StoredMessage

    @property
    def entity(self) -> Entity:
        """The message, taken apart as far as it is asked for."""
        return self.selection.entity(self.message)


class Item(NamedTuple):
    """One thing that is asked."""

    #: as the reply names it
    name: bytes
    value: Callable[[Fetched], bytes]
    #: whether a message is seen by it
    reads: bool = False


FLAGS = Item(b"FLAGS", lambda fetched: fetched.selection.flags_of(fetched.message))
UID = Item(b"UID", lambda fetched: b"%d" % fetched.message.uid)

SIMPLE = {
    "FLAGS": FLAGS,
    "UID": UID,
    "INTERNALDATE": Item(b"INTERNALDATE", lambda fetched: shown(fetched.message.internal_date)),
    "RFC822.SIZE": Item(b"RFC822.SIZE", lambda fetched: b"%d" % fetched.message.size),
    "ENVELOPE": Item(b"ENVELOPE", lambda fetched: envelope(fetched.entity.header)),
    "BODY": Item(b"BODY", lambda fetched: structure(fetched.entity, extended=False)),
    "BODYSTRUCTURE": Item(
        b"BODYSTRUCTURE", lambda fetched: structure(fetched.entity, extended=True)
    ),
    "RFC822": Item(b"RFC822", lambda fetched: literal(fetched.message.content), reads=True),
    "RFC822.HEADER": Item(
        b"RFC822.HEADER", lambda fetched: literal(fetched.entity.header.raw)
    ),
    "RFC822.TEXT": Item(
        b"RFC822.TEXT", lambda fetched: literal(fetched.entity.body), reads=True
    ),
}  # fmt: skip


def take_items(arguments: Arguments) -> list[Item]:
    """Take what FETCH asks: an item, a macro, or a list of items.

    Raises:
        Bad: it is none of these.
    """
    if arguments.has(b"("):
        items = arguments.list_of(lambda: _named(arguments, arguments.item()))
        if not 0 < len(items) <= ITEMS_LIMIT:
            raise Bad(f"FETCH of {len(items)} items: it takes 1 to {ITEMS_LIMIT}")
        return list({item.name: item for item in items}.values())
    name = arguments.item()
    if name in MACROS:
        return [SIMPLE[single] for single in MACROS[name]]
    return [_named(arguments, name)]


def _named(arguments: Arguments, name: str) -> Item:
    if name in ("BODY", "BODY.PEEK") and arguments.has(b"["):
        return _body(arguments, reads=name == "BODY")
    if name not in SIMPLE:
        raise Bad(f"{name[:60]} is nothing that can be fetched")
    return SIMPLE[name]


def _body(arguments: Arguments, *, reads: bool) -> Item:
    section = take_section(arguments)
    if not arguments.skip(b"<"):
        return Item(b"BODY" + section.wire, lambda fetched: _of(section, fetched), reads)
    first = arguments.number()
    arguments.expect(b".")
    count = arguments.number()
    arguments.expect(b">")
    if not count:
        raise Bad(f"BODY{section.wire.decode('utf-8', 'replace')}<{first}.0> asks for nothing")
    return Item(
        b"BODY%b<%d>" % (section.wire, first),
        lambda fetched: _of(section, fetched, first, first + count),
        reads,
    )


def _of(section: Section, fetched: Fetched, first: int = 0, end: int | None = None) -> bytes:
    found = section.of(fetched.entity)
    # As a literal, however short: clients tell by that what is content.
    return b"NIL" if found is None else literal(found[first:end])
