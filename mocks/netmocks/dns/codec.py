"""Codec: from the bytes of a message to a query, from an answer to bytes. No socket, no clock."""

import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass

from netmocks.dns.answer import Content, Fault
from netmocks.dns.query import Query, Transport
from netmocks.errors import MisuseError

#: The header: id, flags, and the number of records of each section (RFC 1035 §4.1.1).
HEADER = struct.Struct("!6H")

#: Bytes that a client without EDNS takes by UDP (RFC 1035 §4.2.1).
WITHOUT_EDNS = 512

#: Bytes that a message over TCP holds, for two tell its length (RFC 1035 §4.2.2).
LARGEST = 65535

#: Bytes by UDP that we say we take (DNS flag day 2020).
PAYLOAD = 1232


class Refusal(NamedTuple):
    """What becomes of a message that is no query that can be answered."""

    #: why
    reason: str
    #: what to send; empty for nothing
    response: bytes


def read(data: bytes, transport: Transport, peer: Any, connection: int) -> Query | Refusal:
    """Read a message of a client."""
    if len(data) < HEADER.size:
        return Refusal(f"{len(data)} bytes are less than a header", b"")
    number, flags, questions, *_ = HEADER.unpack_from(data)
    if flags & dns.flags.QR:  # to answer an answer could go on for ever
        return Refusal("a response, which nobody asked for", b"")
    opcode = dns.opcode.from_flags(flags)
    if opcode != dns.opcode.QUERY:
        shown = dns.opcode.to_text(opcode)
        return Refusal(f"opcode {shown}, not QUERY", _bare(number, flags, dns.rcode.NOTIMP))
    if questions != 1:  # RFC 9619 §4
        return Refusal(f"{questions} questions, not one", _bare(number, flags, dns.rcode.FORMERR))
    try:
        message = dns.message.from_wire(data)
    except dns.message.UnknownTSIGKey:  # RFC 8945 §5.2.1
        return Refusal("signed with a key", _bare(number, flags, dns.rcode.NOTAUTH))
    except Exception as error:  # whatever dnspython stumbles over, the client wrote it
        why = f"malformed: {error}"
        return Refusal(why, _bare(number, flags, dns.rcode.FORMERR))
    query = Query(message, transport, peer, connection, len(data))
    if message.edns > 0:  # RFC 6891 §6.1.3
        why = f"EDNS version {message.edns}, not 0"
        return Refusal(why, _refused(query, dns.rcode.BADVERS))
    if message.question[0].rdclass not in (dns.rdataclass.IN, dns.rdataclass.ANY):
        shown = dns.rdataclass.to_text(message.question[0].rdclass)
        return Refusal(f"class {shown}, not IN", _refused(query, dns.rcode.REFUSED))
    return query


def _bare(number: int, flags: int, rcode: dns.rcode.Rcode) -> bytes:
    """Return a response of a header alone, for a question that can't be repeated."""
    kept = flags & (dns.opcode.to_flags(dns.opcode.from_flags(flags)) | dns.flags.RD)
    return HEADER.pack(number, dns.flags.QR | kept | rcode, 0, 0, 0, 0)


def _refused(query: Query, rcode: dns.rcode.Rcode) -> bytes:
    response = _skeleton(query)
    response.set_rcode(rcode)
    return response.to_wire()


def _skeleton(query: Query) -> dns.message.Message:
    return dns.message.make_response(query.message, recursion_available=True, our_payload=PAYLOAD)


def write(query: Query, content: Content, faults: Iterable[Fault] = ()) -> bytes:
    """Return the response to a query, struck by faults; empty for none.

    What is too large for the client's UDP is truncated (RFC 2181 §9).

    Raises:
        MisuseError: it is too large for any message.
    """
    response = _skeleton(query)
    response.set_rcode(content.rcode)
    if content.authoritative:
        response.flags |= dns.flags.AA
    response.answer.extend(content.answer)
    response.authority.extend(content.authority)
    response.additional.extend(content.additional)
    for fault in faults:
        if fault.instead is not None:
            return fault.instead
        if fault.alter is not None:
            fault.alter(response, query)
    is_datagram = query.transport == "udp"
    limit = max(WITHOUT_EDNS, query.payload or 0) if is_datagram else LARGEST
    try:
        # Records in the test's own order: dnspython would shuffle them.
        return response.to_wire(max_size=limit, prefer_truncation=is_datagram, want_shuffle=False)
    except dns.exception.TooBig:
        raise MisuseError(
            f"the answer to {query} is larger than the {LARGEST} bytes of any message"
        ) from None
