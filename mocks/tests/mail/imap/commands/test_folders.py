import pytest


def _names(account):
    return [folder.name for folder in account]


def test_create_makes_the_levels_above_too(user, account):
    assert user().end("CREATE a/b/c/") == "OK CREATE completed"
    assert _names(account) == ["INBOX", "a", "a/b", "a/b/c"]


@pytest.mark.parametrize("use", ["\\Sent", "\\sENT"])
def test_create_makes_a_mailbox_for_a_special_use(user, account, use):
    client = user()
    client.data(f"CREATE Versand (USE ({use}))")
    assert account["Versand"].use == "\\Sent"
    assert client.data('LIST "" V*') == ['LIST (\\HasNoChildren \\Sent) "/" "Versand"']
    client.data("RENAME Versand Gesendet")
    assert account["Gesendet"].use == "\\Sent"


@pytest.mark.parametrize(
    ("parameters", "ending"),
    [
        ("(USE (\\Lunch))", "NO [USEATTR] a mailbox has one use here: \\All, \\Archive, \\Drafts"),
        ("(USE (\\Sent \\Trash))", "NO [USEATTR] a mailbox has one use here"),
        ("(USE ())", "NO [USEATTR] a mailbox has one use here"),
        ("(USE \\Sent)", "BAD '(' should follow"),
        ("(COLOUR (red))", "BAD CREATE takes no parameter but USE"),
        ("(USE (\\Sent)) x", "BAD the end of the command should follow"),
        ("USE", "BAD '(' should follow"),
    ],
)
def test_create_for_a_use_that_is_none_makes_nothing(user, account, parameters, ending):
    assert user().end(f"CREATE a {parameters}").startswith(ending)
    assert _names(account) == ["INBOX"]


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("inbox", "NO [ALREADYEXISTS]"),
        ("Work", "NO [ALREADYEXISTS]"),
        ("Work/", "NO [ALREADYEXISTS]"),
        ('""', "NO [CANNOT]"),
        ("a//b", "NO [CANNOT]"),
        ("/a", "NO [CANNOT]"),
        ("a" * 2000, "NO [CANNOT]"),
        ("*", "BAD"),
        ("&", "BAD"),
    ],
)
def test_create_refuses(user, account, name, ending):
    account.create("Work")
    assert user().end(f"CREATE {name}").startswith(ending)
    assert _names(account) == ["INBOX", "Work"]


def test_delete_leaves_what_is_below(user, account):
    client = user()
    client.data("CREATE a/b")
    assert client.end("DELETE a") == "OK DELETE completed"
    assert _names(account) == ["INBOX", "a/b"]
    assert client.data('LIST "" *')[1:] == ['LIST (\\HasNoChildren) "/" "a/b"']
    assert client.data('LIST "" %')[1:] == ['LIST (\\Noselect \\HasChildren) "/" "a"']
    assert client.end("DELETE inbox").startswith("NO [CANNOT]")
    assert client.end("DELETE x").startswith("NO [NONEXISTENT]")


def test_a_mailbox_that_is_deleted_while_open_is_empty(user, account):
    account.add(b"1", folder="Work")
    client = user("Work")
    user().data("DELETE Work")
    assert client.data("NOOP") == ["1 EXPUNGE"]


def test_rename_takes_what_is_below_along(user, account):
    client = user()
    client.data("CREATE a/b/c")
    account["a/b"].add(b"1")
    assert client.end("RENAME a x/y") == "OK RENAME completed"
    assert sorted(_names(account)) == ["INBOX", "x", "x/y", "x/y/b", "x/y/b/c"]
    assert [message.content for message in account["x/y/b"]] == [b"1"]


def test_rename_of_the_inbox_leaves_an_empty_one(user, account):
    account.add(b"1")
    account.create("INBOX/below")
    user().data("RENAME INBOX old")
    assert [message.content for message in account["old"]] == [b"1"]
    assert len(account.inbox) == 0
    assert "INBOX/below" in _names(account)


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("RENAME x y", "NO [NONEXISTENT]"),
        ("RENAME a b", "NO [ALREADYEXISTS]"),
        ("RENAME a INBOX", "NO [ALREADYEXISTS]"),
        ("RENAME a a/b", "NO [CANNOT]"),
        ("RENAME a a//b", "NO [CANNOT]"),
        ("RENAME a", "BAD"),
    ],
)
def test_rename_refuses(user, account, line, ending):
    account.create("a")
    account.create("b")
    assert user().end(line).startswith(ending)
    assert _names(account) == ["INBOX", "a", "b"]


def test_subscriptions_are_listed(user, account):
    account.create("a/b")
    client = user()
    client.data("UNSUBSCRIBE INBOX")
    assert client.data('LSUB "" *') == ['LSUB () "/" "a/b"']
    client.data("SUBSCRIBE INBOX")
    assert client.data('LSUB "" %') == ['LSUB () "/" "INBOX"', 'LSUB (\\Noselect) "/" "a"']
    assert client.end("SUBSCRIBE x").startswith("NO [NONEXISTENT]")
    assert client.end("UNSUBSCRIBE x").startswith("NO [NONEXISTENT]")
