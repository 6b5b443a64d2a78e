import pytest


@pytest.fixture
def client(user, account):
    for name in ("Work", "Work/Deep", "été", "a&b"):
        account.create(name)
    return user()


def _found(client, line):
    return [told.rpartition(" ")[2].strip('"') for told in client.data(line)]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ('"" *', ["INBOX", "Work", "Work/Deep", "a&-b", "&AOk-t&AOk-"]),
        ('"" %', ["INBOX", "Work", "a&-b", "&AOk-t&AOk-"]),
        ('"" inbox', ["INBOX"]),
        ('"" In%', ["INBOX"]),
        ('"" work', []),
        ('Work/ "*"', ["Work/Deep"]),
        ('"" Work/%', ["Work/Deep"]),
        ('"" *&AOk-', ["&AOk-t&AOk-"]),
    ],
)
def test_list_by_patterns(client, arguments, names):
    assert _found(client, f"LIST {arguments}") == names


def test_list_tells_the_delimiter(client):
    assert client.data('LIST "" ""') == ['LIST (\\Noselect) "/" ""']


def test_list_tells_who_has_children(client):
    told = client.data('LIST "" W*')
    assert told == ['LIST (\\HasChildren) "/" "Work"', 'LIST (\\HasNoChildren) "/" "Work/Deep"']


def test_a_pattern_of_any_length_is_answered_at_once(client):
    assert client.end(f'LIST "" {"*a" * 2000}') == "BAD no mailbox has a name that long"
    assert client.data(f'LIST "" {"*a" * 400}b') == []


def test_status_tells_of_a_mailbox_that_is_not_open(client, account):
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
        ("STATUS x (MESSAGES)", "NO [NONEXISTENT]"),
        ("STATUS INBOX ()", "BAD STATUS of nothing"),
        ("STATUS INBOX (COLOUR)", "BAD STATUS has no COLOUR"),
        ("STATUS INBOX MESSAGES", "BAD"),
        ("LIST", "BAD"),
        ('LIST ""', "BAD"),
        ('LIST "" (a)', "BAD"),
    ],
)
def test_what_is_wrong(client, line, ending):
    assert client.end(line).startswith(ending)


def test_namespace(client):
    assert client.data("NAMESPACE") == ['NAMESPACE (("" "/")) NIL NIL']
