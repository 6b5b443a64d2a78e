"""Fields: integers and strings, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.errors import PeerError
from netmocks.mysql.protocol.fields import Fields, encoded_integer, encoded_string


@given(st.integers(0, 2**64 - 1))
def test_a_length_encoded_integer_is_read_as_it_was_written(value):
    fields = Fields(encoded_integer(value))

    assert fields.encoded_integer() == value
    assert fields.left == 0


@pytest.mark.parametrize(
    ("value", "size"), [(0, 1), (250, 1), (251, 3), (65535, 3), (65536, 4), (2**24, 9)]
)
def test_a_length_encoded_integer_is_no_longer_than_it_has_to_be(value, size):
    assert len(encoded_integer(value)) == size


@given(st.binary(max_size=300), st.binary(max_size=5))
def test_a_length_encoded_string_is_read_as_it_was_written(value, rest):
    fields = Fields(encoded_string(value) + rest)

    assert fields.encoded_string() == value
    assert fields.rest() == rest


def test_a_terminated_string_ends_at_its_nul_or_with_the_packet():
    fields = Fields(b"root\0test")

    assert (fields.terminated_string(), fields.terminated_string()) == (b"root", b"test")


@pytest.mark.parametrize("payload", [b"", b"\xfc\x01", b"\x05abcd", b"\xfe1234567"])
def test_a_packet_that_ends_too_early_is_the_peers_error(payload):
    with pytest.raises(PeerError, match="ends too early"):
        Fields(payload).encoded_string()


def test_what_begins_no_length_is_the_peers_error():
    with pytest.raises(PeerError, match="0xfb"):
        Fields(b"\xfb").encoded_integer()
