import struct

import dns.flags
import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks import MisuseError
from netmocks.dns import Answer, Query, codec, records
from netmocks.dns.codec import HEADER, Refusal

PEER = ("127.0.0.1", 40000)


def read(data, transport="udp"):
    return codec.read(data, transport, PEER, 7)


def header(flags=0, questions=1, answers=0, authority=0, additional=0):
    return struct.pack("!6H", 0x1234, flags, questions, answers, authority, additional)


QUESTION = b"\x03www\x07example\x03com\x00\x00\x01\x00\x01"

#: Messages that no server can answer, and the rcode they get; None for silence.
HOSTILE = {
    "empty": (b"", None),
    "half a header": (header()[:11], None),
    "a response": (header(dns.flags.QR) + QUESTION, None),
    "a status request": (header(2 << 11) + QUESTION, "NOTIMP"),
    "an update": (header(5 << 11) + QUESTION, "NOTIMP"),
    "an opcode nobody knows": (header(15 << 11) + QUESTION, "NOTIMP"),
    "no question": (header(questions=0), "FORMERR"),
    "two questions": (header(questions=2) + QUESTION * 2, "FORMERR"),
    "65535 questions": (header(questions=65535) + QUESTION, "FORMERR"),
    "65535 answers": (header(answers=65535) + QUESTION, "FORMERR"),
    "65535 of all": (header(0, 1, 65535, 65535, 65535) + QUESTION * 5000, "FORMERR"),
    "a question cut off": (header() + QUESTION[:-3], "FORMERR"),
    "no bytes of the question": (header(), "FORMERR"),
    "a pointer to itself": (header() + b"\xc0\x0c\x00\x01\x00\x01", "FORMERR"),
    "a pointer ahead": (header() + b"\xc0\x20" + b"\x00" * 64, "FORMERR"),
    "a pointer into the header": (header() + b"\xc0\x00\x00\x01\x00\x01", None),
    "two pointers in a ring": (header() + b"\x01a\xc0\x10\xc0\x0c\x00\x01\x00\x01", "FORMERR"),
    "a label of an unknown kind": (header() + b"\x80www\x00\x00\x01\x00\x01", "FORMERR"),
    "a name of 300 bytes": (header() + b"\x3f" + b"a" * 63 + (b"\x3f" + b"a" * 63) * 4, "FORMERR"),
    "bytes behind the end": (header() + QUESTION + b"more", "FORMERR"),
    "a record without its data": (
        header(additional=1) + QUESTION + b"\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\x01",
        "FORMERR",
    ),
    "EDNS among the answers": (
        header(answers=1) + QUESTION + b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        "FORMERR",
    ),
    "EDNS twice": (
        header(additional=2) + QUESTION + b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00" * 2,
        "FORMERR",
    ),
    "EDNS of version 1": (
        header(additional=1) + QUESTION + b"\x00\x00\x29\x04\xd0\x00\x01\x00\x00\x00\x00",
        "BADVERS",
    ),
    "another class": (header() + QUESTION[:-1] + b"\x03", "REFUSED"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_answerable_query_gets_its_rcode_or_silence(case):
    data, rcode = HOSTILE[case]
    heard = read(data)
    if case == "a pointer into the header":  # which may well be a name: it is one that ends
        assert isinstance(heard, Query | Refusal)
        return
    assert isinstance(heard, Refusal)
    assert heard.reason
    if rcode is None:
        assert heard.response == b""
    else:
        response = dns.message.from_wire(heard.response)
        assert (response.id, response.flags & dns.flags.QR) == (0x1234, dns.flags.QR)
        assert dns.rcode.to_text(response.rcode()) == rcode


def test_a_signed_query_is_told_that_its_key_is_unknown():
    signed = dns.message.make_query("www.example.com", "A")
    signed.use_tsig({dns.name.from_text("key."): b"secret"})
    heard = read(signed.to_wire())
    assert dns.message.from_wire(heard.response).rcode() == dns.rcode.NOTAUTH


def test_a_query_is_read():
    message = dns.message.make_query("WWW.example.com", "MX", use_edns=0, payload=1400)
    query = read(message.to_wire(), "tcp")
    assert isinstance(query, Query)
    assert (query.name, query.type, query.transport) == ("www.example.com", "MX", "tcp")
    assert (query.peer, query.connection, query.payload) == (PEER, 7, 1400)
    assert query.domain.to_text() == "WWW.example.com."
    assert str(query) == "MX www.example.com over TCP"
    assert repr(query) == "<Query MX www.example.com over TCP from 127.0.0.1:40000>"


def test_a_question_of_an_unknown_type_is_read():
    assert read(header() + QUESTION[:-4] + b"\xff\x00\x00\x01").type == "TYPE65280"


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_refused_or_read(data):
    heard = read(data)
    if isinstance(heard, Refusal) and heard.response:
        assert heard.response[:2] == data[:2]
        assert HEADER.unpack_from(heard.response)[1] & dns.flags.QR


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.sampled_from([0, 1, 2, 65535]), min_size=4, max_size=4),
    st.lists(
        st.one_of(
            st.sampled_from([b"\xc0\x0c", b"\xc0\x00", b"\x00", b"\x03www", b"\x00\x01", b"\x29"]),
            st.binary(max_size=8),
        ),
        max_size=40,
    ),
)
def test_whatever_follows_a_header_is_refused_or_can_be_answered(flags, counts, pieces):
    data = struct.pack("!6H", 1, flags, *counts) + b"".join(pieces)
    heard = read(data)
    if isinstance(heard, Query):
        response = codec.write(heard, Answer().content(heard.domain, heard.kind))
        assert dns.message.from_wire(response).id == 1


# -- responses ------------------------------------------------------------------------------------


def large(count):
    return Answer(*(f"10.0.{i // 256}.{i % 256}" for i in range(count)))


def written(answer, transport="udp", **options):
    query = read(dns.message.make_query("www.example.com", "A", **options).to_wire(), transport)
    wire = codec.write(query, answer.content(query.domain, query.kind))
    return wire, dns.message.from_wire(wire)


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({}, 512),
        ({"use_edns": 0, "payload": 0}, 512),
        ({"use_edns": 0, "payload": 100}, 512),
        ({"use_edns": 0, "payload": 1232}, 1232),
        ({"use_edns": 0, "payload": 4096}, 4096),
    ],
)
def test_what_is_too_large_for_the_clients_datagrams_is_truncated(options, limit):
    wire, response = written(large(1000), **options)
    assert len(wire) <= limit
    assert response.flags & dns.flags.TC


def test_what_fits_is_not_truncated():
    wire, response = written(large(29))
    assert len(wire) <= 512
    assert not response.flags & dns.flags.TC
    assert len(response.answer[0]) == 29


def test_a_stream_carries_all_of_it():
    _, response = written(large(3000), "tcp")
    assert not response.flags & dns.flags.TC
    assert len(response.answer[0]) == 3000


def test_more_than_any_message_holds_is_misuse():
    with pytest.raises(MisuseError, match="larger than the 65535 bytes"):
        written(large(5000), "tcp")


def test_edns_is_answered_with_edns_and_only_then():
    assert written(large(1))[1].edns == -1
    assert written(large(1), use_edns=0)[1].edns == 0


def test_the_flags_say_who_is_in_charge():
    _, response = written(Answer("192.0.2.1"))
    assert dns.flags.to_text(response.flags) == "QR AA RD RA"
    _, response = written(Answer("192.0.2.1", authoritative=False))
    assert dns.flags.to_text(response.flags) == "QR RD RA"


def test_every_section_is_sent():
    answer = Answer(
        "192.0.2.1",
        ttl=9,
        answer="www.example.com. TXT more",
        authority="example.com. 5 NS ns.example.com.",
        additional="ns.example.com. A 192.0.2.53",
    )
    _, response = written(answer)
    assert [rrset.to_text() for rrset in response.answer] == [
        "www.example.com. 9 IN A 192.0.2.1",
        'www.example.com. 60 IN TXT "more"',
    ]
    assert response.authority[0].to_text() == "example.com. 5 IN NS ns.example.com."
    assert response.additional[0].to_text() == "ns.example.com. 60 IN A 192.0.2.53"
    assert records.text_of(response.question[0].name) == "www.example.com"
