"""B14: what other programs have sent is fetched back, by POP3 and by IMAP, plainly and by TLS."""

import poplib
from pathlib import Path

import pytest

from netmocks.mail import Message

#: The protocols, and whether they are spoken over TLS: on 110, 995, 143 and 993.
WAYS = [("POP3", False), ("POP3", True), ("IMAP", False), ("IMAP", True)]

#: The programs that send, each with the domain of whom it sends to.
SENT = {
    "mail_text.py": "yahoo.com",  # A4
    "mail_attachment.py": "yahoo.com",  # A5
    "mail_ssl.py": "example.com",  # B12
    "mail_rich.py": "example.com",  # B13
}

USERS = {"yahoo.com": "to@yahoo.com", "example.com": "receiver@example.com"}


@pytest.fixture
def providers(internet):
    """The providers of who sends and of who receives, by their domains."""
    internet.mail("gmail.com", {"from@gmail.com": "password"})
    internet.mail("qq.com", {"sender@qq.example": "authcode"}, domains=["qq.example"])
    return {domain: internet.mail(domain, {user: "password"}) for domain, user in USERS.items()}


@pytest.fixture
def inbox(providers):
    """The inbox of who receives at a domain: `inbox(domain)`."""
    return lambda domain: providers[domain].mailboxes[USERS[domain]].inbox


@pytest.fixture
def send(program, providers, put):
    """Run a program that sends."""

    def send(name):
        for file in ("test.png", "picture.jpg", "me.jpg", "test.xlsx"):
            put(file)
        program(name).run()

    return send


@pytest.fixture
def receive(program):
    """Run the program for who receives at a domain; its console, and the mails that it kept."""

    def receive(protocol, tls, domain):
        parameters = {"protocol": protocol, "tls": tls, "domain": domain, "user": USERS[domain]}
        console = program("mail_receive.py").run(**parameters)
        return console, [path.read_bytes() for path in sorted(Path().glob("*.eml"))]

    return receive


def read(content):
    """What a person sees of a mail."""
    message = Message("", (), content)
    people = (message.from_, message.to)
    return (message.subject, people, message.text, message.html, message.attachments)


@pytest.mark.example("B14")
@pytest.mark.parametrize(("protocol", "tls"), WAYS)
@pytest.mark.parametrize(("name", "domain"), SENT.items())
def test_what_was_sent_is_fetched_byte_for_byte(send, receive, inbox, name, domain, protocol, tls):
    send(name)
    [stored] = inbox(domain)

    _, [content] = receive(protocol, tls, domain)

    assert content == stored.content
    assert read(content) == read(stored.content)


@pytest.mark.example("B14")
def test_attachments_arrive_as_the_files_that_were_sent(send, receive):
    send("mail_rich.py")

    _, [content] = receive("POP3", True, "example.com")

    attachments = Message("", (), content).attachments
    assert {part.name: part.content for part in attachments} == {
        name: Path(name).read_bytes() for name in ("picture.jpg", "me.jpg", "test.xlsx")
    }


@pytest.mark.example("B14")
@pytest.mark.parametrize(("protocol", "tls"), WAYS)
def test_mails_are_shown_in_their_order_and_deleted(send, receive, inbox, providers, protocol, tls):
    send("mail_text.py")
    send("mail_attachment.py")
    size = inbox("yahoo.com").size

    console, contents = receive(protocol, tls, "yahoo.com")

    first, *rest = console.lines
    assert first == ("2 mails" if protocol == "IMAP" else f"2 mails, {size} bytes")
    assert rest == ["Python爱好者 <from@gmail.com>: 来自SMTP的问候……"] * 2
    assert [read(content)[2] for content in contents] == [
        "hello, send by Python...\r\n",
        "send with file...\r\n",
    ]
    assert len(inbox("yahoo.com")) == 0
    server = providers["yahoo.com"].imap if protocol == "IMAP" else providers["yahoo.com"].pop3
    assert any(entry.kind == "tls" for entry in server.journal) is tls


@pytest.mark.example("B14")
@pytest.mark.parametrize("leaves_by_quit", [True, False])
def test_by_pop3_deletion_takes_effect_at_quit(send, inbox, providers, leaves_by_quit):
    send("mail_text.py")
    client = poplib.POP3("pop.yahoo.com")
    client.user("to@yahoo.com")
    client.pass_("password")

    client.dele(1)

    assert len(inbox("yahoo.com")) == 1
    if leaves_by_quit:
        client.quit()
    else:
        client.close()
        providers["yahoo.com"].pop3.sins.wait_for()
    assert len(inbox("yahoo.com")) == (0 if leaves_by_quit else 1)


@pytest.mark.example("B14")
@pytest.mark.parametrize(("protocol", "tls"), WAYS)
def test_an_empty_mailbox_is_no_error(providers, receive, protocol, tls):
    console, contents = receive(protocol, tls, "yahoo.com")

    assert console.text.startswith("0 mails")
    assert contents == []


@pytest.mark.example("B14")
def test_a_wrong_user_receives_nothing(program, providers):
    with pytest.raises(poplib.error_proto, match="AUTH"):
        program("mail_receive.py").run(user="nobody@example.com")
