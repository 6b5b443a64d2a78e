"""How commands are understood, in which states, and how they end."""

import pytest


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("NOOP", "OK NOOP completed"),
        ("noop", "OK NOOP completed"),
        ("NOOP now", "BAD the end of the command should follow at character 7, not ' now'"),
        ("NOOP ", "BAD the end of the command should follow at character 7, not ' '"),
        ("", "BAD an atom should follow at character 3, not its end"),
        (" NOOP", "BAD an atom should follow at character 3, not ' NOOP'"),
        ("BREW", "BAD there is no command BREW"),
        ("SELECT INBOX", "BAD SELECT needs a login first"),
        ("FETCH 1 FLAGS", "BAD FETCH needs a login first"),
        ("UID FETCH 1 FLAGS", "BAD UID FETCH needs a login first"),
    ],
)
def test_a_stranger_is_told_what_is_wrong(stranger, line, ending):
    assert stranger().end(line) == ending


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("LOGIN a b", "BAD LOGIN comes before the login, which is done"),
        ("STARTTLS", "BAD STARTTLS comes before the login, which is done"),
        ("FETCH 1 FLAGS", "BAD FETCH needs a mailbox: SELECT one first"),
        ("UID FETCH 1 FLAGS", "BAD UID FETCH needs a mailbox: SELECT one first"),
        ("CLOSE", "BAD CLOSE needs a mailbox: SELECT one first"),
    ],
)
def test_a_user_is_told_what_is_wrong(user, line, ending):
    assert user().end(line) == ending


def test_what_a_status_quotes_is_ascii(user):
    assert user().end("SELECT &AOk-") == "NO [NONEXISTENT] there is no mailbox '?'"


HIDDEN = {
    "CHILDREN": None,
    "CREATE-SPECIAL-USE": "CREATE a (USE (\\Sent))",
    "ENABLE": "ENABLE X",
    "ESEARCH": "SEARCH RETURN (ALL) ALL",
    "ID": "ID NIL",
    "IDLE": "IDLE",
    "LIST-EXTENDED": 'LIST () "" *',
    "LIST-STATUS": 'LIST "" * RETURN (STATUS (MESSAGES))',
    "LITERAL+": "CREATE {1+}\r\na",
    "MOVE": "MOVE 1 INBOX",
    "MULTIAPPEND": "APPEND INBOX {1+}\r\na {1+}\r\nb",
    "NAMESPACE": "NAMESPACE",
    "QUOTA": 'GETQUOTA ""',
    "SPECIAL-USE": 'LIST (SPECIAL-USE) "" *',
    "UIDPLUS": "UID EXPUNGE 1",
    "UNSELECT": "UNSELECT",
}


@pytest.mark.parametrize(("capability", "line"), HIDDEN.items())
def test_what_is_hidden_is_neither_announced_nor_understood(user, account, capability, line):
    account.add(b"1")
    mailbox = "" if capability == "ENABLE" else "INBOX"
    client = user(mailbox)
    assert capability in client.session.capabilities.split()
    if line is not None:
        answers = [b"DONE"] if capability == "IDLE" else []
        assert client.end(line, *answers).startswith("OK ")
    client = user(mailbox, hidden=frozenset([capability]))
    assert capability not in client.session.capabilities.split()
    if line is not None:
        assert client.end(line).startswith("BAD ")


def test_uid_move_is_hidden_with_move(user):
    assert user("INBOX", hidden=frozenset(["MOVE"])).end("UID MOVE 1 INBOX") == (
        "BAD there is no command UID MOVE"
    )


def test_news_come_before_the_end_even_of_what_fails(user, account):
    client = user("INBOX")
    account.add(b"1")
    assert client.say("BREW") == ["1 EXISTS", "1 RECENT", "BAD there is no command BREW"]


def test_messages_are_not_expunged_while_commands_use_their_numbers(user, account):
    account.add(b"1")
    account.add(b"2")
    client = user("INBOX")
    account.inbox.expunge([account.inbox[0]])
    for line in ("FETCH 2 UID", "STORE 2 +FLAGS.SILENT kw", "SEARCH ALL", "COPY 9 INBOX"):
        assert not [told for told in client.say(line) if "EXPUNGE" in told]
    assert client.say("UID FETCH 1 UID") == [
        "1 FETCH (UID 1)",  # it is there for this session, until that is told
        "1 EXPUNGE",
        "OK UID FETCH completed",
    ]


def test_a_command_is_kept_with_what_it_was_told(user):
    client = user()
    client.say(b"SELECT {5+}\r\nINBOX")
    assert str(client.session.command) == "SELECT {5+} → OK [READ-WRITE] SELECT completed"
    client.say("UID FETCH 1:* (FLAGS)")
    assert client.session.command.name == "UID FETCH"
    assert client.session.command.arguments == "1:* (FLAGS)"
    assert client.session.command.ok
    client.say("BREW tea")
    assert str(client.session.command) == "BREW tea → BAD there is no command BREW"
    assert client.session.command.user == "me@example.com"
