import pytest

from netmocks.mail.imap.reply import Bad, No, astring, go_on, listed, nstring, string, untagged


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        *((b"", b'""'), (b"a b", b'"a b"'), (b'"\\', b'"\\"\\\\"'), (b"a\r\n", b"{3}\r\na\r\n")),
        *((b"\0", b"{1}\r\n\0"), (b"\xff", b"{1}\r\n\xff")),
        (b"x" * 1001, b"{1001}\r\n" + b"x" * 1001),
    ],
)
def test_a_string_is_quoted_where_it_can_be(value, wire):
    assert string(value) == wire
    assert nstring(value) == wire


def test_nothing_is_nil_and_no_atom_is():
    assert nstring(None) == b"NIL"
    assert astring(b"NIL") == b'"NIL"'
    assert astring(b"nil") == b'"nil"'
    assert astring(b"INBOX") == b"INBOX"
    assert astring(b"a b") == b'"a b"'
    assert listed([b"a", b"b"]) == b"(a b)"


def test_replies_know_whether_they_ask():
    assert (untagged("BYE").wire, untagged(b"BYE").asks) == (b"* BYE\r\n", False)
    assert (go_on().wire, go_on("idling").asks) == (b"+ \r\n", True)


def test_refusals_may_have_a_code():
    assert str(No("why", "LIMIT")) == "[LIMIT] why"
    assert str(No("why")) == str(Bad("why")) == "why"
