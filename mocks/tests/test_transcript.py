import pytest

from netmocks import Entry, transcript
from netmocks.transcript import BINARY_SHOWN, TEXT_SHOWN


def at(time, kind, *, mock="tcp", connection=1, way="", data=b"", value=None):
    return Entry(1, time, mock, connection, way, kind, data, value)


def test_each_kind_of_entry_has_its_mark_and_its_words():
    entries = [
        at(7.0, "route", mock="internet", connection=0, value="mail.example.com:25 -> tcp"),
        at(7.001, "opened", value=("127.0.0.1", 40112)),
        at(7.002, "tls", value="TLSv1.3"),
        at(7.25, "received", data=b"HELP\r\n"),
        at(8.5, "sent", data=b"214 no\r\n", connection=12),
        at(9.0, "event", value="a message"),
        at(10.0, "fault", value="reset"),
        at(10.0, "fault", value="late", way="in"),
        at(10.0, "fault", value="cut", way="out"),
        at(66.0, "error", value="two\nlines"),
        at(67.0, "closed"),
    ]
    assert transcript.of(entries).splitlines() == [
        "    0.000  internet  --  route: mail.example.com:25 -> tcp",
        "    0.001  tcp#1     --  opened by 127.0.0.1:40112",
        "    0.002  tcp#1     --  tls: TLSv1.3",
        "    0.250  tcp#1     C:  HELP",
        "    1.500  tcp#12    S:  214 no",
        "    2.000  tcp#1     ==  a message",
        "    3.000  tcp#1     --  fault: reset",
        "    3.000  tcp#1     C!  fault: late",
        "    3.000  tcp#1     S!  fault: cut",
        "   59.000  tcp#1     --  error: two",
        "   59.000  tcp#1     --  lines",
        "   60.000  tcp#1     --  closed",
    ]


def test_a_value_of_several_lines_has_its_mark_on_each():
    assert transcript.of([at(0, "event", value="From: me\nTo: you")]).splitlines() == [
        "    0.000  tcp#1  ==  From: me",
        "    0.000  tcp#1  ==  To: you",
    ]


def test_an_empty_value_has_a_line_all_the_same():
    assert transcript.of([at(0, "event", value="")]) == "    0.000  tcp#1  =="


def test_silence_is_told():
    assert transcript.of([]) == "(nothing was said)"


def test_what_was_dropped_stands_first_even_if_nothing_is_left():
    dropped = "(3 older entries were dropped to stay within the limit)"
    assert transcript.of([], 3) == dropped
    assert transcript.of([at(0, "closed")], 3).splitlines()[0] == dropped


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", [""]),
        (b"hello", ["hello"]),
        (b"one\r\ntwo\r\n", ["one", "two"]),
        (b"\r\n", [""]),
        (b"a\tb", ["a\tb"]),
        ("Grüße, 世界".encode(), ["Grüße, 世界"]),
        (b"\x00\x01\xfe", ["<3 bytes: 00 01 fe>"]),
        (b"\xff", ["<1 bytes: ff>"]),
        (b"text\xff", ["<5 bytes: 74 65 78 74 ff>"]),
        (b"\x1b[31m", ["<5 bytes: 1b 5b 33 31 6d>"]),
        (bytes(100), [f"<100 bytes: {'00 ' * BINARY_SHOWN}…>"]),
    ],
)
def test_text_is_shown_as_its_lines_and_binary_as_hex(data, lines):
    assert list(transcript.of_bytes(data)) == lines


def test_a_character_cut_by_the_end_of_a_chunk_does_not_make_text_binary():
    assert list(transcript.of_bytes("5 €".encode()[:-1])) == ["5 ", "… (2 more bytes)"]


def test_a_cut_character_alone_is_binary():
    assert list(transcript.of_bytes("€".encode()[:-1])) == ["<2 bytes: e2 82>"]


@pytest.mark.parametrize("character", ["x", "ü", "世", "😀"])
def test_long_text_is_cut_and_the_rest_counted(character):
    size = len(character.encode())
    shown = list(transcript.of_bytes(character.encode() * 10_000))
    assert shown == [
        character * TEXT_SHOWN,
        f"… ({(10_000 - TEXT_SHOWN) * size} more bytes)",
    ]


def test_binary_after_a_long_text_does_not_hide_the_text():
    shown = list(transcript.of_bytes(b"x" * 10_000 + b"\xff"))
    assert shown == ["x" * TEXT_SHOWN, f"… ({10_001 - TEXT_SHOWN} more bytes)"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (("127.0.0.1", 80), "127.0.0.1:80"),
        (("::1", 80, 0, 0), "[::1]:80"),
        ("/run/mail.sock", "/run/mail.sock"),
        (b"\x00abstract", "\x00abstract"),
        ("", "an unnamed peer"),
        (None, "an unnamed peer"),
    ],
)
def test_an_address_is_shown_as_people_write_it(value, shown):
    assert transcript.address(value) == shown
