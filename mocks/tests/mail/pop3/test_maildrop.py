import pytest

from netmocks.mail.pop3.maildrop import Maildrop, top_of
from netmocks.mail.pop3.reply import Refused


@pytest.fixture
def maildrop(account):
    for size in (3, 5, 7):
        account.add(b"x" * size)
    assert account.take_maildrop()
    return Maildrop(account)


def test_numbers_are_those_of_the_beginning(maildrop, account):
    account.inbox.expunge([account.inbox[0]])
    account.add(b"new")
    assert str(maildrop.stat()) == "+OK 3 15"
    assert maildrop.retr("1").lines == b"xxx"
    assert maildrop.sizes("").lines == b"1 3\r\n2 5\r\n3 7\r\n"
    assert maildrop.identifiers("").lines == b"1 1.1\r\n2 1.2\r\n3 1.3\r\n"


def test_what_is_deleted_is_not_there_and_comes_back(maildrop, account):
    maildrop.dele("2")
    assert str(maildrop.stat()) == "+OK 2 10"
    assert maildrop.sizes("").lines == b"1 3\r\n3 7\r\n"
    assert str(maildrop.identifiers("3")) == "+OK 3 1.3"
    for command in (maildrop.retr, maildrop.dele, maildrop.sizes, maildrop.identifiers):
        with pytest.raises(Refused, match="message 2 is deleted"):
            command("2")
    assert str(maildrop.rset()) == "+OK 3 messages"
    assert str(maildrop.sizes("2")) == "+OK 2 5"
    assert len(account.inbox) == 3


def test_only_an_update_deletes(maildrop, account):
    maildrop.dele("1")
    assert maildrop.close(update=False) == 0
    assert len(account.inbox) == 3
    assert account.take_maildrop()
    again = Maildrop(account)
    again.dele("1")
    again.dele("3")
    assert again.close(update=True) == 2
    assert [message.size for message in account.inbox] == [5]
    assert account.take_maildrop()


def test_what_others_have_removed_is_not_deleted_twice(maildrop, account):
    maildrop.dele("1")
    account.clear()
    assert maildrop.close(update=True) == 0


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("", "named by its number"),
        ("0", "no such message: there are 3"),
        ("4", "no such message"),
        ("9" * 240, "no such message"),
        ("-1", "named by its number"),
        ("+1", "named by its number"),
        ("1 ", "named by its number"),
        ("1 2", "named by its number"),
        ("one", "named by its number"),
        ("١", "named by its number"),
        ("²", "named by its number"),
        ("\udcff", "named by its number"),
    ],
)
def test_a_number_that_is_none_is_refused(maildrop, argument, text):
    for command in (maildrop.retr, maildrop.dele):
        with pytest.raises(Refused, match=text):
            command(argument)


@pytest.mark.parametrize("argument", ["", "1", "1 ", "1 -1", "1 x", " 1", "x 1", "1 1 1", "4 0"])
def test_top_needs_a_number_and_a_count(maildrop, argument):
    with pytest.raises(Refused):
        maildrop.top(argument)


@pytest.mark.parametrize(
    ("content", "count", "top"),
    [
        (b"A: 1\r\n\r\nb\r\nc\r\n", 0, b"A: 1\r\n\r\n"),
        (b"A: 1\r\n\r\nb\r\nc\r\n", 1, b"A: 1\r\n\r\nb\r\n"),
        (b"A: 1\r\n\r\nb\r\nc\r\n", 2, b"A: 1\r\n\r\nb\r\nc\r\n"),
        (b"A: 1\r\n\r\nb\r\nc\r\n", 10**200, b"A: 1\r\n\r\nb\r\nc\r\n"),
        (b"A: 1\n\nb\nc\n", 1, b"A: 1\n\nb\n"),
        (b"A: 1\r\n\r\nb\r\n\r\nc", 2, b"A: 1\r\n\r\nb\r\n\r\n"),
        (b"\r\nb\r\nc\r\n", 1, b"\r\nb\r\n"),
        (b"A: 1\r\nB: 2\r\n", 0, b"A: 1\r\nB: 2\r\n"),
        (b"", 1, b""),
    ],
)
def test_the_top_is_the_header_and_so_many_lines(content, count, top):
    assert top_of(content, count) == top
