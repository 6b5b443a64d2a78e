"""Answer: what a query gets, as a test says it; and Content, the same as records."""

import copy
from collections.abc import Callable
from typing import NamedTuple, Self

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from netmocks.dns import records
from netmocks.dns.query import Query, Transport
from netmocks.errors import MisuseError

#: Records of an answer that the journal shows.
SHOWN = 4


class Content(NamedTuple):
    """The records of a response, by section (RFC 1035 §4.1)."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    answer: tuple[dns.rrset.RRset, ...] = ()
    authority: tuple[dns.rrset.RRset, ...] = ()
    additional: tuple[dns.rrset.RRset, ...] = ()
    #: whether it comes from who is in charge of the name (the flag AA)
    authoritative: bool = True

    def __str__(self) -> str:
        data = [f"{rrset.rdtype.name} {each}" for rrset in self.answer for each in rrset]
        more = [f"and {len(data) - SHOWN} more"] if len(data) > SHOWN else []
        found = ", ".join(data[:SHOWN] + more)
        if self.rcode == dns.rcode.NOERROR:
            return found or "no record"
        return f"{self.rcode.name}, {found}" if found else self.rcode.name


class Fault(NamedTuple):
    """What is done to a response on its way."""

    #: how the journal calls it
    name: str
    #: seconds that it comes late
    delay: float = 0.0
    #: changes the response, given the query
    alter: Callable[[dns.message.Message, Query], None] | None = None
    #: what is sent in its place; empty for nothing
    instead: bytes | None = None
    #: what it strikes
    transports: tuple[Transport, ...] = ("udp", "tcp")


class Answer:
    """What a query gets.

        Answer("192.0.2.1", "192.0.2.2", ttl=5)
        Answer(rcode="NXDOMAIN", authority="example.com. 60 IN SOA ns admin 1 2 3 4 5")

    Arguments:
        values: the data of each record, as in zone text: "10 mail.example.com" for MX. The records
            are of the name and type that were asked for.
        ttl: seconds that those records live.
        rcode: the response code (RFC 1035 §4.1.1, RFC 6895 §2.3).
        answer, authority, additional: zone text of further records, every name absolute.
        authoritative: the flag AA.

    Raises:
        MisuseError: an unknown rcode, a TTL that is none, or zone text that is none.
    """

    def __init__(
        self,
        *values: str,
        ttl: int = records.TTL,
        rcode: str = "NOERROR",
        answer: str = "",
        authority: str = "",
        additional: str = "",
        authoritative: bool = True,
    ) -> None:
        if not isinstance(ttl, int) or not 0 <= ttl < 2**31:
            raise MisuseError(f"ttl={ttl!r}: it is a number of seconds, below 2^31 (RFC 2181 §8)")
        for value in values:
            if not isinstance(value, str):
                raise MisuseError(f"{value!r} is no record data: it is text, such as '192.0.2.1'")
        self.values = values
        self.ttl = ttl
        self.faults: tuple[Fault, ...] = ()
        #: whether it is what the zones say, instead of what is said here
        self.of_zones = False
        self._rest = Content(
            _rcode(rcode),
            _section(answer, "answer"),
            _section(authority, "authority"),
            _section(additional, "additional"),
            authoritative,
        )

    def __repr__(self) -> str:
        what = "the zones" if self.of_zones else ", ".join(self.values) or self._rest.rcode.name
        return f"<Answer {what}{''.join(f', {fault.name}' for fault in self.faults)}>"

    def struck_by(self, fault: Fault) -> Self:
        """Return the same answer with one more fault."""
        struck = copy.copy(self)
        struck.faults = (*self.faults, fault)
        return struck

    def content(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> Content:
        """Return its records for one question.

        Raises:
            MisuseError: the values are no data of that type.
        """
        if not self.values:
            return self._rest
        data = [records.data_of(kind, value) for value in self.values]
        own = dns.rrset.from_rdata_list(name, self.ttl, data)
        return self._rest._replace(answer=(own, *self._rest.answer))


def _rcode(text: str) -> dns.rcode.Rcode:
    try:
        return dns.rcode.from_text(text)
    except (dns.exception.DNSException, ValueError, TypeError, AttributeError):
        raise MisuseError(
            f"rcode={text!r}: there is no such response code; there are NOERROR, FORMERR, SERVFAIL,"
            " NXDOMAIN, NOTIMP, REFUSED and others (RFC 6895 §2.3)"
        ) from None


def _section(text: str, name: str) -> tuple[dns.rrset.RRset, ...]:
    return tuple(records.read(text, dns.name.root, what=f"{name}="))


#: The name does not exist (RFC 8020).
NXDOMAIN = Answer(rcode="NXDOMAIN")
#: The server failed.
SERVFAIL = Answer(rcode="SERVFAIL", authoritative=False)
#: The server does not want to.
REFUSED = Answer(rcode="REFUSED", authoritative=False)
#: The name exists, and has no record of that type (NODATA, RFC 2308 §2.2).
EMPTY = Answer()
