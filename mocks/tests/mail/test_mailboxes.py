import threading

import pytest

from netmocks.errors import MisuseError
from netmocks.mail import Mailboxes, Message, OverQuota, UnknownRecipient


def _mail(to="me@example.com", content=b"Subject: hi\r\n\r\nhello\r\n"):
    return Message("you@example.com", (to,), content)


# -- accounts ---------------------------------------------------------------------------------


def test_accounts_are_found_by_their_address_in_any_case():
    mailboxes = Mailboxes({"Me@example.com": "secret"})
    assert mailboxes["ME@EXAMPLE.COM"] is mailboxes["me@example.com"]
    assert [account.name for account in mailboxes] == ["Me@example.com"]


def test_who_is_nobody_is_told_who_is_somebody():
    with pytest.raises(KeyError, match=r"'you' is nobody here; the accounts: me@example.com"):
        Mailboxes({"me@example.com": "secret"})["you"]
    with pytest.raises(KeyError, match="none at all"):
        Mailboxes()["you"]


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("sales@example.com", "me@example.com"),
        ("me+news@example.com", "me@example.com"),
        ("sales+news@example.com", "me@example.com"),
        ("me", "me@example.com"),
        ("you+x@example.com", "you+x@example.com"),
        ("bare@example.com", "bare"),
        ("bare+x@example.com", "bare"),
        ("bare@other.example", None),
        ("me@other.example", None),
        ("@example.com", None),
        ("", None),
    ],
)
def test_an_account_has_many_spellings(address, account):
    mailboxes = Mailboxes(
        {"me@example.com": "1", "you@example.com": "2", "you+x@example.com": "3", "bare": "4"},
        aliases={"sales@example.com": "me@example.com"},
        domains=["Example.com"],
    )
    found = mailboxes.find(address)
    assert (found and found.name) == account


def test_only_the_right_password_lets_in():
    mailboxes = Mailboxes({"me@example.com": "secret"})
    assert mailboxes.authenticate("me@example.com", "secret") is mailboxes["me@example.com"]
    assert mailboxes.authenticate("me@example.com", "Secret") is None
    assert mailboxes.authenticate("you@example.com", "secret") is None
    assert [account.name for account in mailboxes] == ["me@example.com"]


def test_where_anybody_has_mail_anybody_may_log_in():
    mailboxes = Mailboxes()
    account = mailboxes.authenticate("me@example.com", "whatever")
    assert account is mailboxes["me@example.com"]
    assert mailboxes.authenticate("", "whatever") is None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"accounts": ["me"]}, "map user names to passwords"),
        ({"accounts": {"me": "1", "ME": "2"}}, "'ME' already"),
        ({"accounts": {"me": "1"}, "aliases": {"i": "you"}}, r"open\('you'\) first"),
        ({"accounts": {"me": "1"}, "aliases": {"me": "me"}}, "'me' already"),
        ({"unknown": "bounce"}, "it is 'create' or 'reject'"),
    ],
)
def test_accounts_that_make_no_sense_are_refused_at_once(arguments, text):
    with pytest.raises(MisuseError, match=text):
        Mailboxes(**arguments)


# -- delivery ---------------------------------------------------------------------------------


def test_mail_goes_to_the_inbox_of_its_recipient():
    mailboxes = Mailboxes({"me@example.com": "1", "you@example.com": "2"})
    stored = mailboxes.deliver("me@example.com", _mail())
    assert mailboxes["me@example.com"].inbox.messages == [stored]
    assert stored.content == b"Subject: hi\r\n\r\nhello\r\n"
    assert stored.message.sender == "you@example.com"
    assert len(mailboxes["you@example.com"].inbox) == 0


def test_one_mail_to_two_is_parsed_once():
    mailboxes = Mailboxes()
    message = _mail()
    first, second = (mailboxes.deliver(name, message) for name in ("a@x", "b@x"))
    assert first is not second
    assert first.parsed is second.parsed


def test_mail_for_nobody_is_rejected_where_there_are_accounts():
    mailboxes = Mailboxes({"me@example.com": "secret"})
    for ask in (mailboxes.check, lambda to: mailboxes.deliver(to, _mail())):
        with pytest.raises(UnknownRecipient, match=r"'you@example.com' is nobody here"):
            ask("you@example.com")


@pytest.mark.parametrize(
    "mailboxes", [Mailboxes(), Mailboxes({"you@example.com": "1"}, unknown="create")]
)
def test_mail_for_nobody_makes_an_account_where_that_is_wanted(mailboxes):
    mailboxes.check("me+x@example.com")
    assert mailboxes.find("me@example.com") is None
    mailboxes.deliver("me+x@example.com", _mail())
    mailboxes.deliver("ME@example.com", _mail())
    assert len(mailboxes["me@example.com"].inbox) == 2


def test_mail_for_other_domains_is_relayed_or_forgotten():
    mailboxes = Mailboxes(domains=["example.com"])
    mailboxes.check("to@yahoo.com")
    assert mailboxes.deliver("to@yahoo.com", _mail()) is None
    yahoo = Mailboxes({"to@yahoo.com": "secret"}, domains="yahoo.com")
    mailboxes.relay = yahoo.deliver
    stored = mailboxes.deliver("to@yahoo.com", _mail())
    assert yahoo["to@yahoo.com"].inbox.messages == [stored]
    assert list(mailboxes) == []


def test_an_account_holds_no_more_than_its_quota():
    mailboxes = Mailboxes({"me@example.com": "secret"}, quota=10)
    mailboxes.open("rich@example.com", quota=11)
    mailboxes.deliver("me@example.com", _mail(content=b"x" * 10))
    for ask in (
        lambda: mailboxes.check("me@example.com", 1),
        lambda: mailboxes.deliver("me@example.com", _mail(content=b"x")),
        lambda: mailboxes["me@example.com"].add(b"x", folder="Sent"),
    ):
        with pytest.raises(OverQuota, match="10 of 10 bytes are used, and 1 more do not fit"):
            ask()
    mailboxes.check("rich@example.com", 11)
    assert len(mailboxes["me@example.com"].inbox) == 1


def test_what_is_removed_makes_room():
    mailboxes = Mailboxes(quota=10)
    stored = mailboxes.deliver("me@example.com", _mail(content=b"x" * 10))
    account = mailboxes["me@example.com"]
    account.inbox.expunge([stored, stored])
    assert account.used == 0
    account.add(b"x" * 10, folder="Old")
    account.delete("Old")
    assert account.used == 0


def test_clearing_leaves_accounts_without_mail():
    mailboxes = Mailboxes({"me@example.com": "secret"})
    mailboxes["me@example.com"].add(b"x", folder="Sent")
    mailboxes.deliver("me@example.com", _mail())
    mailboxes.clear()
    assert [len(folder) for folder in mailboxes["me@example.com"]] == [0, 0]
    assert mailboxes["me@example.com"].used == 0


def test_many_threads_deliver_at_once():
    mailboxes = Mailboxes()

    def deliver(name):
        for _ in range(50):
            mailboxes.deliver("me@example.com", _mail())
            mailboxes.deliver(name, _mail())

    threads = [threading.Thread(target=deliver, args=(f"{n}@example.com",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    uids = [message.uid for message in mailboxes["me@example.com"].inbox]
    assert uids == list(range(1, 401))
    assert len(list(mailboxes)) == 9


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Mailboxes({"me": 5}), r"open\('me', 5\): a user name and its password"),
        (lambda: Mailboxes({5: "secret"}), "a user name and its password"),
        (lambda: Mailboxes(aliases=["a@x"]), "map further addresses to accounts"),
        (lambda: Mailboxes(quota=-1), "quota=-1: a whole number, from 0 on"),
        (lambda: Mailboxes().open("me", quota="5"), "quota='5': a whole number"),
        (lambda: Mailboxes(domains=["me@x"]), r"stands behind the @: domains=\['x'\]"),
    ],
)
def test_what_no_mailboxes_could_have_is_refused_at_once(make, remedy):
    with pytest.raises(MisuseError, match=remedy):
        make()


def test_it_shows_whose_mail_it_has():
    mailboxes = Mailboxes()
    assert repr(mailboxes) == "<mailboxes of nobody yet>"
    mailboxes.open("a@x")
    mailboxes.open("b@x")
    assert repr(mailboxes) == "<mailboxes of a@x, b@x>"
