import pytest


def test_capability(stranger):
    [told] = stranger().data("CAPABILITY")
    assert told.startswith("CAPABILITY IMAP4rev1 STARTTLS SASL-IR AUTH=PLAIN LITERAL+ ")


def test_logout_says_bye(user):
    client = user("INBOX")
    assert client.say("LOGOUT") == ["BYE see you", "OK LOGOUT completed"]
    assert client.session.next == "close"
    assert client.session.selection is None


@pytest.mark.parametrize("line", ["ID NIL", 'ID ("name" "x" "os" NIL)', "ID ()"])
def test_id(stranger, line):
    assert stranger().data(line) == ['ID ("name" "netmocks")']


@pytest.mark.parametrize("line", ["ID", "ID x", 'ID "x"', 'ID ("name")', f"ID ({'NIL ' * 61}NIL)"])
def test_what_is_no_id(stranger, line):
    assert stranger().end(line).startswith("BAD ")
