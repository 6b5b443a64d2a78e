"""ENVELOPE: what a header says of a message, taken apart (RFC 3501 §7.4.2)."""

from netmocks.mail.imap.addresses import addresses_of
from netmocks.mail.imap.header import Header
from netmocks.mail.imap.reply import listed, nstring


def envelope(header: Header) -> bytes:
    """Return the ENVELOPE of a header; what it lacks is NIL."""
    from_ = _addresses(header, b"from")
    return listed(
        (
            nstring(header.get(b"date")),
            nstring(header.get(b"subject")),
            from_,
            _addresses(header, b"sender", from_),
            _addresses(header, b"reply-to", from_),
            _addresses(header, b"to"),
            _addresses(header, b"cc"),
            _addresses(header, b"bcc"),
            nstring(header.get(b"in-reply-to")),
            nstring(header.get(b"message-id")),
        )
    )


def _addresses(header: Header, name: bytes, otherwise: bytes = b"NIL") -> bytes:
    found = [address for field in header.all(name) for address in addresses_of(field)]
    return b"(%b)" % b"".join(address.wire for address in found) if found else otherwise
