import pytest

from netmocks.mail.imap.header import Header, decoded, header_size

RAW = b"From: a\r\nTO : b,\r\n\tc\r\nX: 1\r\nx: 2\r\nEmpty:\r\n\r\n"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        *((b"A: 1\r\n\r\nbody", 8), (b"A: 1\n\nbody", 6), (b"A: 1\r\n", 6), (b"", 0), (b"A", 1)),
        *((b"\r\nbody", 2), (b"\nbody", 1), (b"A: 1\n\r\nbody", 7), (b"A: 1\r\n\r", 7)),
    ],
)
def test_a_header_ends_with_an_empty_line_or_the_message(content, size):
    assert header_size(content) == size


def test_fields_are_found_in_any_case_and_unfolded():
    header = Header(RAW)
    assert header.get(b"from") == b"a"
    assert header.get(b"To") == b"b,\tc"
    assert header.get(b"empty") == b""
    assert header.get(b"fro") is None
    assert header.all(b"X") == [b"1", b"2"]
    assert header.get(b".*") is None


def test_some_fields_are_taken_as_they_stand():
    header = Header(RAW)
    assert header.only({b"to", b"x"}) == b"TO : b,\r\n\tc\r\nX: 1\r\nx: 2\r\n\r\n"
    assert header.only({b"to", b"x"}, but=True) == b"From: a\r\nEmpty:\r\n\r\n"
    assert header.only({b"none"}) == b"\r\n"
    assert Header(b"A: 1").only({b"a"}) == b"A: 1\r\n\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((b"plain", "plain"), (b"=?utf-8?q?=C3=BC?= b", "ü b"), ("ü".encode(), "ü")),
        *((b"\xfc", "\ufffd"), (b"=?utf-8?b?a?=", "=?utf-8?b?a?="), (b"=?x-none?q?a?=", "a")),
        *(("ü =?utf-8?q?a?=".encode(), "ü a"), (b"=?idna?q?=80?=", "\ufffd"), (b"=?", "=?")),
        *((b"=?utf-8?b?w7w=?= =?utf-8?q?a_b?=", "üa b"), (b"=?utf-8?q?a?= b", "a b")),
        *((b"=?utf-8?q?=C3?=\t=?UTF-8?q?=BC?=", "ü"), (b"=?utf-8*de?q?=C3=BC?=", "ü")),
        *((b"=?latin-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"), (b"=?utf-8?q??=", "")),
    ],
)
def test_encoded_words_are_decoded_as_far_as_possible(value, text):
    assert decoded(value) == text


def test_what_nearly_is_an_encoded_word_costs_no_more_than_its_length():
    broken = b"=?a?q?" * 200_000
    assert decoded(broken) == broken.decode()
