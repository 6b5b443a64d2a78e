import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mail.imap import utf7


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        *(("INBOX", b"INBOX"), ("", b""), ("a&b", b"a&-b"), ("été", b"&AOk-t&AOk-")),
        # The example of RFC 3501 §5.1.3.
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("😀", b"&2D3eAA-"),
    ],
)
def test_names_are_written_and_read(name, wire):
    assert utf7.encode(name) == wire
    assert utf7.decode(wire) == name


@pytest.mark.parametrize(
    "wire", [b"&", b"a&b", b"&AOk", b"&AGE-", b"&A-", b"&AOk-&AOk-", b"\xe9", b"a\0", b"&2D0-"]
)
def test_what_is_written_otherwise_is_refused(wire):
    with pytest.raises(ValueError):
        utf7.decode(wire)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_can_be_written(name):
    assert utf7.decode(utf7.encode(name)) == name


@given(st.binary(max_size=20))
def test_no_bytes_are_read_in_two_ways(wire):
    try:
        name = utf7.decode(wire)
    except ValueError:
        return
    assert utf7.encode(name) == wire
