"""Addresses and messages are what the standard library reads so."""

from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP

import pytest
from hypothesis import given

from netharness.strategies import mail_addresses, mime_messages


@given(mail_addresses(quoted=True))
def test_an_address_is_one(address):
    parsed = Address(addr_spec=address)
    assert f"{parsed.username}" in address.replace("\\", "") or '"' in address
    assert address.endswith(f"@{parsed.domain}")


def content(part):
    """Bytes, or text whose lines end as Python's do."""
    found = part.get_content()
    return found.replace("\r\n", "\n") if isinstance(found, str) else found


def parts(message):
    """What a reader sees of each part."""
    return [
        (part.get_content_type(), part.get_filename(), content(part))
        for part in message.walk()
        if not part.is_multipart()
    ]


@given(mime_messages())
def test_a_message_is_read_as_it_was_written(message):
    wire = message.as_bytes()
    read = message_from_bytes(wire, policy=SMTP)
    assert not any(part.defects for part in read.walk())
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    for name in ("From", "To", "Subject"):
        assert str(read[name]) == str(message[name])
    assert parts(read) == parts(message)


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "multipart/related", "multipart/alternative", "image/png"]
)
def test_messages_come_in_all_shapes(some, kind):
    message = some(
        mime_messages(), lambda made: kind in [part.get_content_type() for part in made.walk()]
    )
    assert message["From"]


def test_addresses_shrink_to_short_ones(smallest):
    assert smallest(mail_addresses()) == "0@0.com"
    assert smallest(mail_addresses(quoted=True), lambda address: '"' in address) == '"0"@0.com'
