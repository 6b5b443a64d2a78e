"""The resolver's answers, byte by byte."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netharness.sealed.names import answer

#: A query for the address of a.example.com, recursion desired (RFC 1035 §4.1).
QUERY = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0\x01a\x07example\x03com\x00\x00\x01\x00\x01"


def resolve(name: str) -> str:
    if name.lower() != "a.example.com":
        raise socket.gaierror(socket.EAI_NONAME, "no")
    return "198.18.0.1"


def name_of(address: str) -> str | None:
    return "a.example.com" if address == "198.18.0.1" else None


def asked(query: bytes) -> bytes | None:
    return answer(query, resolve, name_of)


def of_type(kind: int, query: bytes = QUERY) -> bytes:
    return query[:-4] + struct.pack("!2H", kind, 1)


def test_an_address_is_told():
    assert asked(QUERY) == (
        b"\x12\x34\x85\x80\x00\x01\x00\x01\0\0\0\0"
        + QUERY[12:]
        + b"\xc0\x0c\x00\x01\x00\x01\0\0\0\0\x00\x04"
        + bytes([198, 18, 0, 1])
    )


@pytest.mark.parametrize("kind", [28, 15, 16, 65])
def test_a_name_that_exists_has_no_records_of_other_types(kind):
    reply = asked(of_type(kind))
    assert reply is not None
    assert reply == b"\x12\x34\x85\x80\x00\x01\0\0\0\0\0\0" + of_type(kind)[12:]


def test_a_name_that_nobody_has_does_not_exist():
    reply = asked(QUERY.replace(b"\x01a", b"\x01b"))
    assert reply is not None
    assert reply[3] & 0x0F == 3
    assert reply[6:8] == b"\0\0"


def test_the_name_of_an_address_is_told():
    query = of_type(12, QUERY[:12] + b"\x011\x010\x0218\x03198\x07in-addr\x04arpa\x00" + bytes(4))
    reply = asked(query)
    assert reply is not None
    assert reply.endswith(b"\x00\x0f\x01a\x07example\x03com\x00")


def test_the_flag_of_recursion_is_the_querys():
    reply = asked(QUERY[:2] + b"\0" + QUERY[3:])
    assert reply is not None
    assert reply[2] == 0x84


@pytest.mark.parametrize("size", range(12))
def test_less_than_a_header_is_not_answered(size):
    assert asked(QUERY[:size]) is None


def test_a_response_is_not_answered():
    assert asked(QUERY[:2] + b"\x81" + QUERY[3:]) is None


@pytest.mark.parametrize("size", range(12, len(QUERY)))
def test_a_query_that_is_cut_is_a_format_error(size):
    reply = asked(QUERY[:size])
    assert reply == b"\x12\x34\x84\x81" + bytes(8)


def test_a_compressed_name_in_a_query_is_a_format_error():
    reply = asked(QUERY[:12] + b"\xc0\x0c\x00\x01\x00\x01")
    assert reply is not None
    assert reply[3] & 0x0F == 1


@given(st.binary(max_size=600))
def test_garbage_gets_an_answer_or_none(data):
    reply = asked(data)
    assert reply is None or reply[:2] == data[:2]
