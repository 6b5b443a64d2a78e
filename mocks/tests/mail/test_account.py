import pytest

from netmocks.errors import MisuseError
from netmocks.mail import Mailboxes


@pytest.fixture
def account():
    return Mailboxes({"me@example.com": "secret"})["me@example.com"]


def test_every_account_has_an_inbox_whatever_its_case(account):
    assert account["inbox"] is account["INBOX"] is account.inbox
    assert account.get("Inbox") is account.inbox
    with pytest.raises(KeyError, match="no folder 'Sent'; its folders: INBOX"):
        account["Sent"]


def test_a_folder_that_is_made_again_is_another_one(account):
    first = account.create("Sent")
    account.delete("Sent")
    assert account.get("Sent") is None
    assert account.create("Sent").uid_validity != first.uid_validity


@pytest.mark.parametrize("name", ["", "Inbox", "Sent"])
def test_a_folder_needs_a_name_of_its_own(account, name):
    account.create("Sent")
    account.create("Old")
    with pytest.raises(MisuseError, match="can't have another folder"):
        account.create(name)
    with pytest.raises(MisuseError, match="can't have another folder"):
        account.rename("Old", name)
    assert [folder.name for folder in account] == ["INBOX", "Sent", "Old"]


def test_a_folder_may_have_a_special_use(account):
    assert account.create("Versand", use="\\Sent").use == "\\Sent"
    with pytest.raises(MisuseError, match=r"use='Sent': a folder's use is one of \\All, \\Archive"):
        account.create("Sent", use="Sent")
    assert account.get("Sent") is None


def test_the_inbox_stays(account):
    with pytest.raises(MisuseError, match="clear"):
        account.delete("inbox")


def test_renaming_moves_a_folder_and_leaves_an_inbox(account):
    stored = account.add(b"x")
    renamed = account.rename("INBOX", "Old")
    assert renamed.messages == [stored]
    assert account["Old"] is renamed
    assert len(account.inbox) == 0
    assert account.inbox.uid_validity != renamed.uid_validity
    assert account.rename("Old", "Older").name == "Older"
    assert account.get("Old") is None


def test_mail_is_seeded_in_folders_that_are_made_for_it(account):
    stored = account.add(b"x", folder="Sent", flags=["\\seen", "Work"])
    assert account["Sent"].messages == [stored]
    assert stored.flags == {"\\Seen", "Work"}


def test_one_session_at_a_time_has_the_maildrop(account):
    assert account.take_maildrop()
    assert not account.take_maildrop()
    account.leave_maildrop()
    assert account.take_maildrop()
