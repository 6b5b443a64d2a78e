from datetime import datetime

import pytest

from netmocks.mail.imap.reader import RawCommand
from netmocks.mail.imap.service import serve, understand

CONTENT = b"From: a@x\r\nSubject: one\r\n\r\nbody\r\n"
ANN = '((NIL NIL "a" "x"))'
DATE = datetime.fromisoformat("2024-02-29T12:34:56+05:30")


@pytest.fixture
def inbox(account):
    account.add(CONTENT, date=DATE)
    account.add(b"2", flags=["\\Seen"], date=DATE)
    return account.inbox


@pytest.fixture
def client(user, inbox):
    return user("INBOX")


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("FLAGS", "FLAGS (\\Recent)"),
        ("(uid flags)", "UID 1 FLAGS (\\Recent)"),
        ("INTERNALDATE", 'INTERNALDATE "29-Feb-2024 12:34:56 +0530"'),
        ("RFC822.SIZE", f"RFC822.SIZE {len(CONTENT)}"),
        ("RFC822.HEADER", "RFC822.HEADER {27}\r\nFrom: a@x\r\nSubject: one\r\n\r\n"),
        ("BODY", 'BODY ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 6 1)'),
        (
            "ENVELOPE",
            f'ENVELOPE (NIL "one" {" ".join([ANN] * 3)} NIL NIL NIL NIL NIL)',
        ),
        ("BODY.PEEK[TEXT]", "BODY[TEXT] {6}\r\nbody\r\n"),
        ("BODY.PEEK[]<0.4>", "BODY[]<0> {4}\r\nFrom"),
        ("BODY.PEEK[]<29.100>", "BODY[]<29> {4}\r\ndy\r\n"),
        ("BODY.PEEK[]<4294967295.1>", "BODY[]<4294967295> {0}\r\n"),
        ("BODY.PEEK[9]", "BODY[9] NIL"),
        ("BODY.PEEK[HEADER.FIELDS (to)]", "BODY[HEADER.FIELDS (to)] {2}\r\n\r\n"),
        ("FAST", 'FLAGS (\\Recent) INTERNALDATE "29-Feb-2024 12:34:56 +0530" RFC822.SIZE 33'),
        ("(UID UID)", "UID 1"),
    ],
)  # fmt: skip
def test_items_are_told(client, inbox, item, told):
    assert client.data(f"FETCH 1 {item}") == [f"1 FETCH ({told})"]
    assert inbox[0].flags == frozenset()


@pytest.mark.parametrize("macro", ["ALL", "FULL"])
def test_macros_stand_for_several_items(client, macro):
    [told] = client.data(f"FETCH 1 {macro}")
    assert "ENVELOPE" in told
    assert ("BODY (" in told) is (macro == "FULL")


@pytest.mark.parametrize("item", ["BODY[]", "RFC822", "RFC822.TEXT", "BODY[TEXT]<0.1>"])
def test_what_is_read_is_seen_and_that_is_told_once(client, inbox, item):
    [told] = client.data(f"FETCH 1 {item}")
    assert told.endswith(" FLAGS (\\Seen \\Recent))")
    assert inbox[0].flags == {"\\Seen"}
    [told] = client.data(f"FETCH 1 {item}")
    assert "FLAGS" not in told


def test_what_is_read_by_one_is_seen_by_others(client, user):
    other = user("INBOX")
    client.data("FETCH 1 BODY[]")
    assert other.data("NOOP") == ["1 FETCH (UID 1 FLAGS (\\Seen))"]


def test_flags_that_are_asked_for_with_the_body_are_told_as_they_become(client):
    assert client.data("FETCH 1 (FLAGS BODY[TEXT])") == [
        "1 FETCH (FLAGS (\\Seen \\Recent) BODY[TEXT] {6}\r\nbody\r\n)"
    ]


def test_by_uid_the_uid_is_told(client, inbox):
    inbox.expunge([inbox[0]])
    assert client.data("UID FETCH 2:9 FLAGS") == [
        "2 FETCH (UID 2 FLAGS (\\Seen \\Recent))",
        "1 EXPUNGE",
    ]
    assert client.data("UID FETCH * (FLAGS UID)") == ["1 FETCH (FLAGS (\\Seen \\Recent) UID 2)"]
    assert client.data("UID FETCH 77 FLAGS") == []


@pytest.mark.parametrize(
    "line",
    [
        *("FETCH", "FETCH 1", "FETCH 0 FLAGS", "FETCH x FLAGS", "FETCH 3 FLAGS", "FETCH 1 ()"),
        *("FETCH 1 COLOUR", "FETCH 1 (ALL)", "FETCH 1 BODY[",
          "FETCH 1 BODY[]<1>", "FETCH 1 BODY.PEEK"),
        *("FETCH 1 BODY[]<0.0>", "FETCH 1 BODY[]<-1.5>",
          "FETCH 1 FLAGS UID", "FETCH 1 RFC822.PEEK"),
        *("FETCH 1 BODY[MIME]", "UID FETCH 1", "FETCH 1  FLAGS"),
        f"FETCH 1 ({'UID ' * 300}UID)",
    ],
)  # fmt: skip
def test_what_is_wrong_changes_nothing(client, inbox, line):
    [ending] = client.say(line)
    assert ending.startswith("BAD ")
    assert inbox[0].flags == frozenset()


def test_nothing_is_fetched_of_an_empty_mailbox(user, account):
    client = user("INBOX")
    assert client.data("FETCH 1:* FLAGS") == []
    assert client.end("FETCH 1 FLAGS") == "BAD there is no message 1, there are 0"


@pytest.mark.parametrize(
    "content", [b"\0", bytes(range(256)), b"\r\r\n\n", b"Content-Type: multipart/x; boundary=\xff"]
)
def test_a_message_is_told_byte_for_byte(user, account, content):
    account.add(content)
    client = user("INBOX")
    assert _bytes(client, "FETCH 1 BODY.PEEK[]") == b"1 FETCH (BODY[] {%d}\r\n%b)" % (
        len(content),
        content,
    )


def _bytes(client, line):
    """The first reply, as bytes."""
    order = understand(client.session, RawCommand(b"a " + line.encode() + b"\r\n"))
    return next(serve(client.session, order)).text
