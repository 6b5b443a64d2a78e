import pytest

from netmocks.mail import Mailboxes, SMTPMock


@pytest.fixture
def mailboxes():
    return Mailboxes(
        {"b@example.com": "secret", "c@example.com": "secret"},
        aliases={"info@example.com": "b@example.com"},
        domains=["example.com"],
    )


@pytest.fixture
def provider(mailboxes):
    with SMTPMock(mailboxes=mailboxes) as mock:
        yield mock


@pytest.fixture
def client(provider, dial):
    client = dial(provider)
    client.greet()
    return client


def _deliver(client, *recipients, content="Subject: hi\r\n", size=""):
    """Send one message; the codes from RCPT on."""
    assert client.say(f"MAIL FROM:<a@example.org>{size}") == 250
    codes = [client.say(f"RCPT TO:<{recipient}>") for recipient in recipients]
    return codes if 250 not in codes else [*codes, client.say("DATA"), client.say(content + ".")]


def test_accepted_mail_is_in_the_mailboxes_when_its_reply_comes(client, provider, mailboxes):
    assert _deliver(client, "b@example.com", "c@example.com") == [250, 250, 354, 250]
    for name in ("b@example.com", "c@example.com"):
        (stored,) = mailboxes[name].inbox
        assert stored.message is provider.messages[0]


def test_an_alias_and_a_tag_lead_to_their_account(client, mailboxes):
    assert _deliver(client, "info@example.com", "c+news@EXAMPLE.com") == [250, 250, 354, 250]
    assert [len(account.inbox) for account in mailboxes] == [1, 1]


def test_nobody_gets_no_mail(client, provider):
    assert client.say("MAIL FROM:<a@x>") == 250
    assert client.send(b"RCPT TO:<x@example.com>\r\n").reply() == (
        550,
        ["5.1.1 x@example.com: no such user here"],
    )


def test_what_a_rule_would_have_said_is_not_said_later(client, provider):
    provider.on("RCPT").reply(250, "2.1.5 by all means")
    client.say("MAIL FROM:<a@x>")
    assert client.say("RCPT TO:<x@example.com>") == 550
    assert client.send(b"NOOP\r\n").reply().lines == ["2.0.0 OK"]


def test_mail_for_others_is_taken_and_kept_nowhere_but_here(client, provider, mailboxes):
    assert _deliver(client, "b@example.org") == [250, 354, 250]
    assert provider.messages[0].recipients == ("b@example.org",)
    assert [len(account.inbox) for account in mailboxes] == [0, 0]


def test_a_full_mailbox_defers_at_once_where_the_size_is_announced(client, mailboxes):
    account = mailboxes["b@example.com"]
    account.quota = 100
    account.add("x" * 90)
    assert _deliver(client, "b@example.com", size=" SIZE=50") == [452]
    client.say("RSET")
    assert _deliver(client, "b@example.com", size=" SIZE=500") == [552]
    client.say("RSET")
    assert _deliver(client, "b@example.com", size=" SIZE=5", content="a\r\n") == [250, 354, 250]


def test_a_full_mailbox_refuses_in_the_end_where_it_is_the_only_one(client, provider, mailboxes):
    mailboxes["b@example.com"].quota = 5
    assert _deliver(client, "b@example.com") == [250, 354, 552]
    provider.assert_nothing_sent()


def test_one_reply_is_for_all_so_a_full_mailbox_among_others_is_noted(client, provider, mailboxes):
    mailboxes["b@example.com"].quota = 5
    assert _deliver(client, "b@example.com", "c@example.com") == [250, 250, 354, 250]
    (noted,) = [entry.value for entry in provider.journal if entry.kind == "error"]
    assert noted.startswith("not delivered: 552 5.2.3 b@example.com")
    assert [len(account.inbox) for account in mailboxes] == [0, 1]


def test_what_a_rule_refuses_is_not_delivered(client, provider, mailboxes):
    provider.on("MESSAGE").reply(554)
    assert _deliver(client, "b@example.com") == [250, 354, 554]
    assert len(mailboxes["b@example.com"].inbox) == 0
