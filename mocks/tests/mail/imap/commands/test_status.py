import pytest


def test_a_mailbox_that_is_not_open_is_told_of(user, account):
    client = user()
    account.add(b"12345", folder="Work", flags=["\\Seen"])
    account.add(b"67", folder="Work", flags=["\\Deleted"])
    items = "MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN SIZE DELETED"
    validity = account["Work"].uid_validity
    counts = f"2 RECENT 2 UIDNEXT 3 UIDVALIDITY {validity} UNSEEN 1 SIZE 7 DELETED 1"
    assert client.data(f"STATUS Work ({items})") == [f"STATUS Work (MESSAGES {counts})"]
    client.data("SELECT Work")
    assert client.data("STATUS Work (RECENT)") == ["STATUS Work (RECENT 0)"]


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("STATUS x (MESSAGES)", "NO [NONEXISTENT] there is no mailbox 'x'"),
        ("STATUS INBOX ()", "BAD STATUS tells MESSAGES, RECENT, UIDNEXT, UIDVALIDITY, UNSEEN"),
        ("STATUS INBOX (COLOUR)", "BAD STATUS tells MESSAGES, RECENT"),
        ("STATUS INBOX MESSAGES", "BAD '(' should follow"),
    ],
)
def test_what_is_wrong(user, line, ending):
    assert user().end(line).startswith(ending)
