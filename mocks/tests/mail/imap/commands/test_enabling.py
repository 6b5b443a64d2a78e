import pytest


def test_nothing_has_to_be_enabled(user):
    assert user().say("ENABLE CONDSTORE X-ANY") == ["ENABLED", "OK ENABLE completed"]


@pytest.mark.parametrize(
    ("mailbox", "line", "ending"),
    [
        ("", "ENABLE", "BAD ' ' should follow"),
        ("", "ENABLE ", "BAD an atom should follow"),
        ("INBOX", "ENABLE CONDSTORE", "BAD ENABLE comes before a mailbox is selected"),
    ],
)
def test_what_is_wrong(user, mailbox, line, ending):
    assert user(mailbox).end(line).startswith(ending)
