from datetime import datetime

import pytest

from netmocks.mail.imap.keys import DEPTH_LIMIT, KEYS_LIMIT

ONE = (
    b"From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nCc: cc@x\r\nBcc: bcc@x\r\n"
    b"Subject: =?utf-8?q?=C3=BCber?= all\r\nDate: Tue, 27 Feb 2024 23:00:00 -0500\r\nX-A:\r\n\r\n"
    b"some Text\r\n"
)
TWO = (
    b"Subject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nZsO8bmY=\r\n--b\r\n"
    b"Content-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\ninside\r\n--b\r\n"
    b"Content-Type: image/png\r\n\r\nbinary\r\n--b--\r\n"
)


@pytest.fixture
def client(user, account):
    account.add(
        ONE, flags=["\\Seen", "$Label"], date=datetime.fromisoformat("2024-02-28T23:59:00-08:00")
    )
    account.add(
        TWO,
        flags=["\\Deleted", "\\Flagged"],
        date=datetime.fromisoformat("2024-02-29T00:00:00+00:00"),
    )
    client = user("INBOX")
    account.add(
        b"Date: nonsense\r\n\r\n3", date=datetime.fromisoformat("2024-03-01T00:00:00+00:00")
    )
    account.inbox.first_recent = 4  # somebody else was told of the third
    client.data("NOOP")
    return client


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        *(("ALL", "1 2 3"), ("SEEN", "1"), ("UNSEEN", "2 3"),
          ("DELETED", "2"), ("undeleted", "1 3")),
        *(("FLAGGED", "2"), ("UNFLAGGED", "1 3"), ("ANSWERED", ""), ("UNANSWERED", "1 2 3")),
        *(("DRAFT", ""), ("UNDRAFT", "1 2 3"),
          ("KEYWORD $label", "1"), ("UNKEYWORD $Label", "2 3")),
        *(("RECENT", "1 2"), ("OLD", "3"), ("NEW", "2")),
        *(("2:3", "2 3"), ("*", "3"), ("UID 2,9", "2"), ("1,3 UNSEEN", "3")),
        *(("FROM ann", "1"), ("FROM ANN@", "1"),
          ("TO bob", "1"), ("CC cc@", "1"), ("BCC bcc", "1")),
        *(("SUBJECT all", "1"), ('SUBJECT "two"', "2"),
          ('SUBJECT ""', "1 2"), ("SUBJECT within", "")),
        *(('HEADER X-A ""', "1"), ('HEADER x-b ""', ""), ("HEADER date 2024", "1")),
        *(("BODY text", "1"), ("BODY two", ""), ("BODY inside", "2"), ("BODY binary", "")),
        *(("TEXT text", "1"), ("TEXT two", "2"), ("TEXT within", "2"), ("TEXT ann@", "1")),
        *(("SINCE 29-Feb-2024", "2 3"), ("BEFORE 29-Feb-2024", "1"), ("ON 28-Feb-2024", "1")),
        *(('SINCE "1-Mar-2024"', "3"), ("ON 1-Mar-2024", "3")),
        *(("SENTON 27-Feb-2024", "1"),
          ("SENTSINCE 28-Feb-2024", ""), ("SENTBEFORE 1-Mar-2024", "1")),
        *(("LARGER 100", "1 2"), ("SMALLER 100", "3"), ("LARGER 4294967295", "")),
        *(("NOT SEEN", "2 3"), ("OR SEEN DELETED", "1 2"), ("OR (SEEN 1) (UNSEEN 3)", "1 3")),
        *(("NOT NOT SEEN", "1"), ("(ALL (UNSEEN))", "2 3"), ("OR OR 1 2 3 UNSEEN", "2 3")),
    ],
)  # fmt: skip
def test_keys(client, keys, found):
    assert client.data(f"SEARCH {keys}") == [f"SEARCH {found}".rstrip()]


def test_all_keys_have_to_fit(client):
    assert client.data("SEARCH UNSEEN UNDELETED") == ["SEARCH 3"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"SEARCH CHARSET UTF-8 SUBJECT {5+}\r\n\xc3\x9cBER", "SEARCH 1"),
        (b'SEARCH CHARSET utf-8 BODY "f\xc3\xbcnf"', "SEARCH 2"),
        (b"SEARCH CHARSET US-ASCII SUBJECT two", "SEARCH 2"),
    ],
)
def test_strings_have_a_charset(client, line, found):
    assert client.data(line) == [found]


def test_a_charset_that_is_not_known_is_refused_with_those_that_are(client):
    assert client.end("SEARCH CHARSET KLINGON ALL") == (
        "NO [BADCHARSET (US-ASCII UTF-8)] there is no charset KLINGON"
    )


def test_what_is_not_of_its_charset_is_refused(client):
    assert client.end(b"SEARCH SUBJECT {2+}\r\n\xc3\xbc") == (
        "BAD a string is not ascii: say which CHARSET it is of"
    )
    assert client.end(b"SEARCH CHARSET UTF-8 SUBJECT {1+}\r\n\xff").startswith(
        "BAD a string is not"
    )


def test_uids_are_found_by_uid(client, account):
    account.inbox.expunge([account.inbox[0]])
    client.data("NOOP")
    assert client.data("SEARCH ALL") == ["SEARCH 1 2"]
    assert client.data("UID SEARCH ALL") == ["SEARCH 2 3"]
    assert client.data("UID SEARCH 1") == ["SEARCH 2"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("SEARCH RETURN (MIN MAX COUNT) ALL", 'ESEARCH (TAG "a") MIN 1 MAX 3 COUNT 3'),
        ("SEARCH RETURN () UNSEEN", 'ESEARCH (TAG "a") ALL 2:3'),
        ("UID SEARCH return (all) OR 1 3", 'ESEARCH (TAG "a") UID ALL 1,3'),
        ("SEARCH RETURN (MIN ALL COUNT) DRAFT", 'ESEARCH (TAG "a") COUNT 0'),
        ("SEARCH RETURN (COUNT) CHARSET UTF-8 ALL", 'ESEARCH (TAG "a") COUNT 3'),
    ],
)
def test_extended_searches_return_what_is_asked(client, line, found):
    assert client.data(line) == [found]


@pytest.mark.parametrize(
    "keys",
    [
        *("", "COLOUR", "NOT", "OR SEEN", "OR SEEN COLOUR",
          "(", "()", "(SEEN", "SEEN)", "SEEN  ALL"),
        *("SINCE yesterday", "LARGER x", "LARGER -1", "KEYWORD", "UID x", "4", "0", "HEADER X-A"),
        *("RETURN (COLOUR) ALL", "RETURN ALL", "CHARSET UTF-8", "SUBJECT", "SINCE 31-Feb-2024"),
    ],
)  # fmt: skip
def test_what_is_no_search_is_refused(client, keys):
    [ending] = client.say(f"SEARCH {keys}")
    assert ending.startswith("BAD ")


@pytest.mark.parametrize("opening", ["(", "NOT ", "OR SEEN "])
def test_keys_that_are_too_deep_are_refused(client, opening):
    closing = ")" if opening == "(" else ""
    deep = f"{opening * 5000}SEEN{closing * 5000}"
    assert (
        client.end(f"SEARCH {deep}")
        == f"BAD search keys within each other more than {DEPTH_LIMIT} deep"
    )
    fine = f"{opening * DEPTH_LIMIT}SEEN{closing * DEPTH_LIMIT}"
    assert client.end(f"SEARCH {fine}") == "OK SEARCH completed"


def test_keys_that_are_too_many_are_refused(client):
    assert (
        client.end(f"SEARCH {'ALL ' * KEYS_LIMIT}ALL") == f"BAD more than {KEYS_LIMIT} search keys"
    )
