import pytest

from netmocks.mail import SMTPMock
from netmocks.mail.smtp.terms import KEYWORDS

ENVELOPE = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"


@pytest.fixture
def visit(dial):
    """Connect to a mock of these terms, and greet it: the mock, the client, what it heard."""
    mocks = []

    def visit(**terms):
        mock = SMTPMock(**terms).start()
        mocks.append(mock)
        client = dial(mock)
        return mock, client, client.greet().lines

    yield visit
    for mock in mocks:
        mock.stop()
        mock.verify()


# -- what is announced ------------------------------------------------------------------------


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_each_keyword_can_be_hidden(visit, keyword):
    _, _, announced = visit(hide=[keyword])
    said = {line.split()[0] for line in announced[1:]}
    assert said == set(KEYWORDS) - {keyword}


@pytest.mark.parametrize(
    ("keyword", "line", "code"),
    [
        ("SIZE", "MAIL FROM:<a@example.com> SIZE=5", 555),
        ("8BITMIME", "MAIL FROM:<a@example.com> BODY=8BITMIME", 555),
        ("SMTPUTF8", "MAIL FROM:<a@example.com> SMTPUTF8", 555),
        ("SMTPUTF8", "MAIL FROM:<用户@example.com>", 553),
        ("DSN", "MAIL FROM:<a@example.com> RET=FULL", 555),
        ("AUTH", "MAIL FROM:<a@example.com> AUTH=<>", 555),
        ("CHUNKING", "BDAT 0 LAST", 500),
        ("STARTTLS", "STARTTLS", 500),
        ("AUTH", "AUTH PLAIN AGEAYg==", 500),
        ("HELP", "HELP", 500),
    ],
)
def test_what_is_hidden_is_not_understood_either(visit, keyword, line, code):
    _, client, _ = visit(hide=[keyword])
    assert client.say(line) == code
    assert client.say("NOOP") == 250


def test_enhanced_status_codes_come_with_each_reply_but_those_to_a_greeting(visit):
    _, client, announced = visit()
    assert announced[0] == "smtp"
    for line, text in [
        (b"NOOP\r\n", "2.0.0 OK"),
        (b"BREW\r\n", '5.5.1 Command "BREW" not recognized'),
        (b"RCPT TO:<a@x>\r\n", "5.5.1 Error: need MAIL command"),
        (
            b"MAIL FROM:<a@x> SIZE=x\r\n",
            "5.5.4 Syntax: MAIL FROM: <address> [SP <mail-parameters>]",
        ),
        (b"HELO a\r\n", "smtp"),
        (b"QUIT\r\n", "2.0.0 Bye"),
    ]:
        assert client.send(line).reply().lines == [text]


def test_enhanced_status_codes_that_are_hidden_come_with_no_reply(visit):
    mock, client, _ = visit(hide=["ENHANCEDSTATUSCODES"])
    mock.on("VRFY").reply(550, "5.1.1 nobody\n5.1.1 at all")
    for line, lines in [
        (b"NOOP\r\n", ["OK"]),
        (b"BREW\r\n", ['Command "BREW" not recognized']),
        (b"VRFY a\r\n", ["nobody", "at all"]),
    ]:
        assert client.send(line).reply().lines == lines


# -- TLS and logins required ------------------------------------------------------------------


def test_where_tls_is_required_mail_needs_it(visit):
    mock, client, announced = visit(tls_required=True)
    assert "STARTTLS" in announced
    assert [client.say(line) for line in ("MAIL FROM:<a@x>", "AUTH LOGIN", "NOOP")] == [
        530,
        530,
        250,
    ]
    client.start_tls()
    client.say("EHLO again.example.com")
    assert client.address().say(".") == 250
    assert mock.messages[0].session.tls.version.startswith("TLSv1.")


def test_a_login_in_the_clear_does_not_outlast_starttls(visit):
    mock, client, _ = visit()
    assert client.say("AUTH PLAIN AGEAYg==") == 235
    client.start_tls()
    client.say("EHLO again.example.com")
    assert client.address().say(".") == 250
    assert mock.messages[0].user == ""


def test_where_auth_requires_tls_it_is_not_announced_without(visit):
    _, client, announced = visit(auth_requires_tls=True, accounts={"me": "secret"})
    assert not [line for line in announced if line.startswith("AUTH")]
    assert client.say("AUTH PLAIN AG1lAHNlY3JldA==") == 538
    assert client.say("MAIL FROM:<a@x>") == 530
    client.start_tls()
    assert "AUTH PLAIN LOGIN" in client.send(b"EHLO a\r\n").reply().lines
    assert client.say("AUTH PLAIN AG1lAHNlY3JldA==") == 235


def test_a_login_can_be_required_of_nobody_and_of_everybody(visit):
    _, client, _ = visit(accounts={"me": "secret"}, login_required=False)
    assert client.say("MAIL FROM:<a@x>") == 250
    _, client, _ = visit(login_required=True)
    assert client.say("MAIL FROM:<a@x>") == 530
    assert client.say("AUTH PLAIN AGEAYg==") == 235
    assert client.say("MAIL FROM:<a@x>") == 250


# -- limits -----------------------------------------------------------------------------------


def test_a_message_has_so_many_recipients_and_no_more(visit):
    mock, client, _ = visit(recipient_limit=2)
    client.say("MAIL FROM:<a@x>")
    assert [client.say(f"RCPT TO:<{n}@x>") for n in range(4)] == [250, 250, 452, 452]
    assert [client.say(line) for line in ("DATA", ".")] == [354, 250]
    assert mock.messages[0].recipients == ("0@x", "1@x")


def test_a_flood_of_recipients_is_taken_up_to_the_limit(visit):
    mock, client, _ = visit()
    client.send(b"MAIL FROM:<a@x>\r\n" + b"".join(b"RCPT TO:<%d@x>\r\n" % n for n in range(3000)))
    codes = [client.reply().code for _ in range(3001)]
    assert codes == [250] * 1001 + [452] * 2000
    assert [client.say(line) for line in ("DATA", ".")] == [354, 250]
    assert len(mock.messages[0].recipients) == 1000


def test_a_connection_brings_so_many_messages_and_no_more(visit, dial):
    mock, client, _ = visit(message_limit=2)
    for _ in range(2):
        assert client.address().say(".") == 250
    assert client.send(b"MAIL FROM:<a@x>\r\n").rest().startswith(b"421 4.7.0 ")
    client = dial(mock)
    client.greet()
    assert client.address().say(".") == 250


def test_a_connection_gets_so_many_commands_wrong_and_no_more(visit):
    _, client, _ = visit(error_limit=3)
    assert [client.say(line) for line in ("BREW", "NOOP", "MAIL")] == [500, 250, 501]
    assert client.send(b"DATA\r\nNOOP\r\n").rest() == b"421 4.7.0 Too many errors\r\n"


def test_what_a_rule_refuses_is_no_fault_of_the_client(visit):
    mock, client, _ = visit(error_limit=2)
    mock.on("NOOP").reply(502)
    assert [client.say("NOOP") for _ in range(5)] == [502] * 5


# -- sins -------------------------------------------------------------------------------------


def _kinds(mock):
    return [sin.kind for sin in mock.sins]


def test_a_client_that_keeps_to_the_protocol_has_no_sins(visit):
    mock, client, _ = visit()
    client.send(ENVELOPE + b"DATA\r\n")  # which may come at once, for PIPELINING is announced
    assert [client.reply().code for _ in range(3)] == [250, 250, 354]
    client.say("Subject: hello\r\n\r\nworld\r\n.")
    assert client.say("QUIT") == 221
    client.rest()
    assert not mock.sins
    assert mock.messages[0].session.has_quit
    assert repr(mock.sins) == "<Sins: none>"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"NOOP\n", "bare LF"),
        (b"NO\rOP\r\n", "bare CR"),
        (b"NOOP \0\r\n", "NUL"),
        (b"NOOP " + b"x" * 600 + b"\r\n", "long line"),
        (b"NOOP " + b"x" * 100_000 + b"\r\n", "long line"),
        (b"MAIL FROM:<\xc3\xa4@example.com>\r\n", "8-bit"),
        (ENVELOPE + b"DATA\r\nearly\r\n.\r\n", "early data"),
        (ENVELOPE + b"BDAT 3 LAST\r\na\nb", "bare LF"),
        (ENVELOPE + b"BDAT 3 LAST\r\na\rb", "bare CR"),
        (ENVELOPE + b"BDAT 1 LAST\r\n\0", "NUL"),
        (ENVELOPE + b"BDAT 1 LAST\r\n\xff", "8-bit"),
        (ENVELOPE + b"BDAT 1002 LAST\r\n" + b"x" * 1002, "long line"),
        (b"MAIL FROM:<a@x> SIZE=3\r\nRCPT TO:<b@x>\r\nBDAT 4 LAST\r\nabcd", "size"),
    ],
)
def test_each_sin_is_noted_with_its_connection_and_the_dialogue_goes_on(visit, data, kind):
    mock, client, _ = visit()
    client.send(data)
    sin = mock.sins.wait_for()
    assert (sin.kind, sin.connection) == (kind, 1)
    assert sin.text in [entry.value for entry in mock.journal if entry.kind == "error"]
    client.send(b"QUIT\r\n").rest()
    assert _kinds(mock) == [kind]


def test_a_sin_is_noted_once_a_connection(visit, dial):
    mock, client, _ = visit()
    client.send(b"NOOP\n" * 100)
    other = dial(mock)
    other.greet()
    other.send(b"NOOP\n").reply()
    client.send(b"QUIT\r\n").rest()
    assert sorted((sin.connection, sin.kind) for sin in mock.sins) == [
        (1, "bare LF"),
        (2, "bare LF"),
    ]


def test_a_message_tells_the_sins_of_its_session_those_to_come_too(visit):
    mock, client, _ = visit()
    assert client.address().say("a\nb\r\n.") == 250
    session = mock.messages[0].session
    assert [sin.kind for sin in session.sins] == ["bare LF"]
    client.half_close().rest()
    mock.sins.wait_for(lambda sin: sin.kind == "no QUIT")
    assert session.has_sinned("no QUIT")
    assert not session.has_sinned("NUL")
    assert repr(mock.sins).startswith("<Sins: connection 1: a line feed")


def test_eight_bits_that_were_announced_are_no_sin(visit):
    mock, client, _ = visit()
    for parameter in ("BODY=8BITMIME", "SMTPUTF8"):
        client.say(f"MAIL FROM:<ä@x> {parameter} SMTPUTF8".replace("SMTPUTF8 SMTPUTF8", "SMTPUTF8"))
        client.say("RCPT TO:<ö@x>")
        assert client.say("DATA") == 354
        assert client.say("ü\r\n.") == 250
    assert not mock.sins


def test_commands_before_a_greeting_are_a_sin(visit, dial):
    mock, _, _ = visit()
    client = dial(mock)
    client.reply()
    assert client.say("MAIL FROM:<a@x>") == 503
    assert str(mock.sins[0]) == "connection 2: MAIL before HELO"


@pytest.mark.parametrize(("hide", "greeting"), [(["PIPELINING"], b"EHLO a"), ([], b"HELO a")])
def test_pipelining_that_was_not_offered_is_a_sin(visit, dial, hide, greeting):
    mock, _, _ = visit(hide=hide)
    client = dial(mock)
    client.reply()
    client.send(greeting + b"\r\n").reply()
    client.send(b"NOOP\r\nNOOP\r\n")
    assert mock.sins.wait_for().kind == "pipelining"


def test_commands_behind_starttls_in_the_clear_are_a_sin(visit):
    mock, client, _ = visit()
    client.send(b"STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
    assert mock.sins.wait_for().kind == "after STARTTLS"


def test_a_client_that_resets_has_not_said_quit(visit):
    mock, client, _ = visit()
    client.reset()
    sin = mock.sins.wait_for()
    assert (sin.kind, sin.text) == ("no QUIT", "the client reset the connection")


def test_a_client_that_is_hung_up_on_need_not_say_quit(visit):
    mock, client, _ = visit()
    mock.on("NOOP").reply(421)
    client.say("NOOP")
    client.rest()
    assert not mock.sins
