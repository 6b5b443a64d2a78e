import pytest


@pytest.fixture
def inbox(account):
    account.add(b"1", flags=["\\Seen"])
    account.add(b"2", flags=["kw", "\\Deleted"])
    return account.inbox


def test_select_tells_all_about_a_mailbox(user, inbox):
    told = user().say("SELECT inbox")
    assert told == [
        "FLAGS (\\Answered \\Deleted \\Draft \\Flagged \\Seen kw)",
        "2 EXISTS",
        "2 RECENT",
        "OK [UNSEEN 2] the first that is unseen",
        "OK [PERMANENTFLAGS (\\Answered \\Deleted \\Draft \\Flagged \\Seen kw \\*)] these last",
        f"OK [UIDVALIDITY {inbox.uid_validity}] UIDs are valid",
        "OK [UIDNEXT 3] the next UID",
        "OK [READ-WRITE] SELECT completed",
    ]


def test_examine_opens_for_reading_only(user, inbox):
    client = user()
    told = client.say("EXAMINE INBOX")
    assert "OK [PERMANENTFLAGS ()] these last" in told
    assert told[-1] == "OK [READ-ONLY] EXAMINE completed"
    for line in ("STORE 1 FLAGS kw", "EXPUNGE", "UID EXPUNGE 1", "MOVE 1 INBOX"):
        assert client.end(line) == "NO the mailbox was opened by EXAMINE, for reading only"
    client.data("FETCH 2 BODY[]")
    client.data("CLOSE")
    assert [message.flags for message in inbox] == [{"\\Seen"}, {"kw", "\\Deleted"}]


def test_a_select_that_fails_leaves_nothing_selected(user, inbox):
    client = user("INBOX")
    assert client.end("SELECT x").startswith("NO [NONEXISTENT]")
    assert client.session.selection is None
    assert inbox._listeners == []


def test_close_expunges_in_silence_and_unselect_does_not(user, inbox):
    client = user("INBOX")
    assert client.say("UNSELECT") == ["OK UNSELECT completed"]
    assert len(inbox) == 2
    client.data("SELECT INBOX")
    assert client.say("CLOSE") == ["OK CLOSE completed"]
    assert [message.content for message in inbox] == [b"1"]
    assert client.end("CHECK").startswith("BAD")


def test_close_removes_what_this_session_knows_of_only(user, inbox):
    client = user("INBOX")
    inbox.add(b"3", flags=["\\Deleted"])
    client.data("CLOSE")
    assert [message.content for message in inbox] == [b"1", b"3"]


def test_check(user, inbox):
    assert user("INBOX").say("CHECK") == ["OK CHECK completed"]
