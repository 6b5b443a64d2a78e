"""Zone: the records of a domain and all below it, and what they answer (RFC 1034 §4.3.2).

Pure: names in, records out.
"""

from collections.abc import Iterator

import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from netmocks.dns import records
from netmocks.dns.answer import Content
from netmocks.errors import MisuseError

#: The records of one name, by type.
Node = dict[dns.rdatatype.RdataType, dns.rrset.RRset]

#: Types whose data names a host, and where in the data: its addresses go along.
HOSTS = {
    dns.rdatatype.MX: "exchange",
    dns.rdatatype.NS: "target",
    dns.rdatatype.SRV: "target",
}

WILDCARD = b"*"


class Zone:
    """A zone.

    Arguments:
        origin: its topmost name.
        text: its records; see `records.read`. It needs neither SOA nor NS.

    Raises:
        MisuseError: the origin is no name, or the text no zone text.
    """

    def __init__(self, origin: str, text: str) -> None:
        self.origin = records.name_of(origin)
        self._nodes: dict[dns.name.Name, Node] = {self.origin: {}}
        for rrset in records.read(text, self.origin, what=f"the zone {origin}"):
            self._nodes.setdefault(rrset.name, {})[rrset.rdtype] = rrset
            # A name between this and the origin exists, though without records (RFC 8020 §2).
            for above in _between(rrset.name, self.origin):
                self._nodes.setdefault(above, {})

    def __str__(self) -> str:
        return records.text_of(self.origin)

    def __contains__(self, name: dns.name.Name) -> bool:
        return name.is_subdomain(self.origin)

    def lookup(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> Content:
        """Return what the zone says of a name in it; it follows no CNAME."""
        cut = self._delegation(name)
        if cut is not None and not (name == cut.name and kind == dns.rdatatype.DS):
            return Content(authority=(cut,), additional=self._addresses(cut), authoritative=False)
        node = self._nodes.get(name)
        if node is None:
            node = self._synthesized(name)
        if node is None:
            return Content(dns.rcode.NXDOMAIN, authority=self._soa())
        return self._answer(node, kind)

    def transfer(self, *, whole: bool = True) -> Content:
        """Return all records, between two copies of the SOA (RFC 5936 §2.2); or the SOA alone.

        Raises:
            MisuseError: there is no SOA.
        """
        soa = self._soa()
        if not soa:
            raise MisuseError(
                f"the zone {self} can't be transferred: that begins and ends with its SOA (RFC 5936"
                " §2.2), so write one into its text:\n    @ SOA ns admin 1 3600 600 86400 60"
            )
        records = [rrset for node in self._nodes.values() for rrset in node.values()]
        between = [rrset for rrset in records if rrset is not soa[0]]
        return Content(answer=(*soa, *between, *soa) if whole else soa)

    @property
    def serial(self) -> int | None:
        """The version that its SOA tells; None where there is none."""
        return next((soa[0].serial for soa in self._soa()), None)

    def _answer(self, node: Node, kind: dns.rdatatype.RdataType) -> Content:
        if kind == dns.rdatatype.ANY:
            found = tuple(node.values())
        else:
            rrset = node.get(kind) or node.get(dns.rdatatype.CNAME)
            found = () if rrset is None else (rrset,)
        if not found:
            return Content(authority=self._soa())
        return Content(answer=found, additional=self._addresses(*found))

    def _delegation(self, name: dns.name.Name) -> dns.rrset.RRset | None:
        """Return the NS records of the topmost cut above a name (RFC 1034 §4.2.1)."""
        for above in reversed([name, *_between(name, self.origin)]):
            if above != self.origin and dns.rdatatype.NS in self._nodes.get(above, {}):
                return self._nodes[above][dns.rdatatype.NS]
        return None

    def _synthesized(self, name: dns.name.Name) -> Node | None:
        """Return the records that a wildcard has for a name that does not exist (RFC 4592 §3.3)."""
        encloser = next(above for above in _above(name) if above in self._nodes)
        wild = self._nodes.get(dns.name.Name((WILDCARD, *encloser.labels)))
        if wild is None:
            return None
        return {kind: _renamed(rrset, name) for kind, rrset in wild.items()}

    def _soa(self) -> tuple[dns.rrset.RRset, ...]:
        """Return what a negative answer goes with (RFC 2308 §3)."""
        soa = self._nodes[self.origin].get(dns.rdatatype.SOA)
        return () if soa is None else (soa,)

    def _addresses(self, *rrsets: dns.rrset.RRset) -> tuple[dns.rrset.RRset, ...]:
        """Return the addresses, as far as they are here, of the hosts that records name."""
        hosts = dict.fromkeys(
            getattr(data, HOSTS[rrset.rdtype])
            for rrset in rrsets
            if rrset.rdtype in HOSTS
            for data in rrset
        )
        types = (dns.rdatatype.A, dns.rdatatype.AAAA)
        return tuple(
            self._nodes[host][kind]
            for host in hosts
            for kind in types
            if kind in self._nodes.get(host, {})
        )


def _above(name: dns.name.Name) -> Iterator[dns.name.Name]:
    """The names above a name, the nearest first."""
    while name != dns.name.root:
        name = name.parent()
        yield name


def _between(name: dns.name.Name, origin: dns.name.Name) -> Iterator[dns.name.Name]:
    """The names above a name and below the origin, the nearest first."""
    for above in _above(name):
        if not above.is_subdomain(origin) or above == origin:
            return
        yield above


def _renamed(rrset: dns.rrset.RRset, name: dns.name.Name) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, rrset.ttl, list(rrset))
