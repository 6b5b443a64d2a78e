import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mail.imap.addresses import Address, addresses_of

GROUP, END = Address(None, b"all", None), Address(None, None, None)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (b"a@example.com", [Address(None, b"a", b"example.com")]),
        (b"<a@example.com>", [Address(None, b"a", b"example.com")]),
        (b"Ann B. <a.b@example.com>", [Address(b"Ann B.", b"a.b", b"example.com")]),
        (b'"B, \\"Ann\\"" <a@x>', [Address(b'B, "Ann"', b"a", b"x")]),
        (b'"a b"@x', [Address(None, b"a b", b"x")]),
        (b"a@x, b@y", [Address(None, b"a", b"x"), Address(None, b"b", b"y")]),
        (b"a @ x (Ann (B))", [Address(None, b"a", b"x")]),
        (b"<@relay,@other:a@x>", [Address(None, b"a", b"x")]),
        (b"a@[127.0.0.1]", [Address(None, b"a", b"[127.0.0.1]")]),
        (b"all: a@x;, b@y", [GROUP, Address(None, b"a", b"x"), END, Address(None, b"b", b"y")]),
        (b"nobody:;", [Address(None, b"nobody", None), END]),
        (b"open: a@x", [Address(None, b"open", None), Address(None, b"a", b"x"), END]),
        (b"=?utf-8?q?=C3=BC?= <a@x>", [Address(b"=?utf-8?q?=C3=BC?=", b"a", b"x")]),
        (b"just words", [Address(None, b"just words", b"")]),
        (b"", []),
        (b", ,", []),
        (b"(only a comment", []),
    ],
)
def test_addresses_are_taken_apart(field, found):
    assert addresses_of(field) == found


@given(st.lists(st.sampled_from(b'<>@,:;"()[]\\. a\x00\xff')).map(bytes))
def test_whatever_a_field_says_it_is_read(field):
    for address in addresses_of(field):
        assert address.wire.startswith(b"(")
