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


# -- the extended form ------------------------------------------------------------------------


@pytest.fixture
def office(account):
    """Folders for special uses, and levels that are no mailboxes or not subscribed."""
    account.create("Sent", use="\\Sent")
    account.create("Old", use="\\Archive").subscribed = False
    account.create("Old/2023")
    account.create("Far/Away").subscribed = False
    return account


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('"" (Sent "Old")', ['(\\HasChildren \\Archive) "Old"', '(\\HasNoChildren \\Sent) "Sent"']),
        ('"" (Sent S*)', ['(\\HasNoChildren \\Sent) "Sent"']),
        ('Old ("" /2*)', ['(\\HasNoChildren) "Old/2023"']),
        ('() "" Sent', ['(\\HasNoChildren \\Sent) "Sent"']),
        ('"" Sent RETURN ()', ['(\\HasNoChildren \\Sent) "Sent"']),
        ('"" Sent return (children)', ['(\\HasNoChildren \\Sent) "Sent"']),
        ('(REMOTE) "" Sent', ['(\\HasNoChildren \\Sent) "Sent"']),
        # Levels that are no mailboxes.
        ('"" F%', ['(\\Noselect \\HasChildren) "Far"']),
        ('"" F% RETURN (SUBSCRIBED)', ['(\\NonExistent \\HasChildren) "Far"']),
        # What is subscribed.
        ('"" (Old Old/* S*) RETURN (SUBSCRIBED)', [
            '(\\HasChildren \\Archive) "Old"',
            '(\\Subscribed \\HasNoChildren) "Old/2023"',
            '(\\Subscribed \\HasNoChildren \\Sent) "Sent"',
        ]),
        ('(SUBSCRIBED) "" (F% O*)', ['(\\Subscribed \\HasNoChildren) "Old/2023"']),
        ('(SUBSCRIBED RECURSIVEMATCH) "" (F% O%)', [
            '(\\HasChildren \\Archive) "Old" ("CHILDINFO" ("SUBSCRIBED"))',
        ]),
        # Special uses.
        ('(SPECIAL-USE) "" *', [
            '(\\HasChildren \\Archive) "Old"', '(\\HasNoChildren \\Sent) "Sent"',
        ]),
        ('(SPECIAL-USE SUBSCRIBED) "" *', ['(\\Subscribed \\HasNoChildren \\Sent) "Sent"']),
        ('"" INBOX RETURN (SPECIAL-USE)', ['(\\HasNoChildren) "INBOX"']),
    ],
)  # fmt: skip
def test_extended_lists_tell_what_is_asked(user, office, arguments, told):
    found = user().data(f"LIST {arguments}")
    assert [line.removeprefix("LIST ").replace(' "/"', "") for line in found] == told


def test_counts_are_told_behind_each_mailbox_that_is_one(user, office):
    office.add(b"1", folder="Old")
    assert user().data('LIST "" (O% F%) RETURN (STATUS (MESSAGES UNSEEN) SUBSCRIBED)') == [
        'LIST (\\NonExistent \\HasChildren) "/" "Far"',
        'LIST (\\HasChildren \\Archive) "/" "Old"',
        "STATUS Old (MESSAGES 1 UNSEEN 1)",
    ]


def test_an_empty_pattern_among_others_tells_no_delimiter(client):
    assert client.data('LIST "" ("" "")') == []
    assert client.data('LIST () "" ""') == []


@pytest.mark.parametrize(
    ("hidden", "line", "ending"),
    [
        ("LIST-EXTENDED", 'LIST () "" *', "BAD an atom should follow"),
        ("LIST-EXTENDED", 'LIST "" (*)', "BAD a mailbox name or pattern should follow"),
        ("LIST-EXTENDED", 'LIST "" * RETURN ()', "BAD the end of the command should follow"),
        ("LIST-STATUS", 'LIST "" * RETURN (STATUS (MESSAGES))', "BAD LIST can RETURN SUBSCRIBED,"),
        ("SPECIAL-USE", 'LIST "" * RETURN (SPECIAL-USE)', "BAD LIST can RETURN SUBSCRIBED, CHILDR"),
        ("SPECIAL-USE", 'LIST (SPECIAL-USE) "" *', "BAD LIST can select by SUBSCRIBED, REMOTE"),
    ],
)
def test_what_is_hidden_is_not_understood(user, hidden, line, ending):
    assert user(hidden=frozenset([hidden])).end(line).startswith(ending)


def test_special_uses_can_be_hidden(user, office):
    client = user(hidden=frozenset(["SPECIAL-USE"]))
    assert client.data('LIST "" Sent') == ['LIST (\\HasNoChildren) "/" "Sent"']


# -- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("LIST", "BAD ' ' should follow"),
        ('LIST ""', "BAD ' ' should follow"),
        ('LIST "" ()', "BAD LIST of 0 patterns: it takes 1 to 20"),
        (f'LIST "" ({" ".join("a" * 21)})', "BAD LIST of 21 patterns"),
        ('LIST (COLOUR) "" *', "BAD LIST can select by SUBSCRIBED, REMOTE, RECURSIVEMATCH, SPEC"),
        ('LIST (RECURSIVEMATCH) "" *', "BAD RECURSIVEMATCH needs something to match"),
        ('LIST "" * RETURN (COLOUR)', "BAD LIST can RETURN SUBSCRIBED, CHILDREN, SPECIAL-USE, ST"),
        ('LIST "" * RETURN (STATUS)', "BAD ' ' should follow"),
        ('LIST "" * RETURN (STATUS ())', "BAD STATUS tells MESSAGES"),
        ('LIST "" * RETURN', "BAD behind the pattern, RETURN may follow, or nothing"),
        ('LIST "" * FOR (ME)', "BAD behind the pattern, RETURN may follow, or nothing"),
        ('LIST "" * RETURN () x', "BAD the end of the command should follow"),
        ('LSUB "" (*)', "BAD a mailbox name or pattern should follow"),
    ],
)
def test_what_is_wrong(client, line, ending):
    assert client.end(line).startswith(ending)


def test_namespace(client):
    assert client.data("NAMESPACE") == ['NAMESPACE (("" "/")) NIL NIL']
