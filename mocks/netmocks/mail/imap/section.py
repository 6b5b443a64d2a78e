"""Section: which bytes of a message BODY[...] asks for (RFC 3501 §6.4.5)."""

import re
from typing import NamedTuple

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.reply import Bad, astring, listed

#: Numbers that one section may have; a message has fewer levels.
NUMBERS_LIMIT = 100

#: Fields that one section may name.
NAMES_LIMIT = 500

NUMBERS = re.compile(r"[1-9]\d{0,8}(?:\.[1-9]\d{0,8})*")


class Section(NamedTuple):
    """A section, understood."""

    #: the part's numbers, outermost first
    path: tuple[int, ...]
    #: what of that part: "", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT" or "MIME"
    what: str
    #: the fields' names, as they were asked for
    names: tuple[bytes, ...]

    @property
    def wire(self) -> bytes:
        """As the reply repeats it, in brackets."""
        spec = ".".join([*map(str, self.path), *([self.what] if self.what else [])]).encode()
        return (
            b"[%b %b]" % (spec, listed(map(astring, self.names))) if self.names else b"[%b]" % spec
        )

    def of(self, message: Entity) -> bytes | None:
        """Return these bytes of a message; None if it has no such part."""
        entity, holder = self._find(message)
        if entity is None or holder is None:
            return None
        if self.what == "MIME":
            return entity.header.raw
        if not self.what:
            return entity.body if self.path else entity.content
        if self.what == "TEXT":
            return holder.body
        if self.what == "HEADER":
            return holder.header.raw
        wanted = {name.lower() for name in self.names}
        return holder.header.only(wanted, but=self.what == "HEADER.FIELDS.NOT")

    def _find(self, message: Entity) -> tuple[Entity | None, Entity | None]:
        """Return the part, and the message that HEADER and TEXT of it speak of."""
        part: Entity | None = message
        holder: Entity | None = message
        for number in self.path:
            # A message within the message is stepped into, where it has numbers of its own.
            if holder is None:
                holder = part if part is not None and part.type[0] == "multipart" else None
            if holder is None:
                return None, None
            part = holder.part(number)
            holder = None if part is None else part.message
        if self.what in ("", "MIME"):
            return part, part
        return part, holder


def take_section(arguments: Arguments) -> Section:
    """Take a section in its brackets.

    Raises:
        Bad: it is none.
    """
    arguments.expect(b"[")
    path: tuple[int, ...] = ()
    what = ""
    names: tuple[bytes, ...] = ()
    if not arguments.has(b"]"):
        path, what = _understood(arguments.item())
    if what.startswith("HEADER.FIELDS"):
        arguments.space()
        names = tuple(arguments.list_of(arguments.astring))
        if not 0 < len(names) <= NAMES_LIMIT:
            raise Bad(f"{what} with {len(names)} fields: it takes 1 to {NAMES_LIMIT}")
    arguments.expect(b"]")
    return Section(path, what, names)


def _understood(spec: str) -> tuple[tuple[int, ...], str]:
    match = NUMBERS.match(spec)
    path = tuple(map(int, match[0].split("."))) if match is not None else ()
    what = spec[match.end() :].removeprefix(".") if match is not None else spec
    known = (
        "HEADER",
        "HEADER.FIELDS",
        "HEADER.FIELDS.NOT",
        "TEXT",
        *(("MIME", "") if path else ()),
    )
    if what not in known or (match is not None and spec.endswith(".")):
        raise Bad(f"[{spec[:60]}] is no section")
    if len(path) > NUMBERS_LIMIT:
        raise Bad(f"a section of {len(path)} numbers: no message is that deep")
    return path, what
