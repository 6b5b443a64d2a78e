from datetime import UTC, datetime

import pytest

DATE = datetime(2024, 2, 29, tzinfo=UTC)


@pytest.fixture
def inbox(account):
    for number in range(1, 4):
        account.add(b"%d" % number, flags=[f"kw{number}"], date=DATE)
    account.create("Work")
    return account.inbox


@pytest.fixture
def client(user, inbox):
    return user("INBOX")


def _contents(folder):
    return [message.content for message in folder]


def test_copies_are_the_same_elsewhere(client, account):
    work = account["Work"]
    assert client.end("COPY 1,3 Work") == (
        f"OK [COPYUID {work.uid_validity} 1,3 1:2] COPY completed"
    )
    assert _contents(work) == [b"1", b"3"]
    assert [message.flags for message in work] == [{"kw1"}, {"kw3"}]
    assert {message.internal_date for message in work} == {DATE}
    assert len(account.inbox) == 3


def test_what_moves_is_gone_here(client, account):
    work = account["Work"]
    assert client.say("MOVE 1:2 Work") == [
        f"OK [COPYUID {work.uid_validity} 1:2 1:2] moved",
        "1 EXPUNGE",
        "1 EXPUNGE",
        "OK MOVE completed",
    ]
    assert _contents(work) == [b"1", b"2"]
    assert _contents(account.inbox) == [b"3"]


def test_by_uid(client, account):
    assert client.end("UID COPY 9 Work") == "OK UID COPY completed"
    assert client.end("UID COPY 2:9 Work").endswith("2:3 1:2] UID COPY completed")
    assert client.say("UID MOVE 2 Work")[1:] == ["2 EXPUNGE", "OK UID MOVE completed"]
    assert _contents(account["Work"]) == [b"2", b"3", b"2"]


def test_without_uidplus_no_uids_are_told(user, inbox):
    client = user("INBOX", hidden=frozenset(["UIDPLUS"]))
    assert client.say("COPY 1 Work") == ["OK COPY completed"]
    assert client.say("MOVE 1 Work") == ["1 EXPUNGE", "OK MOVE completed"]


def test_messages_may_be_copied_to_where_they_are(client, account):
    assert client.say("COPY 1 INBOX")[:2] == ["4 EXISTS", "4 RECENT"]
    assert "1 EXPUNGE" in client.say("MOVE 1 INBOX")
    assert _contents(account.inbox) == [b"2", b"3", b"1", b"1"]


@pytest.mark.parametrize("command", ["COPY", "MOVE", "UID COPY", "UID MOVE"])
def test_a_mailbox_that_is_not_there_might_be_created(client, account, command):
    assert client.end(f"{command} 1 x") == "NO [TRYCREATE] there is no mailbox 'x'"
    assert len(account.inbox) == 3


def test_all_are_copied_or_none(client, account):
    account.quota = account.used + 1
    assert client.end("COPY 1:2 Work").startswith("NO [OVERQUOTA]")
    assert len(account["Work"]) == 0
    assert client.end("COPY 1 Work").startswith("OK ")


def test_what_moves_needs_no_room(client, account):
    account.quota = 1
    used = account.used
    assert client.end("MOVE 1:2 Work") == "OK MOVE completed"
    assert account.used == used
    assert len(account["Work"]) == 2


def test_what_is_gone_already_can_not_move_but_be_copied(client, account):
    account.inbox.expunge([account.inbox[0]])
    assert client.say("COPY 1 Work")[-1].startswith("OK [COPYUID")
    assert client.say("MOVE 1 Work") == ["1 EXPUNGE", "OK MOVE completed"]
    assert _contents(account["Work"]) == [b"1"]


@pytest.mark.parametrize("line", ["COPY", "COPY 1", "COPY 9 Work", "COPY x Work", "MOVE 1 Work x"])
def test_what_is_wrong(client, account, line):
    assert client.end(line).startswith("BAD ")
    assert len(account["Work"]) == 0
