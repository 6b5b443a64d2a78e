import smtplib

import pytest

from netmocks.mail import LMTPMock, Mailboxes
from netmocks.mail.smtp.terms import KEYWORDS

ENVELOPE = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\n"


@pytest.fixture
def mailboxes():
    return Mailboxes({"b@x": "secret", "c@x": "secret"})


@pytest.fixture
def local(mailboxes):
    with LMTPMock(mailboxes=mailboxes, size_limit=100_000) as mock:
        yield mock


@pytest.fixture
def sender(local, dial):
    """A client of `local` that has said LHLO and named two recipients."""
    client = dial(local)
    assert client.reply().lines == ["lmtp LMTP"]
    assert "PIPELINING" in client.send(b"LHLO a\r\n").reply().lines
    client.send(ENVELOPE)
    assert [client.reply().code for _ in range(3)] == [250] * 3
    return client


def _content(client, command, data):
    """Send content by DATA or by BDAT; the codes for both recipients."""
    if command == "DATA":
        assert client.say("DATA") == 354
        client.send(data + b".\r\n")
    else:
        client.send(b"BDAT %d LAST\r\n" % len(data) + data)
    return [client.reply().code for _ in range(2)]


@pytest.mark.parametrize("command", ["DATA", "BDAT"])
def test_each_recipient_gets_a_reply_of_its_own(local, sender, mailboxes, command):
    local.on("MESSAGE", to="c@x").reply(452, "4.2.2 full")
    assert _content(sender, command, b"Subject: hi\r\n") == [250, 452]
    assert [message.recipients for message in local.messages] == [("b@x",)]
    assert [len(mailboxes[name].inbox) for name in ("b@x", "c@x")] == [1, 0]


def test_a_mailbox_that_is_full_refuses_for_itself_alone(local, sender, mailboxes):
    mailboxes["b@x"].quota = 5
    assert _content(sender, "DATA", b"Subject: hi\r\n") == [552, 250]
    assert local.messages[0].recipients == ("c@x",)


def test_a_message_that_nobody_takes_is_none(local, sender):
    local.on("MESSAGE").reply(554)
    assert _content(sender, "DATA", b"Subject: hi\r\n") == [554, 554]
    local.assert_nothing_sent()


@pytest.mark.parametrize(("data", "code"), [(b"x\r\n" * 50_000, 552), (b"x" * 2000 + b"\r\n", 500)])
@pytest.mark.parametrize("command", ["DATA", "BDAT"])
def test_a_content_that_is_no_message_is_refused_for_each_recipient(sender, command, data, code):
    assert _content(sender, command, data) == [code, code]
    assert sender.say("NOOP") == 250


def test_a_rule_says_to_each_recipient_what_it_will(local, sender):
    local.on("MESSAGE", to="c@x").reply(250, "2.1.5 delivered")
    sender.say("DATA")
    assert sender.send(b".\r\n").reply().lines == ["2.0.0 <b@x> OK: queued as 1.1"]
    assert sender.reply().lines == ["2.1.5 delivered"]


def test_who_is_named_twice_is_told_twice(local, sender):
    assert sender.say("RCPT TO:<b@x>") == 250
    assert sender.say("DATA") == 354
    sender.send(b"Subject: hi\r\n.\r\n")
    assert [sender.reply().code for _ in range(3)] == [250] * 3
    assert local.messages[0].recipients == ("b@x", "c@x", "b@x")


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_each_keyword_can_be_hidden(dial, keyword):
    with LMTPMock(hide=keyword) as mock:
        client = dial(mock)
        client.reply()
        announced = client.send(b"LHLO a\r\n").reply().lines
        assert {line.split()[0] for line in announced[1:]} == set(KEYWORDS) - {keyword}


def test_421_for_one_recipient_is_the_end_of_it(local, sender):
    local.on("MESSAGE", to="b@x").reply(421, "4.3.2 bye")
    sender.say("DATA")
    assert sender.send(b".\r\n").rest() == b"421 4.3.2 bye\r\n"


@pytest.mark.parametrize("command", ["HELO a", "EHLO a"])
def test_smtps_greetings_are_none_here(sender, command):
    assert sender.say(command) == 500


def test_commands_before_lhlo_are_refused(local, dial):
    client = dial(local)
    client.reply()
    assert client.send(b"MAIL FROM:<a@x>\r\n").reply().lines == ["5.5.1 Error: send LHLO first"]


def test_smtplib_speaks_it_on_a_unix_socket(tmp_path):
    with LMTPMock(path=tmp_path / "lmtp") as mock:
        with smtplib.LMTP(mock.address) as client:
            # To one recipient: it reads one reply, however many there are.
            assert client.sendmail("a@x", ["b@x"], "Subject: local\r\n") == {}
        assert mock.wait_for_message(to="b@x").subject == "local"
        assert not mock.sins
