import pytest

from netmocks.errors import MisuseError
from netmocks.mail import SMTPMock


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"accounts": ["me@example.com"]}, r"accounts=\{'me@example.com': 'secret'\}"),
        ({"accounts": "me@example.com"}, "map user names to passwords"),
        ({"accounts": {"me@example.com": 5}}, "map user names to passwords, all text"),
        ({"accounts": {5: "secret"}}, "map user names to passwords, all text"),
        ({"tokens": "me@example.com"}, "map user names to bearer tokens"),
        ({"hide": ["size"]}, r"hide=\['size'\]: what can be hidden is SIZE, 8BITMIME"),
        ({"mailboxes": {"me": "secret"}}, r"give Mailboxes\(\{.*; for logins alone .* accounts="),
        ({"mechanisms": "PLAIN"}, r"mechanisms=\['PLAIN'\]"),
        ({"mechanisms": ["SCRAM"]}, "is none of PLAIN, LOGIN, CRAM-MD5, XOAUTH2"),
        ({"size_limit": 0}, "a message has at least one byte"),
        ({"size_limit": -1}, "a message has at least one byte"),
        ({"recipient_limit": 0}, "a message has at least one recipient"),
        ({"message_limit": 0}, "brings at least one message"),
        ({"error_limit": 0}, "at least one command wrong"),
        ({"size_limit": "5"}, "size_limit='5': a whole number"),
        ({"message_limit": True}, "message_limit=True: a whole number"),
        ({"size": 5}, "SMTPMock takes no size=; its own: accounts.*, size_limit.*: name, host, "),
        ({"account": {}}, r"takes no account= \(did you mean accounts=\?\); its own"),
    ],
)
def test_terms_that_make_no_sense_are_refused_at_once(options, remedy):
    with pytest.raises(MisuseError, match=remedy):
        SMTPMock(**options)


def test_one_keyword_alone_can_be_hidden():
    assert not SMTPMock(hide="SIZE").terms.offers("SIZE")
    assert SMTPMock(hide="SIZE").terms.offers("DSN")


def test_none_is_as_if_left_out():
    assert SMTPMock(accounts=None, mailboxes=None, hide=None).terms == SMTPMock().terms
