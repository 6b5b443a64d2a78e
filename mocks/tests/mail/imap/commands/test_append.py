from datetime import datetime

import pytest


def test_a_message_is_put_there_with_flags_and_date(user, account):
    line = b'APPEND INBOX (\\seen kw) "29-Feb-2024 12:34:56 +0530" {5}\r\na\0\xff\r\n'
    ending = user().end(line)
    assert ending == f"OK [APPENDUID {account.inbox.uid_validity} 1] APPEND completed"
    [message] = account.inbox
    assert message.content == b"a\0\xff\r\n"
    assert message.flags == {"\\Seen", "kw"}
    assert message.internal_date == datetime.fromisoformat("2024-02-29T12:34:56+05:30")


def test_several_are_put_there_at_once(user, account):
    ending = user().end(b"APPEND INBOX (a) {1+}\r\n1 {1+}\r\n2 () {1+}\r\n3")
    assert ending == f"OK [APPENDUID {account.inbox.uid_validity} 1:3] APPEND completed"
    assert [(m.content, m.flags) for m in account.inbox] == [
        (b"1", {"a"}),
        (b"2", set()),
        (b"3", set()),
    ]


def test_all_are_put_there_or_none(user, account):
    account.quota = 5
    client = user()
    assert client.end(b"APPEND INBOX {3+}\r\n123 {3+}\r\n456").startswith("NO [OVERQUOTA]")
    assert client.end(b"APPEND INBOX {3+}\r\n123 {0+}\r\n") == "NO a message has at least one byte"
    assert client.end(b"APPEND INBOX {3+}\r\n123 (\\x) {1+}\r\na") == "BAD there is no flag \\x"
    assert len(account.inbox) == 0


def test_what_is_open_grows(user, account):
    assert user("INBOX").say(b"APPEND INBOX {1+}\r\n1")[:2] == ["1 EXISTS", "1 RECENT"]


def test_without_uidplus_no_uid_is_told(user):
    client = user(hidden=frozenset(["UIDPLUS"]))
    assert client.end(b"APPEND INBOX {1+}\r\n1") == "OK APPEND completed"


def test_a_message_that_is_too_big_is_refused_before_it_is_sent(user, account):
    client = user(size_limit=10)
    assert client.end("APPEND INBOX {11}").startswith("NO [TOOBIG] a literal of 11 bytes")
    assert client.end(b"APPEND INBOX {11+}\r\n12345678901").startswith("NO [TOOBIG]")
    assert client.end(b"APPEND INBOX {10+}\r\n1234567890").startswith("OK ")


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        (b"APPEND x {1+}\r\n1", "NO [TRYCREATE] there is no mailbox 'x'"),
        (b"APPEND INBOX", "BAD"),
        (b"APPEND INBOX 1", "BAD a literal should follow"),
        (b'APPEND INBOX "1"', "BAD '1' is no date-time"),
        (b'APPEND INBOX "31-Feb-2024 00:00:00 +0000" {1+}\r\n1', "BAD"),
        (b"APPEND INBOX (\\Seen{1+}\r\n1", "BAD"),
        (b"APPEND INBOX {1+}\r\n1 ", "BAD a literal should follow"),
    ],
)
def test_what_is_wrong(user, account, line, ending):
    assert user().end(line).startswith(ending)
    assert len(account.inbox) == 0
