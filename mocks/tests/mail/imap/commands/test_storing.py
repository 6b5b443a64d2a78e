import pytest


@pytest.fixture
def inbox(account):
    account.add(b"1", flags=["\\Seen"])
    account.add(b"2", flags=["kw"])
    return account.inbox


@pytest.fixture
def client(user, inbox):
    return user("INBOX")


@pytest.mark.parametrize(
    ("change", "flags"),
    [
        ("FLAGS (\\Draft a)", {"\\Draft", "a"}),
        ("FLAGS ()", set()),
        ("+FLAGS (\\DRAFT \\Draft)", {"\\Seen", "\\Draft"}),
        ("+FLAGS a b", {"\\Seen", "a", "b"}),
        ("-FLAGS (\\seen other)", set()),
        ("+flags (\\Recent)", {"\\Seen"}),
    ],
)
def test_flags_are_changed_and_told(client, inbox, change, flags):
    told = " ".join([*sorted(flags), "\\Recent"])
    assert client.data(f"STORE 1 {change}") == [f"1 FETCH (FLAGS ({told}))"]
    assert inbox[0].flags == flags
    assert inbox[1].flags == {"kw"}


def test_keywords_are_the_same_in_any_case(client, inbox):
    client.data("STORE 2 +FLAGS (KW)")
    assert len(inbox[1].flags) == 1
    client.data("STORE 2 -FLAGS (Kw)")
    assert inbox[1].flags == frozenset()


def test_in_silence_nothing_is_told_but_to_others(client, user):
    other = user("INBOX")
    assert client.data("STORE 1:2 +FLAGS.SILENT (\\Draft)") == []
    assert client.data("NOOP") == []
    assert other.data("NOOP") == [
        "1 FETCH (UID 1 FLAGS (\\Draft \\Seen))",
        "2 FETCH (UID 2 FLAGS (\\Draft kw))",
    ]


def test_by_uid_the_uid_is_told(client):
    assert client.data("UID STORE 1,9 FLAGS a") == ["1 FETCH (UID 1 FLAGS (a \\Recent))"]


@pytest.mark.parametrize(
    "line",
    [
        *("STORE", "STORE 1", "STORE 1 FLAGS",
          "STORE 3 FLAGS a", "STORE 1 COLOUR a", "STORE 1 FLAGS ("),
        *("STORE 1 FLAGS \\Colour", "STORE 1 FLAGS (a  b)",
          "STORE 1 +-FLAGS a", "STORE 1 .SILENT a"),
        f"STORE 1 FLAGS ({'a ' * 300}b)",
    ],
)  # fmt: skip
def test_what_is_wrong_changes_nothing(client, inbox, line):
    assert client.end(line).startswith("BAD ")
    assert inbox[0].flags == {"\\Seen"}
