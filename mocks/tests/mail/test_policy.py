from email import message_from_bytes
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mail import policy
from netmocks.mail.policy import TOLERANT, VERBATIM, Unread, parse


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


#: What a parser of lines may stumble over where it is cut.
PIECES = st.sampled_from(
    b"Content-Type: multipart/mixed; boundary=x\r\n|\r\n|\n|\r|\r\n\r\n|Subject: a| b|From: \xff|: "
    b"|--x|--|text|\0|\xc3\xa9".split(b"|")
)


def made_of(message):
    """Return all that there is to tell of a message."""
    return (
        message.items(),
        message.preamble,
        message.epilogue,
        [type(defect) for defect in message.defects],
        list(map(made_of, message.get_payload()))
        if message.is_multipart()
        else message.get_payload(),
    )


@given(st.lists(PIECES, max_size=20).map(b"".join), st.integers(1, 9))
def test_a_message_that_is_parsed_in_pieces_is_what_it_is_as_a_whole(content, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "PIECE", size)
        parsed = parse(content)
    assert made_of(parsed) == made_of(message_from_bytes(content, policy=TOLERANT))


def test_fields_of_one_kind_are_of_one_class():
    parsed = parse(b"To: a@example.com\r\nCc: b@example.com\r\nX-A: a\r\nX-B: b\r\n\r\n")
    kinds = [type(value) for value in parsed.values()]
    assert [one is other for one, other in pairwise(kinds)] == [True, False, True]
    assert parsed["To"].addresses[0].addr_spec == "a@example.com"
