import re
import threading

import pytest

from netmocks.errors import MisuseError
from netmocks.mail import LMTPMock, SMTPMock
from netmocks.mail.smtp import Reply
from netmocks.record import PATIENCE

ENVELOPE = ["MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"]


@pytest.fixture
def codes(server, dial):
    """Say lines on a new connection, behind EHLO; the code of each reply."""

    def say(*lines):
        client = dial(server)
        client.greet()
        return [client.say(line) for line in lines]

    return say


def test_without_an_answer_a_rule_only_looks_on(server, codes):
    spy = server.on("RCPT", to="b@example.com")
    assert codes(*ENVELOPE) == [250, 250]
    assert [command.recipients for command in spy.calls] == [("b@example.com",)]


def test_a_rule_refuses_one_recipient_and_the_others_get_their_mail(server, dial):
    rule = server.on("RCPT", to="gone@example.com").reply(550, "5.1.1 no such user")
    client = dial(server)
    client.greet()
    assert client.say("MAIL FROM:<a@example.com>") == 250
    assert client.send(b"RCPT TO:<gone@example.com>\r\n").reply() == (550, ["5.1.1 no such user"])
    assert client.say("RCPT TO:<b@example.com>") == 250
    assert client.say("DATA") == 354
    assert client.say(".") == 250
    assert server.messages[0].recipients == ("b@example.com",)
    assert rule.count == 1
    assert str(rule.calls[0]) == "RCPT TO:<gone@example.com>"
    assert rule.calls[0].sender == "a@example.com"


def test_the_answers_of_a_sequence_come_one_after_the_other_and_the_last_stays(server, codes):
    server.on("RCPT").reply(450).then(451, "4.7.1 not yet").then(250)
    assert codes(ENVELOPE[0], *[ENVELOPE[1]] * 4) == [250, 450, 451, 250, 250]


def test_a_rule_steps_aside_when_it_has_answered_its_times(server, codes):
    server.on("MAIL").reply(452)
    server.on("MAIL", times=2).reply(450)
    assert codes(*[ENVELOPE[0]] * 4) == [450, 450, 452, 452]


def test_the_latest_rule_is_asked_first_until_it_is_removed(server, codes):
    server.on("MAIL").reply(450)
    late = server.on("MAIL").reply(451)
    assert codes(ENVELOPE[0]) == [451]
    server.remove(late)
    assert codes(ENVELOPE[0]) == [450]
    with pytest.raises(MisuseError, match="is no rule of smtp, or was withdrawn before"):
        server.remove(late)


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"sender": "A@example.com"}, True),
        ({"sender": "b@example.com"}, False),
        ({"sender": ""}, False),
        ({"sender": re.compile(r"@example\.com$")}, True),
        ({"sender": re.compile(r"@example\.org$")}, False),
        ({"sender": lambda sender: sender.startswith("a")}, True),
        ({"to": "b@example.com"}, True),
        ({"to": "a@example.com"}, False),
        ({"client": "client.example.com"}, True),
        ({"client": "other.example.com"}, False),
        ({"connection": 1}, True),
        ({"connection": 2}, False),
        ({"user": "me"}, False),
        ({"user": ""}, True),
        ({"where": lambda command: command.argument == "TO:<b@example.com>"}, True),
        ({"where": lambda command: command.session.messages}, False),
        ({"sender": "a@example.com", "to": "x@example.com"}, False),
    ],
)
def test_a_rule_answers_what_fits_all_its_conditions(server, codes, conditions, fits):
    server.on("RCPT", required=False, **conditions).reply(450)
    assert codes(*ENVELOPE)[1] == (450 if fits else 250)


def test_the_null_reverse_path_can_be_told_from_others(server, codes):
    server.on("MAIL", sender="").reply(550, "5.7.1 no bounces")
    assert codes("MAIL FROM:<>", ENVELOPE[0]) == [550, 250]


def test_mail_is_refused_by_the_size_it_announces(server, codes):
    server.on("MAIL", over=1000).reply(552)
    size = ENVELOPE[0] + " SIZE="
    assert codes(f"{size}1001", f"{size}1000") == [552, 250]


def test_a_message_is_refused_by_its_size_or_what_it_says(server, client):
    server.on("MESSAGE", over=20).reply(552)
    server.on("MESSAGE", where=lambda command: "spam" in command.message.subject).reply(554)
    assert client.address().say("x" * 30 + "\r\n.") == 552
    assert client.address().say("Subject: spam\r\n.") == 554
    assert client.address().say("Subject: ham\r\n.") == 250
    assert [message.subject for message in server.messages] == ["ham"]


def test_a_refused_message_leaves_no_envelope_behind(server, client):
    server.on("MESSAGE", times=1).reply(451)
    client.address().say(".")
    assert client.say("DATA") == 503
    assert client.address(sender="again@example.com").say(".") == 250
    assert server.messages[0].sender == "again@example.com"


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("EHLO", ["EHLO a"]),
        ("HELO", ["HELO a"]),
        ("STARTTLS", ["STARTTLS"]),
        ("AUTH", ["AUTH PLAIN AGEAYg=="]),
        ("MAIL", ENVELOPE[:1]),
        ("RCPT", ENVELOPE),
        ("DATA", [*ENVELOPE, "DATA"]),
        ("BDAT", [*ENVELOPE, "BDAT 3\r\nabc"[:-2]]),
        ("MESSAGE", [*ENVELOPE, "DATA", "."]),
        ("MESSAGE", [*ENVELOPE, "BDAT 0 LAST"]),
        ("RSET", ["RSET"]),
        ("VRFY", ["VRFY a"]),
        ("EXPN", ["EXPN a"]),
        ("HELP", ["HELP"]),
        ("NOOP", ["NOOP"]),
        ("QUIT", ["QUIT"]),
    ],
)
@pytest.mark.parametrize("code", [421, 454, 550])
def test_each_command_can_be_refused_and_421_hangs_up(server, dial, command, lines, code):
    client = dial(server)
    client.greet()
    rule = server.on(command).reply(code)
    assert [client.say(line) for line in lines][-1] == code
    if code == 421:
        assert client.rest() == b""
        assert not server.sins
    else:
        server.remove(rule)
        assert client.say("NOOP") == 250


def test_421_can_be_the_greeting(server, dial):
    server.on("CONNECT", connection=1).reply(421, "4.3.2 too busy")
    assert dial(server).rest() == b"421 4.3.2 too busy\r\n"
    assert dial(server).greet().code == 250


def test_behind_a_greeting_of_554_only_quit_is_served(server, dial):
    server.on("CONNECT").reply(554, "no SMTP service here")
    client = dial(server)
    assert client.reply().code == 554
    assert client.say("EHLO a") == 503
    assert client.say("QUIT") == 221


def test_a_client_is_refused_by_the_name_that_it_greets_with(server, dial):
    server.on("EHLO", client="client.example.com").reply(550, "5.7.1 not you")
    client = dial(server)
    assert client.greet() == (550, ["5.7.1 not you"])
    assert client.say("MAIL FROM:<a@x>") == 503
    assert client.say("EHLO other.example.com") == 250


def test_the_greeting_and_what_ehlo_announces_can_be_said_otherwise(server, dial):
    server.on("CONNECT").reply(220, "mx.example.com ESMTP Postfix")
    server.on("EHLO").reply(250, "mx.example.com at your service\nSIZE 5")
    client = dial(server)
    assert client.reply().lines == ["mx.example.com ESMTP Postfix"]
    assert client.send(b"EHLO a\r\n").reply().lines == ["mx.example.com at your service", "SIZE 5"]


def test_an_accepting_reply_is_said_only_if_all_else_is_well(server, dial):
    server.on("RCPT").reply(251, "2.1.5 will forward")
    server.on("DATA").reply(354, "go on")
    server.on("MESSAGE").reply(250, "2.6.0 thanks")
    client = dial(server)
    client.greet()
    client.say(ENVELOPE[0])
    assert client.say("RCPT TO:<>") == 553
    assert client.send(b"RCPT TO:<b@example.com>\r\n").reply() == (251, ["2.1.5 will forward"])
    assert client.send(b"DATA\r\n").reply() == (354, ["go on"])
    assert client.send(b".\r\n").reply() == (250, ["2.6.0 thanks"])
    assert client.say("NOOP") == 250


def test_a_client_is_cut_short_in_the_middle_of_its_message(server, client):
    server.on("CONTENT", over=1000).reply(421, "4.3.2 going down")
    client.address().send(b"x" * 500 + b"\r\n")
    client.send(b"x" * 500 + b"\r\n")
    assert client.rest() == b"421 4.3.2 going down\r\n"
    server.assert_nothing_sent()


@pytest.mark.parametrize("command", [b"DATA\r\n", b"BDAT 30 LAST\r\n"])
def test_content_can_be_cut_short_though_it_came_at_once(server, client, command):
    server.on("CONTENT", over=10).reply(451)
    client.send("\r\n".join([*ENVELOPE, ""]).encode() + command + b"x" * 28 + b"\r\n.\r\n")
    assert b"451 4.3.0 " in client.rest()


def test_a_rule_is_asked_once_amid_a_content_that_it_lets_through(server, client):
    rule = server.on("CONTENT")
    client.address()
    for _ in range(5):
        client.send(b"line\r\n")
    assert client.say(".") == 250
    assert rule.count == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_a_function_decides_in_any_thread(server, client, is_async):
    seen = []

    def decide(command):
        seen.append((command.recipients, threading.current_thread().name))
        return 450 if len(seen) == 1 else None if len(seen) == 2 else Reply(251, "2.1.5 so be it")

    async def decide_async(command):
        return decide(command)

    server.on("RCPT").reply(decide_async if is_async else decide)
    client.say(ENVELOPE[0])
    assert [client.say(ENVELOPE[1]) for _ in range(3)] == [450, 250, 251]
    assert seen[0][0] == ("b@example.com",)
    assert ("netmocks-worker" in seen[0][1]) is not is_async


def test_a_function_may_hold_up_its_client_and_nobody_else(server, client, dial):
    released = threading.Event()

    def hold(_):
        assert released.wait(PATIENCE)
        return 450

    rule = server.on("RCPT", connection=1).reply(hold)
    client.say(ENVELOPE[0])
    client.send(ENVELOPE[1].encode() + b"\r\n")
    rule.wait_for_calls()
    other = dial(server)
    other.greet()
    other.address().say(".")
    released.set()
    assert client.reply().code == 450


def test_a_function_that_returns_no_reply_is_a_finding(server, client):
    server.on("MAIL").reply(lambda _: "550 no")
    assert client.say(ENVELOPE[0]) == 451
    assert "reply('550 no'): code and text are two things" in server.findings.all[0].text
    server.findings.clear()


@pytest.mark.parametrize("error", [ZeroDivisionError, ConnectionResetError, pytest.fail.Exception])
@pytest.mark.parametrize("how", ["where", "plain", "async"])
def test_what_a_function_raises_is_a_finding_and_the_client_may_try_again(
    server, client, error, how
):
    def fail(_):
        raise error("no luck")

    async def fail_later(_):
        raise error("no luck")

    if how == "where":
        rule = server.on("MAIL", where=fail, required=False)
    else:
        rule = server.on("MAIL").reply(fail if how == "plain" else fail_later)
    assert client.say(ENVELOPE[0]) == 451
    server.remove(rule)
    assert client.say(ENVELOPE[0]) == 250
    (finding,) = server.findings.all
    assert finding.kind == "handler"
    assert "no luck" in finding.text
    server.findings.clear()


@pytest.mark.asyncio
async def test_calls_can_be_waited_for(server, client):
    rule = server.on("NOOP")
    client.say("NOOP")
    (call,) = await rule.wait_for_calls_async()
    assert call.name == "NOOP"


def test_a_rule_that_never_answered_is_a_finding_unless_it_is_not_required():
    server = SMTPMock(spelling="smtp_mock")
    with server:
        server.on("RCPT", to="x@example.com", over=None)
        server.on("RCPT", to=re.compile("y"), required=False)
        server.on("MESSAGE", where=lambda _: True)
        server.stop()
        found = [finding.text for finding in server.findings.all]
        server.findings.clear()
    assert [text.partition(";")[0] for text in found] == [
        "no client came for smtp_mock.on('MESSAGE', where=…)",
        "no client came for smtp_mock.on('RCPT', to='x@example.com')",
    ]


def test_a_rule_that_was_not_met_tells_what_came_instead(server, dial):
    server.spelling = "smtp_mock"
    with server.on("NOOP"):
        client = dial(server)
        client.greet()
        with server.on("RCPT", to="you@example.com") as late:
            client.say(ENVELOPE[0])
            for to in ("me", "me", "b"):
                client.say(f"RCPT TO:<{to}@example.com>")
        late.required = False
        client.say("NOOP")
    (finding,) = server.findings.all
    assert finding.text == (
        "no client came for smtp_mock.on('RCPT', to='you@example.com'); what came instead:"
        " RCPT TO:<me@example.com>, RCPT TO:<b@example.com>; if that is no fault of the code under"
        " test, add required=False"
    )
    server.findings.clear()


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda server: server.on("rcpt"), r"did you mean 'RCPT'\?\); what is: CONNECT, HELO"),
        (lambda server: server.on("LHLO"), "'LHLO' is nothing that a client does"),
        (lambda server: server.on("BDAT"), r"CHUNKING is hidden.*take 'CHUNKING' out of hide="),
        (lambda server: server.on("RCPT", to=5), "to=5: text, a pattern to be found in it"),
        (lambda server: server.on("MAIL", sender=re.compile(b"a")), "sender=re.compile"),
        (lambda server: server.on("MAIL", over="5"), "over='5': a whole number, from 0 on"),
        (lambda server: server.on("MAIL", connection=0), "connection=0: .*from 1 on"),
        (lambda server: server.on("MAIL", where="a@x"), "where='a@x': a function"),
        (lambda server: server.on("MAIL", to="a@x"), "MAIL.*to=….*there is at RCPT, DATA"),
        (lambda server: server.on("NOOP", sender="a@x"), "sender=…"),
        (lambda server: server.on("RCPT", over=5), "there is at MAIL, CONTENT, MESSAGE"),
        (lambda server: server.on("CONNECT", client="a"), "client=…"),
        (lambda server: server.on("RCPT", times=0), "answers at least once"),
        (lambda server: server.on("RCPT", times="2"), "answers at least once"),
        (lambda server: server.on("RCPT").reply(199), "from 200 to 599"),
        (lambda server: server.on("RCPT").reply(b"550"), "from 200 to 599"),
        (lambda server: server.on("RCPT").reply("550"), r"two things: reply\(550\)"),
        (lambda server: server.on("RCPT").reply("550 no"), r"two things: reply\(550, 'no'\)"),
        (lambda server: server.on("RCPT").reply("no"), "reply code 'no': .* from 200 to 599"),
        (lambda server: server.on("RCPT").reply(550, 5), "write text"),
        (lambda server: server.on("RCPT").reply(550, "550 no"), r"reply\(550, …\)"),
        (lambda server: server.on("RCPT").then(550, "a\r\nb"), "alone"),
        (lambda server: server.on("RCPT").reply(print, "5.1.1 no"), "let it return a Reply"),
    ],
)
def test_what_no_client_could_fulfil_or_hear_is_refused_at_once(make, remedy):
    with pytest.raises(MisuseError, match=remedy):
        make(SMTPMock(hide=["CHUNKING"]))


def test_a_rule_of_lmtp_speaks_of_what_its_clients_say():
    server = LMTPMock()
    assert server.on("LHLO", required=False).command == "LHLO"
    for command in ("HELO", "EHLO"):
        with pytest.raises(MisuseError, match=f"{command!r} is nothing that a client does"):
            server.on(command)


#: A line for each command that a rule can be about, and what is needed before it.
LINES = {
    "HELO": "HELO a",
    "EHLO": "EHLO a",
    "STARTTLS": "STARTTLS",
    "AUTH": "AUTH PLAIN AGEAYg==",
    "MAIL": ENVELOPE[0],
    "RCPT": ENVELOPE[1],
    "DATA": "DATA",
    "BDAT": "BDAT 0 LAST",
    "RSET": "RSET",
    "VRFY": "VRFY a@example.com",
    "EXPN": "EXPN staff",
    "HELP": "HELP",
    "NOOP": "NOOP",
    "QUIT": "QUIT",
}


def test_those_are_all_commands():
    assert [name for name in SMTPMock.commands if name in LINES] == list(LINES)
    assert set(SMTPMock.commands) - set(LINES) == {"CONNECT", "CONTENT", "MESSAGE"}


@pytest.mark.parametrize("command", LINES)
def test_every_command_is_refused_by_a_rule_in_its_own_words(server, dial, command):
    rule = server.on(command, times=1).reply(555, "5.5.4 not here\n5.5.4 not now")
    client = dial(server)
    if command in ("HELO", "EHLO"):
        client.reply()
    else:
        client.greet()
    if command in ("RCPT", "DATA", "BDAT"):
        assert client.say(ENVELOPE[0]) == 250
    if command in ("DATA", "BDAT"):
        assert client.say(ENVELOPE[1]) == 250
    said = client.send(LINES[command].encode() + b"\r\n").reply()
    assert said == (555, ["5.5.4 not here", "5.5.4 not now"])
    assert rule.calls[0].name == command
    assert client.say("QUIT") == 221


@pytest.mark.parametrize("command", ["RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT", "EHLO"])
def test_a_reply_that_accepts_is_said_in_the_rules_words(server, client, command):
    code = {"QUIT": 221, "HELP": 214}.get(command, 250)
    server.on(command).reply(code, "as you like\nit")
    said = client.send(LINES[command].encode() + b"\r\n").reply()
    assert said == (code, ["as you like", "it"])


@pytest.mark.parametrize(("line", "code"), [("EXPN staff", 502), ("EXPN", 502)])
def test_a_list_is_expanded_only_by_a_rule_that_says_who_is_on_it(server, client, line, code):
    server.on("EXPN")
    assert client.say(line) == code
