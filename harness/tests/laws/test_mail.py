"""Mail: a message sent by SMTP is read by POP3 and IMAP, with the same bytes and parts."""

import imaplib
import poplib
import smtplib
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netharness.strategies import mail_addresses, mime_messages
from netharness.strategies.mail import POLICY
from netmocks.mail import IMAPMock, Mailboxes, POP3Mock, SMTPMock
from netmocks.record import PATIENCE

USER, PASSWORD = "to@example.com", "secret"

#: Lines as a message has them, dots at their beginning among them (RFC 5321 §4.5.2).
LINES = st.lists(st.text(".ab \t", max_size=6), max_size=6)


@pytest.fixture(scope="module")
def provider():
    """One provider's mailboxes and its three servers."""
    boxes = Mailboxes({USER: PASSWORD})
    with (
        SMTPMock(mailboxes=boxes) as smtp,
        POP3Mock(mailboxes=boxes) as pop3,
        IMAPMock(mailboxes=boxes) as imap,
    ):
        yield boxes, smtp, pop3, imap


@pytest.fixture(scope="module")
def post():
    """A server that takes mail for anybody, and a client that is connected."""
    with SMTPMock() as server, smtplib.SMTP(server.host, server.port, timeout=PATIENCE) as client:
        yield server, client


def parts(content):
    """What a reader sees of each part: its type, its name and its bytes."""
    return [
        (part.get_content_type(), part.get_filename(), part.get_payload(decode=True))
        for part in message_from_bytes(content, policy=SMTP).walk()
        if not part.is_multipart()
    ]


@pytest.mark.law("A message is read as it was sent, byte by byte, by POP3 and by IMAP.")
@given(mime_messages())
def test_a_message_is_read_as_it_was_sent(provider, message):
    """What a server may write before it is where it came from (RFC 5321 §4.4)."""
    boxes, smtp, pop3, imap = provider
    boxes.clear()
    content = message.as_bytes()
    with smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE) as client:
        client.sendmail("from@example.com", [USER], content)
    reader = poplib.POP3(pop3.host, pop3.port, timeout=PATIENCE)
    reader.user(USER)
    reader.pass_(PASSWORD)
    _, lines, _ = reader.retr(1)
    reader.quit()
    with imaplib.IMAP4(imap.host, imap.port, timeout=PATIENCE) as client:
        client.login(USER, PASSWORD)
        client.select(readonly=True)
        _, data = client.fetch("1", "(BODY.PEEK[])")
    by_pop3 = b"".join(line + b"\r\n" for line in lines)
    assert data[0][1] == by_pop3
    trace, found, rest = by_pop3.partition(content)
    assert (found, rest) == (content, b"")
    assert all(
        line.startswith((b"Received:", b"Return-Path:", b" ", b"\t")) for line in trace.splitlines()
    )
    assert parts(by_pop3) == parts(content)


@pytest.mark.law("A message is captured as it was sent, whatever dots its lines begin with.")
@given(LINES)
@example([".", "..", ".a", ""])
def test_dots_arrive(post, lines):
    server, client = post
    server.messages.clear()
    content = "".join(f"{line}\r\n" for line in ["Subject: x", "", *lines]).encode()
    client.sendmail("from@example.com", [USER], content)
    assert server.wait_for_message().content == content


@pytest.mark.law("An envelope is captured as it was said, whatever the fields say.")
@given(mail_addresses(), st.lists(mail_addresses(), min_size=1, max_size=3, unique=True))
def test_an_envelope_arrives(post, sender, recipients):
    server, client = post
    server.messages.clear()
    client.sendmail(sender, recipients, b"From: other@example.com\r\n\r\n")
    message = server.wait_for_message()
    assert (message.sender, list(message.recipients)) == (sender, recipients)


@pytest.mark.exception(
    "smtplib mends the ends of lines, and ends the last", r"'a\nb' → b'a\r\nb\r\n'"
)
@given(st.lists(st.text("ab", min_size=1, max_size=3), min_size=1), st.sampled_from("\n\r"))
def test_smtplib_mends_the_ends_of_lines(post, lines, end):
    server, client = post
    server.messages.clear()
    client.sendmail("from@example.com", [USER], end.join(["Subject: x", "", *lines]))
    wanted = "".join(f"{line}\r\n" for line in ["Subject: x", "", *lines])
    assert server.wait_for_message().content == wanted.encode()


@pytest.mark.exception(
    "A person's name that takes two encoded words gains a blank between them",
    "Address('ß' * 30, 'a', 'b.example') → 30 ß with a blank within",
    versions="3.11.7, 3.12.1 and 3.13.0; a later one may have mended it",
)
@given(st.text("ßé你", min_size=30, max_size=40))
@example("ß" * 30)
def test_a_long_name_gains_a_blank(name):
    """Nothing else is lost: the strategy makes shorter names."""
    message = EmailMessage(policy=POLICY)
    message["To"] = Address(name, "a", "b.example")
    read = message_from_bytes(message.as_bytes(), policy=POLICY)["To"].addresses[0]
    assert (read.display_name.replace(" ", ""), read.addr_spec) == (name, "a@b.example")
