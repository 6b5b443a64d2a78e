"""Transfer: whole zones, for secondary servers (AXFR, RFC 5936; IXFR, RFC 1995), in one message."""

import dns.rcode
import dns.rdatatype

from netmocks.dns.answer import Content
from netmocks.dns.query import Query
from netmocks.dns.zone import Zone

#: The types that ask for a transfer.
TRANSFERS = (dns.rdatatype.AXFR, dns.rdatatype.IXFR)


def transferred(query: Query, zone: Zone) -> Content:
    """Answer a query for a zone, which is in charge of the name that is asked for.

    Who asks for changes gets the whole zone, unless it has that version already.

    Raises:
        MisuseError: the zone has no SOA.
    """
    if query.domain != zone.origin:  # RFC 5936 §2.2.1
        return Content(dns.rcode.NOTAUTH, authoritative=False)
    if query.kind == dns.rdatatype.AXFR:
        if query.transport == "udp":  # RFC 5936 §4.2: there is no such thing
            return Content(dns.rcode.NOTIMP, authoritative=False)
        return zone.transfer()
    # By UDP, the SOA alone says: ask by TCP (RFC 1995 §2).
    return zone.transfer(whole=query.transport == "tcp" and zone.serial not in _known(query))


def _known(query: Query) -> list[int]:
    """Return the version that a client has: that of the SOA in its authority section."""
    return [
        data.serial
        for rrset in query.message.authority
        if rrset.rdtype == dns.rdatatype.SOA
        for data in rrset
    ]
