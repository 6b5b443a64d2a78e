import imaplib
import poplib
import smtplib

import dns.resolver
import pytest

from netharness import Internet
from netmocks.errors import MisuseError

ACCOUNTS = {"me@example.com": "secret", "you@example.com": "word"}

HELLO = "Subject: hello\r\n\r\nhow are you?\r\n"


@pytest.fixture
def internet():
    with Internet() as internet:
        yield internet


def _send(host: str, sender: str, *recipients: str) -> None:
    with smtplib.SMTP(host, 587, timeout=5) as client:
        client.sendmail(sender, recipients, HELLO)


def test_what_is_sent_is_fetched_by_either_protocol(internet: Internet) -> None:
    provider = internet.mail("example.com", ACCOUNTS)
    _send("smtp.example.com", "you@example.com", "me@example.com")

    pop = poplib.POP3_SSL("pop.example.com")
    pop.user("me@example.com")
    pop.pass_("secret")
    assert b"\r\n".join([*pop.retr(1)[1], b""]) == HELLO.encode()
    pop.quit()

    with imaplib.IMAP4_SSL("imap.example.com") as imap:
        imap.login("me@example.com", "secret")
        imap.select()
        [(_, content), _] = imap.fetch("1", "(RFC822)")[1]
        assert content == HELLO.encode()

    [stored] = provider.mailboxes["me@example.com"].inbox
    assert stored.has("\\Seen")
    assert stored.message is provider.smtp.messages[0]
    assert len(provider.mailboxes["you@example.com"].inbox) == 0


def test_what_pop3_deletes_is_gone_for_imap(internet: Internet) -> None:
    provider = internet.mail("example.com", ACCOUNTS)
    provider.mailboxes["me@example.com"].add(HELLO)
    pop = poplib.POP3("pop.example.com")
    pop.apop("me@example.com", "secret")
    pop.dele(1)
    pop.quit()
    with imaplib.IMAP4("imap.example.com") as imap:
        imap.login("me@example.com", "secret")
        assert imap.select() == ("OK", [b"0"])


def test_who_is_nobody_is_refused(internet: Internet) -> None:
    internet.mail("example.com", ACCOUNTS)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        _send("smtp.example.com", "me@example.com", "nobody@example.com")
    assert caught.value.recipients["nobody@example.com"][0] == 550


def test_providers_send_each_other_mail(internet: Internet) -> None:
    internet.mail("gmail.com", {"from@gmail.com": "1"})
    yahoo = internet.mail("yahoo.com", {"to@yahoo.com": "2"})
    _send("smtp.gmail.com", "from@gmail.com", "to@yahoo.com", "from@gmail.com")
    [stored] = yahoo.mailboxes["to@yahoo.com"].inbox
    assert stored.message.recipients == ("to@yahoo.com", "from@gmail.com")
    assert list(yahoo.smtp.messages) == []
    assert len(internet.mail("gmail.com").mailboxes["from@gmail.com"].inbox) == 1


def test_mail_for_a_domain_that_nobody_has_is_seen_at_its_sender_s(internet: Internet) -> None:
    gmail = internet.mail("gmail.com", {"from@gmail.com": "1"})
    _send("smtp.gmail.com", "from@gmail.com", "to@nowhere.example")
    assert gmail.smtp.wait_for_message(to="to@nowhere.example").subject == "hello"


def test_name_servers_know_which_host_takes_a_provider_s_mail(internet: Internet) -> None:
    internet.mx("b.example", "mx.b.example")
    internet.mail("example.com", domains=["a.example", "B.example"])
    internet.dns("192.0.2.53")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["192.0.2.53"]
    for domain, host in (("a.example", "smtp.example.com."), ("b.example", "mx.b.example.")):
        [answer] = resolver.resolve(domain, "MX")
        assert answer.exchange.to_text() == host


def test_local_delivery_goes_into_the_mailboxes_of_a_provider(internet: Internet) -> None:
    provider = internet.mail("example.com", ACCOUNTS, quota=50)
    store = internet.lmtp("store.example.com", mailboxes=provider.mailboxes)
    provider.mailboxes["you@example.com"].add("x" * 50)
    with smtplib.LMTP("store.example.com", 24) as client:
        client.sendmail("a@example.org", ["me@example.com"], HELLO)
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="the mailbox is full"):
            client.sendmail("a@example.org", ["you@example.com"], HELLO)
    [stored] = provider.mailboxes["me@example.com"].inbox
    assert stored.message is store.messages[0]


def test_a_provider_may_have_other_domains_and_aliases(internet: Internet) -> None:
    qq = internet.mail(
        "qq.com",
        {"me@qq.example": "1"},
        domains=["qq.example"],
        aliases={"sales@qq.example": "me@qq.example"},
    )
    other = internet.mail("example.com")
    _send("smtp.example.com", "you@example.com", "sales@qq.example", "anybody@example.com")
    assert len(qq.mailboxes["me@qq.example"].inbox) == 1
    assert len(other.mailboxes["anybody@example.com"].inbox) == 1


def test_the_same_domain_is_the_same_provider(internet: Internet) -> None:
    provider = internet.mail("example.com", ACCOUNTS)
    assert internet.mail("example.com") is provider
    assert internet.mail("Example.COM.") is provider
    assert internet.pop3("pop.example.com") is provider.pop3
    assert internet.mocks == [provider.smtp, provider.pop3, provider.imap]
    for again in ({"accounts": ACCOUNTS}, {"quota": 1}, {"domains": ["example.com"]}):
        with pytest.raises(MisuseError, match="say all of it where it is made"):
            internet.mail("example.com", **again)  # type: ignore[arg-type]  # any of them


@pytest.mark.parametrize("domain", ["me@example.com", "10.0.0.1", "::1"])
def test_a_provider_is_called_by_its_domain(internet: Internet, domain: str) -> None:
    with pytest.raises(MisuseError, match=r"by its domain, as in internet\.mail\('example\.com'\)"):
        internet.mail(domain)
    assert internet.mocks == []
