from email import message_from_bytes

import pytest

from netmocks.mail.policy import TOLERANT, VERBATIM, Unread


def _fail(name, value):
    """Stands in for the parser of fields, whose own errors differ from one Python to the next."""
    raise ZeroDivisionError


@pytest.fixture
def broken():
    """A message none of whose fields the parser can make sense of."""
    policy = TOLERANT.clone(header_factory=_fail)
    source = b"To: ,,,\r\n <\xff\r\nContent-Disposition: attachment\r\n\r\nbody"
    return message_from_bytes(source, policy=policy)


def test_a_field_that_the_parser_fails_on_reads_as_it_came(broken):
    field = broken["To"]
    assert isinstance(field, Unread)
    assert field == ",,, <�"
    (error,) = field.defects
    assert isinstance(error, ZeroDivisionError)


def test_a_message_with_such_fields_can_be_used_all_the_same(broken):
    assert not broken.is_attachment()
    assert broken.get_content_disposition() == "attachment"
    assert broken.get_content() == "body"


def test_a_field_that_makes_sense_is_parsed_as_ever():
    message = message_from_bytes(b"Cc: c@example.com\r\n\r\n", policy=TOLERANT)
    (address,) = message["Cc"].addresses
    assert address.addr_spec == "c@example.com"


def test_a_message_is_written_down_as_it_came():
    source = b"Subject: " + b"long " * 60 + b"\r\nX: a\r\n b\r\n\r\nbody\r\n"
    message = message_from_bytes(source, policy=TOLERANT)
    assert message.as_bytes(policy=VERBATIM) == source
