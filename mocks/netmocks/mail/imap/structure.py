"""BODYSTRUCTURE, and BODY without a section: how a message is built (RFC 3501 §7.4.2)."""

from collections.abc import Iterable

from netmocks.mail.imap.entity import Entity, valued
from netmocks.mail.imap.envelope import envelope
from netmocks.mail.imap.reply import listed, nstring, string


def structure(entity: Entity, *, extended: bool) -> bytes:
    """Return how a message is built.

    Arguments:
        entity: the message.
        extended: whether with the extension data, which BODY leaves out.
    """
    if entity.type[0] == "multipart":
        parts = b"".join(structure(part, extended=extended) for part in entity.parts)
        told = [parts + b" " + string(entity.type[1].upper().encode())]
        if extended:
            told += [_parameters(entity.parameters), *_extension(entity)]
        return listed(told)
    told = _leaf(entity, extended=extended)
    if extended:
        told += [nstring(entity.header.get(b"content-md5")), *_extension(entity)]
    return listed(told)


def _leaf(entity: Entity, *, extended: bool) -> list[bytes]:
    header = entity.header
    told = [
        *(string(word.upper().encode()) for word in entity.type),
        _parameters(entity.parameters),
        nstring(header.get(b"content-id")),
        nstring(header.get(b"content-description")),
        string(entity.encoding.upper()),
        b"%d" % len(entity.body),
    ]
    if entity.message is not None:
        told += [envelope(entity.message.header), structure(entity.message, extended=extended)]
    elif entity.type == ("message", "rfc822"):  # too deep to be taken apart, yet it must look so
        told += [envelope(entity.header), b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 0 0)']
    if entity.type[0] == "text" or entity.type == ("message", "rfc822"):
        told.append(b"%d" % entity.body.count(b"\n"))
    return told


def _extension(entity: Entity) -> tuple[bytes, ...]:
    """Disposition, language and location."""
    header = entity.header
    disposition = header.get(b"content-disposition")
    languages = [word.strip() for word in (header.get(b"content-language") or b"").split(b",")]
    return (
        _disposition(disposition) if disposition else b"NIL",
        listed(map(string, languages)) if all(languages) else b"NIL",
        nstring(header.get(b"content-location")),
    )


def _disposition(field: bytes) -> bytes:
    read = valued(field)
    return listed((string(read.value.upper()), _parameters(read.parameters)))


def _parameters(parameters: Iterable[tuple[bytes, bytes]]) -> bytes:
    told = [string(text) for name, value in parameters for text in (name.upper(), value)]
    return listed(told) if told else b"NIL"
