import pytest


@pytest.fixture
def inbox(account):
    for number in range(1, 5):
        account.add(b"%d" % number, flags=["\\Deleted"] if number % 2 else [])
    return account.inbox


def test_expunge_removes_what_is_deleted(user, inbox):
    client, other = user("INBOX"), user("INBOX")
    assert client.say("EXPUNGE") == ["1 EXPUNGE", "2 EXPUNGE", "OK EXPUNGE completed"]
    assert [message.content for message in inbox] == [b"2", b"4"]
    assert client.data("EXPUNGE") == []
    assert other.data("NOOP") == ["1 EXPUNGE", "2 EXPUNGE"]


def test_by_uid_only_those_are_removed(user, inbox):
    client = user("INBOX")
    assert client.data("UID EXPUNGE 2:9") == ["3 EXPUNGE"]
    assert client.data("UID EXPUNGE 77") == []
    assert client.end("UID EXPUNGE").startswith("BAD")
    assert [message.content for message in inbox] == [b"1", b"2", b"4"]


def test_a_session_does_not_remove_what_it_was_not_told_of(user, inbox):
    client = user("INBOX")
    inbox.add(b"5", flags=["\\Deleted"])
    client.data("EXPUNGE")
    assert [message.content for message in inbox] == [b"2", b"4", b"5"]
