"""Zones: all that a server knows of names, following CNAMEs from one zone to another."""

from collections.abc import Callable, Iterator

import dns.name
import dns.rdatatype
import dns.rdtypes.ANY.CNAME

from netmocks.dns import records
from netmocks.dns.answer import Answer, Content
from netmocks.dns.zone import Zone
from netmocks.errors import MisuseError

#: From a name and a type that no zone has to an answer; None where nothing is known of the name.
Directory = Callable[[str, str], Answer | None]

#: CNAMEs followed in one answer: more than any honest chain has.
CHAIN = 16


def nothing_known(name: str, kind: str) -> None:
    """Know of no name: the directory of a mock that was given none."""


class Zones:
    """All zones of a server; the one with the longest origin is in charge of a name.

    Arguments:
        directory: asked for names that are in no zone.
    """

    def __init__(self, directory: Directory = nothing_known) -> None:
        self._directory = directory
        # Replaced, never changed: the loop thread reads it while a test adds to it.
        self._zones: tuple[Zone, ...] = ()

    def __iter__(self) -> Iterator[Zone]:
        return iter(self._zones)

    def add(self, zone: Zone) -> None:
        """Add a zone.

        Raises:
            MisuseError: there is one with that origin.
        """
        if any(zone.origin == other.origin for other in self._zones):
            raise MisuseError(f"the zone {zone} is here already: write all of it in one text")
        longest_first = sorted((*self._zones, zone), key=lambda z: len(z.origin), reverse=True)
        self._zones = tuple(longest_first)

    def of(self, name: dns.name.Name) -> Zone | None:
        """Return the zone in charge of a name."""
        return next((zone for zone in self._zones if name in zone), None)

    def answer(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> Content | None:
        """Return what is known, following CNAMEs as far as that goes (RFC 1034 §3.6.2)."""
        content = self._lookup(name, kind)
        seen = {name}
        while content is not None and len(seen) <= CHAIN:
            target = _target(content, kind)
            followed = None if target is None or target in seen else self._lookup(target, kind)
            if target is None or followed is None:
                break
            seen.add(target)
            content = followed._replace(answer=content.answer + followed.answer)
        return content

    def _lookup(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> Content | None:
        zone = self.of(name)
        if zone is not None:
            return zone.lookup(name, kind)
        answer = self._directory(records.text_of(name), dns.rdatatype.to_text(kind))
        return None if answer is None else answer.content(name, kind)


def _target(content: Content, kind: dns.rdatatype.RdataType) -> dns.name.Name | None:
    """Return where the last record of an answer leads, if the question is for something else."""
    if not content.answer or kind in (dns.rdatatype.CNAME, dns.rdatatype.ANY):
        return None
    last = content.answer[-1]
    if last.rdtype != dns.rdatatype.CNAME:
        return None
    data = last[0]
    assert isinstance(data, dns.rdtypes.ANY.CNAME.CNAME)
    return data.target
