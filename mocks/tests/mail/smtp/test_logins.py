import base64
import hmac

import pytest

from netmocks.mail import Mailboxes, SMTPMock
from netmocks.mail.smtp.terms import MECHANISMS


def _base64(text):
    return base64.b64encode(text.encode()).decode()


TOKEN = "user=me\1auth=Bearer ya29.token\1\1"


@pytest.fixture
def member(dial):
    """Connect to a mock that knows "me"; greeted."""
    mocks = []

    def member(**terms):
        mock = SMTPMock(mechanisms=MECHANISMS, **terms).start()
        mocks.append(mock)
        client = dial(mock)
        client.greet()
        return mock, client

    yield member
    for mock in mocks:
        mock.stop()
        mock.verify()


KNOWN = {"accounts": {"me": "sécret"}, "tokens": {"me": "ya29.token"}}


def _cram(client, user, password):
    challenge = base64.b64decode(client.send(b"AUTH CRAM-MD5\r\n").reply().lines[0])
    digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
    return client.say(_base64(f"{user} {digest}"))


@pytest.mark.parametrize(
    ("user", "password", "code"),
    [
        ("me", "sécret", 235),
        ("ME", "sécret", 235),
        ("me", "SÉCRET", 535),
        ("me", "wrong", 535),
        ("you", "sécret", 535),
        ("", "", 535),
    ],
)
def test_cram_md5_proves_a_password_without_telling_it(member, user, password, code):
    _, client = member(**KNOWN)
    assert _cram(client, user, password) == code


def test_each_cram_md5_challenge_is_its_connections_own(member, dial):
    mock, client = member(**KNOWN)
    other = dial(mock)
    other.greet()
    challenges = {one.send(b"AUTH CRAM-MD5\r\n").reply().lines[0] for one in (client, other)}
    assert len(challenges) == 2


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([f"AUTH XOAUTH2 {_base64(TOKEN)}"], [235]),
        (["auth xoauth2", _base64(TOKEN)], [334, 235]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN.replace('user=me', 'user=Me'))}"], [235]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN.replace('token', 'wrong'))}", ""], [334, 535]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN.replace('me', 'you'))}", ""], [334, 535]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN.replace('me', 'you'))}", "*"], [334, 501]),
        ([f"AUTH XOAUTH2 {_base64('user=me')}"], [501]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN[:-1])}"], [501]),
        (["AUTH XOAUTH2 not-base64!"], [501]),
        (["AUTH XOAUTH2", "*"], [334, 501]),
        ([f"AUTH XOAUTH2 {_base64(TOKEN + 'x' * 9000)}"], [501]),
        ([f"AUTH XOAUTH2 {'x' * 12300}"], [500]),
        (["AUTH CRAM-MD5 abc"], [501]),
        (["AUTH CRAM-MD5", "*"], [334, 501]),
        (["AUTH CRAM-MD5", _base64("no digest")], [334, 535]),
        (["AUTH CRAM-MD5", "x" * 70_000], [334, 500]),
    ],
)
def test_each_login_gets_its_code_and_the_next_can_succeed(member, lines, codes):
    _, client = member(**KNOWN)
    assert [client.say(line) for line in lines] == codes
    if codes[-1] != 235:
        assert client.say("MAIL FROM:<a@x>") == 530
        assert _cram(client, "me", "sécret") == 235


def test_a_token_that_is_wrong_is_told_why_before_its_failure(member):
    _, client = member(**KNOWN)
    said = client.send(f"AUTH XOAUTH2 {_base64(TOKEN.replace('me', 'you'))}\r\n".encode()).reply()
    assert b'"status": "400"' in base64.b64decode(said.lines[0])


def test_where_nobody_is_known_anybody_is_taken_at_their_word(member):
    mock, client = member()
    assert _cram(client, "anybody", "any") == 235
    assert client.address().say(".") == 250
    assert mock.messages[0].user == "anybody"


def test_tokens_alone_are_announced_and_asked_for(dial):
    with SMTPMock(tokens={"me": "ya29.token"}) as mock:
        client = dial(mock)
        assert "AUTH PLAIN LOGIN XOAUTH2" in client.greet().lines
        assert client.say("MAIL FROM:<a@x>") == 530
        assert client.say(f"AUTH PLAIN {_base64(chr(0) + 'me' + chr(0) + 'ya29.token')}") == 535
        assert client.say(f"AUTH XOAUTH2 {_base64(TOKEN)}") == 235


@pytest.mark.parametrize(
    ("unknown", "user", "password", "code"),
    [
        ("reject", "me@example.com", "secret", 235),
        ("reject", "me@example.com", "wrong", 535),
        ("reject", "you@example.com", "any", 535),
        ("create", "you@example.com", "any", 235),
        ("reject", "open@example.com", "any", 235),
    ],
)
def test_who_has_a_mailbox_can_log_in(member, unknown, user, password, code):
    mailboxes = Mailboxes({"me@example.com": "secret"}, unknown=unknown)
    mailboxes.open("open@example.com")
    _, client = member(mailboxes=mailboxes)
    assert client.say("MAIL FROM:<a@x>") == 250  # nobody has to
    assert client.say("RSET") == 250
    assert client.say(f"AUTH PLAIN {_base64(chr(0) + user + chr(0) + password)}") == code


def test_a_mailbox_has_no_token_unless_it_is_given_one(member):
    _, client = member(mailboxes=Mailboxes({"me": None}))
    assert client.say(f"AUTH XOAUTH2 {_base64(TOKEN)}") == 334
    assert client.say("") == 535


def test_a_login_can_fail_once_though_it_is_right(member):
    mock, client = member(**KNOWN)
    rule = mock.on("AUTH", user="me").reply(454, "4.7.0 try later").then(235)
    assert _cram(client, "me", "sécret") == 454
    assert _cram(client, "me", "wrong") == 535
    assert _cram(client, "me", "sécret") == 235
    assert [command.user for command in rule.calls] == ["me"] * 3
    assert rule.calls[0].argument == "CRAM-MD5"


def test_nobody_logs_in_within_a_transaction_or_after_helo(member, dial):
    mock, client = member()
    client.say("MAIL FROM:<a@x>")
    assert client.say("AUTH PLAIN AGEAYg==") == 503
    client = dial(mock)
    client.reply()
    client.say("HELO a")
    assert client.say("AUTH PLAIN AGEAYg==") == 500
