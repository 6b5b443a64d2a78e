"""Rules of POP3: which commands they answer, and with what."""

import re

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Cut
from netmocks.mail import POP3Mock
from netmocks.mail.ruling import Ruling
from netmocks.record import PATIENCE


@pytest.fixture(autouse=True)
def messages(account):
    """Three messages; the second is refused or broken in most tests."""
    for name in ("one", "two", "three"):
        account.add(f"Subject: {name}\r\n\r\n{name}\r\n".encode())


def test_a_rule_refuses_one_message_once_and_the_others_are_handed_out(server, client):
    rule = server.on("RETR", 2).reply("-ERR [SYS/TEMP] try again").then()
    client.log_in()
    assert client.say("RETR 1").startswith("+OK")
    client.lines()
    assert client.say("RETR 2") == "-ERR [SYS/TEMP] try again"
    assert client.say("RETR 2") == "+OK 21 octets"
    assert client.lines() == ["Subject: two", "", "two"]
    assert [str(command) for command in rule.calls] == ["RETR 2", "RETR 2"]
    assert [command.user for command in rule.wait_for_calls(2)] == ["me@example.com"] * 2
    told = [command.reply for command in server.commands if command.argument == "2"]
    assert told == ["-ERR [SYS/TEMP] try again", "+OK 21 octets"]


def test_without_an_answer_a_rule_only_looks_on(server, client):
    spy = server.on("STAT")
    client.log_in()
    assert client.say("STAT") == "+OK 3 67"
    assert spy.count == 1


def test_what_is_no_refusal_lets_the_command_through_with_another_text(server, client):
    server.on("DELE").reply("+OK gone")
    client.log_in()
    assert client.say("DELE 1") == "+OK gone"
    assert client.say("STAT") == "+OK 2 46"
    assert client.say("DELE 9") == "-ERR no such message: there are 3"


def test_a_login_fails_once(server, client):
    server.on("PASS").reply("-ERR [AUTH] not now").then("+OK")
    assert client.say("USER me@example.com").startswith("+OK")
    assert client.say("PASS secret") == "-ERR [AUTH] not now"
    client.log_in()


def test_a_refused_greeting_ends_the_connection(server, connect, dial):
    server.on("CONNECT", times=1).reply("-ERR [SYS/TEMP] too many connections")
    assert connect(server).recv(1000) == b"-ERR [SYS/TEMP] too many connections\r\n"
    dial(server).log_in()


@pytest.mark.parametrize(
    ("verb", "conditions", "fits"),
    [
        ("RETR", {"argument": 2}, True),
        ("RETR", {"argument": "2"}, True),
        ("RETR", {"argument": 1}, False),
        ("RETR", {"argument": re.compile("[2-9]")}, True),
        ("RETR", {"argument": str.isalpha}, False),
        ("RETR", {"user": "ME@example.com"}, True),
        ("RETR", {"user": "other"}, False),
        ("RETR", {"connection": 1}, True),
        ("RETR", {"connection": 2}, False),
        ("RETR", {"where": lambda command: command.size == 1}, True),
        ("TOP", {"argument": 2}, False),
    ],
)
def test_a_rule_answers_what_fits(server, client, verb, conditions, fits):
    server.on(verb, **conditions, required=False).reply("-ERR no")
    client.log_in()
    assert (client.say("RETR 2") == "-ERR no") is fits


def test_a_number_is_that_of_a_message_whatever_follows(server, client):
    server.on("TOP", 2).reply("-ERR no")
    client.log_in()
    assert client.say("TOP 2 1") == "-ERR no"
    assert client.say("TOP 1 1").startswith("+OK")


def test_a_command_that_comes_at_the_wrong_time_is_not_asked_about(server, client):
    rule = server.on("RETR", required=False).reply("-ERR by rule")
    assert client.say("RETR 1") == "-ERR RETR needs a login first"
    assert not rule.count


@pytest.mark.parametrize("is_async", [True, False])
def test_a_function_decides(server, client, is_async):
    def decide(command):
        return Ruling("-ERR odd", closes=True) if command.argument == "3" else None

    async def later(command):
        return decide(command)

    server.on("RETR").reply(later if is_async else decide)
    client.log_in()
    assert client.say("RETR 1").startswith("+OK")
    client.lines()
    assert client.send(b"RETR 3\r\nSTAT\r\n").rest() == b"-ERR odd\r\n"


def test_a_function_that_raises_is_told_to_the_client_and_the_test(mailboxes, dial):
    with POP3Mock(mailboxes=mailboxes) as server:
        server.on("STAT").reply(lambda _: 1 / 0)
        client = dial(server).log_in()
        assert client.say("STAT") == "-ERR [SYS/TEMP] ZeroDivisionError while serving"
        assert client.say("NOOP").startswith("+OK")
        assert "ZeroDivisionError" in server.findings.all[0].text
        server.findings.clear()


def test_what_a_client_says_ahead_waits_for_the_rule(server, client):
    server.on("NOOP").reply(lambda _: None)
    client.log_in().send(b"NOOP\r\nSTAT\r\nNOOP\r\nQUIT\r\n")
    assert [client.line() for _ in range(4)] == [
        *("+OK nothing", "+OK 3 67", "+OK nothing"),
        "+OK bye, 0 deleted",
    ]
    server.journal.wait_for(lambda entry: entry.kind == "closed", timeout=PATIENCE)
    assert not len(server.sins)


def test_tls_begins_behind_the_reply_of_a_rule(server, client):
    server.on("STLS").reply("+OK go ahead")
    assert client.say("STLS") == "+OK go ahead"
    client.start_tls()
    client.log_in()


def test_a_rule_ends_with_its_block_and_tells_that_nobody_came(mailboxes):
    server = POP3Mock(mailboxes=mailboxes, spelling="pop")
    with server.on("RETR", 2):
        pass
    assert not server.rules
    assert "no client came for pop.on('RETR', 2)" in server.findings.all[0].text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda on: on("FETCH"), "'FETCH' is nothing that a client does; what is: CONNECT, USER"),
        (lambda on: on("retr"), r"did you mean 'RETR'\?"),
        (lambda on: on("RETR", 2.5), "argument=2.5: text, a pattern to be found"),
        (lambda on: on("RETR", user=5), "user=5: text, a pattern"),
        (lambda on: on("RETR", where="x"), "where='x': a function"),
        (lambda on: on("RETR", connection=0), "connection=0: a whole number, from 1 on"),
        (lambda on: on("RETR", times=0), "a rule answers at least once"),
        (lambda on: on("RETR").reply("NO"), r"reply 'NO': it begins with \+OK or -ERR"),
        (lambda on: on("RETR").reply(" "), "it begins with"),
        (lambda on: on("RETR").reply(550), "reply 550: it begins with"),
        (lambda on: on("RETR").reply("-ERR a\r\n+OK"), "a status is one line of text"),
        (
            lambda on: on("RETR").reply(len, fault=Cut(1)),
            r"let it return Ruling\(",
        ),
        (lambda on: on("RETR").reply(fault="cut"), "fault='cut': give a fault"),
        (lambda on: on("RETR").reply("-ERR").cycle().then("+OK"), "cycle.. ends a sequence"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(make, message):
    with pytest.raises(MisuseError, match=message):
        make(POP3Mock().on)
