import re
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.text import MIMEText

import pytest

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.mail import Change, Mailboxes, Message
from netmocks.record import PATIENCE

HELLO = b"From: you@example.com\r\nTo: me@example.com\r\nSubject: hello\r\n\r\nhow are you?\r\n"


@pytest.fixture
def inbox():
    return Mailboxes({"me@example.com": "secret"})["me@example.com"].inbox


# -- seeding ----------------------------------------------------------------------------------


def _email_message():
    message = EmailMessage()
    message["Subject"] = "hello"
    message.set_content("how are you?\n")
    return message


@pytest.mark.parametrize(
    ("source", "content"),
    [
        (b"any\0bytes\n", b"any\0bytes\n"),
        (bytearray(b"any"), b"any"),
        ("Subject: 你\n\na\r\nb\r\n", "Subject: 你\r\n\r\na\r\nb\r\n".encode()),
        ("a\u2028b\x0cc", "a\u2028b\x0cc".encode()),
        (MIMEText("a\nb"), None),
        (_email_message(), None),
        (Message("", (), b"kept\n"), b"kept\n"),
    ],
)
def test_a_mail_can_be_given_in_many_shapes(inbox, source, content):
    stored = inbox.add(source)
    if content is None:
        assert b"\n" not in stored.content.replace(b"\r\n", b"")
        assert stored.text.split() == source.get_payload().split()
    else:
        assert stored.content == content
    assert stored.size == len(stored.content)


def test_what_was_saved_as_a_file_can_be_put_back(inbox, tmp_path):
    path = inbox.add(b"Subject: x\n\0\xff\r\r\n").save(tmp_path / "mail.eml")
    assert inbox.add(path).content == b"Subject: x\n\0\xff\r\r\n"
    with pytest.raises(FileNotFoundError):
        inbox.add(tmp_path / "other.eml")
    assert len(inbox) == 2


def test_what_is_no_mail_is_refused_at_once(inbox):
    with pytest.raises(MisuseError, match="None is no mail: give its bytes"):
        inbox.add(None)
    with pytest.raises(MisuseError, match="flags='Seen': they are several"):
        inbox.add(b"x", flags="Seen")
    assert (len(inbox), inbox.uid_next) == (0, 1)


def test_a_seeded_mail_has_its_owner_as_recipient(inbox):
    assert inbox.add(HELLO).message.recipients == ("me@example.com",)


def test_uids_ascend_and_are_never_used_twice(inbox):
    first, second = inbox.add(b"1"), inbox.add(b"2")
    assert (first.uid, second.uid, inbox.uid_next) == (1, 2, 3)
    inbox.expunge([second])
    assert inbox.add(b"3").uid == 3
    assert [message.uid for message in inbox] == [1, 3]
    assert inbox.get(1) is first
    assert inbox.get(2) is None


def test_the_internal_date_is_now_or_what_is_said(inbox):
    before = datetime.now(UTC)
    assert before <= inbox.add(b"x").internal_date <= datetime.now(UTC)
    said = datetime(2026, 1, 2, tzinfo=UTC)
    assert inbox.add(b"x", date=said).internal_date == said
    assert inbox.add(b"x", date=datetime(2026, 1, 2)).internal_date.tzinfo is not None


# -- reading ----------------------------------------------------------------------------------


def test_messages_are_read_like_a_list(inbox):
    first, second = inbox.add(HELLO), inbox.add(b"Subject: bye\r\n\r\n")
    assert list(inbox) == inbox.messages == [first, second]
    assert inbox[-1].subject == "bye"
    assert len(inbox) == 2
    assert inbox.size == first.size + second.size
    with pytest.raises(IndexError, match=r"no item 2: in INBOX of me@example.com:"):
        inbox[2]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, [1, 2]),
        ({"subject": "hello"}, [1]),
        ({"subject": "hell"}, []),
        ({"from_": "you@example.com"}, [1]),
        ({"to": "me@example.com"}, [1, 2]),
        ({"to": "Sales@Example.com"}, [2]),
        ({"to": re.compile("^sales@")}, [2]),
        ({"subject": re.compile("hell")}, [1]),
        ({"from_": lambda address: "you" in address}, [1]),
        ({"subject": "bye", "from_": "you@example.com"}, []),
        ({"where": lambda message: message.uid > 1}, [2]),
        ({"where": lambda message: message.has("\\SEEN")}, [2]),
    ],
)
def test_messages_are_found_by_what_they_say(inbox, criteria, found):
    inbox.add(HELLO)
    inbox.add(b"To: sales@example.com\r\nSubject: bye\r\n\r\n", flags=["\\Seen"])
    assert [message.uid for message in inbox.find(**criteria)] == found


def test_a_message_shows_whose_it_is(inbox):
    inbox.add(HELLO, flags=["\\Seen"])
    inbox.add(b"")
    assert repr(inbox[0]) == "<message 1 from you@example.com: 'hello' (\\Seen)>"
    assert repr(inbox[1]) == "<message 2 from nobody: ''>"
    assert repr(inbox.account) == (
        "<account me@example.com: <folder 'INBOX' of me@example.com: 2 messages>>"
    )


# -- waiting ----------------------------------------------------------------------------------


def test_a_wait_ends_with_the_message_that_comes(inbox):
    threading.Thread(target=inbox.add, args=(HELLO,)).start()
    assert inbox.wait_for_message(subject="hello").uid == 1
    assert inbox.wait_for_message(from_="you@example.com").uid == 1


@pytest.mark.asyncio
async def test_a_coroutine_waits_without_blocking(inbox):
    threading.Thread(target=inbox.add, args=(HELLO,)).start()
    assert (await inbox.wait_for_message_async(subject="hello")).uid == 1


def test_a_wait_in_vain_lists_what_is_there(inbox):
    inbox.add(HELLO)
    with pytest.raises(WaitTimeout) as caught:
        inbox.wait_for_message(subject="bye", timeout=0)
    assert "in INBOX of me@example.com:\n  <message 1 from you@exa" in str(caught.value)
    inbox.clear()
    with pytest.raises(WaitTimeout, match="no message at all"):
        inbox.wait_for_message(subject="hello", timeout=0)


# -- changes ----------------------------------------------------------------------------------


def test_listeners_hear_of_every_change_until_they_leave(inbox):
    heard = []
    end = inbox.listen(heard.append)
    first, second = inbox.add(b"1"), inbox.add(b"2")
    assert inbox.set_flags(first, ["\\seen"])
    assert not inbox.set_flags(first, ["\\Seen"])
    assert inbox.expunge([second, first]) == [first, second]
    end()
    end()
    inbox.add(b"3")
    assert heard == [
        Change("added", first),
        Change("added", second),
        Change("flags", first),
        Change("expunged", first),
        Change("expunged", second),
    ]


def test_a_listener_may_use_the_folder_and_leave_at_once(inbox):
    seen = []

    def listen(change):
        seen.append(len(inbox))
        end()

    end = inbox.listen(listen)
    inbox.add(b"1")
    inbox.add(b"2")
    assert seen == [1]


def test_expunging_what_is_gone_changes_nothing(inbox):
    other = Mailboxes()
    strange = other.open("you").add(b"same uid")
    mine = inbox.add(b"1")
    assert inbox.expunge([strange]) == []
    assert inbox.expunge([mine, mine]) == [mine]
    assert inbox.expunge([mine]) == []
    assert inbox.set_flags(mine, ["x"])
    assert mine.flags == {"x"}


def test_several_things_are_done_as_one_under_the_lock(inbox):
    added = threading.Event()
    thread = threading.Thread(target=lambda: (inbox.add(b"2"), added.set()))
    with inbox.lock:
        inbox.add(b"1")
        thread.start()
        assert [message.content for message in inbox] == [b"1"]
        inbox.clear()
    assert added.wait(PATIENCE)
    thread.join()
    assert [message.content for message in inbox] == [b"2"]


def test_a_large_folder_costs_little(inbox):
    """Not by time: what would be quadratic would not end within the suite's patience."""
    for _ in range(10_000):
        inbox.add(b"x")
    assert inbox.get(5_000) is inbox[4_999]
    for message in inbox.messages[::2]:
        inbox.expunge([message])
    assert len(inbox) == 5_000
    assert inbox.get(5_000).uid == 5_000
    assert inbox.get(5_001) is None
