"""Rules of IMAP: which commands they answer, and with what."""

import re

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Cut
from netmocks.mail import IMAPMock
from netmocks.mail.ruling import Ruling
from netmocks.record import PATIENCE


@pytest.fixture(autouse=True)
def messages(account):
    for name in ("one", "two"):
        account.add(f"Subject: {name}\r\n\r\n{name}\r\n".encode())


@pytest.mark.parametrize("line", ["FETCH 1 (FLAGS)", "UID FETCH 1 (FLAGS)"])
@pytest.mark.parametrize("status", ["NO [INUSE] not today", "BAD what?"])
def test_a_command_is_refused_once_and_served_then(server, client, line, status):
    rule = server.on("FETCH").reply(status).then()
    client.log_in().say("SELECT INBOX")
    assert client.say(line) == [status.encode()]
    assert client.say(line)[-1].startswith(b"OK")
    assert rule.count == 2
    assert str(rule.calls[0]) == line
    assert server.wait_for_command(line.split(" 1")[0]).reply == status


def test_the_uid_form_can_be_meant_alone(server, client):
    server.on("UID FETCH").reply("NO not by UID")
    client.log_in().say("SELECT INBOX")
    assert client.say("FETCH 1 FLAGS")[-1].startswith(b"OK")
    assert client.say("UID FETCH 1 FLAGS") == [b"NO not by UID"]


def test_bye_comes_instead_of_an_answer_and_ends_the_connection(server, client, dial):
    server.on("SELECT", connection=1).reply("BYE going down")
    client.log_in()
    assert client.send(b"a SELECT INBOX\r\na NOOP\r\n").rest() == b"* BYE going down\r\n"
    assert server.wait_for_command("SELECT").reply == "BYE going down"
    assert dial(server).log_in().say("SELECT INBOX")[-1].startswith(b"OK")
    assert not len(server.sins)


def test_bye_may_be_the_greeting(server, connect, dial):
    server.on("CONNECT", times=1).reply("BYE too many connections")
    assert connect(server).recv(1000) == b"* BYE too many connections\r\n"
    dial(server).log_in()


def test_another_greeting_lets_the_client_in(server, connect):
    server.on("CONNECT").reply("OK hello")
    client = connect(server)
    assert client.recv(1000) == b"* OK hello\r\n"
    client.sendall(b"a LOGOUT\r\n")


def test_what_is_no_refusal_lets_the_command_through_with_another_text(server, client):
    server.on("LOGIN").reply("OK welcome")
    assert client.say("LOGIN me@example.com wrong")[-1].startswith(b"NO ")
    assert client.say("LOGIN me@example.com secret") == [b"OK welcome"]


def test_a_login_fails_once(server, client):
    server.on("LOGIN").reply("NO [AUTHENTICATIONFAILED] no").then("OK")
    assert client.say("LOGIN me@example.com secret") == [b"NO [AUTHENTICATIONFAILED] no"]
    assert client.say("LOGIN me@example.com secret")[-1].endswith(b"LOGIN completed")


@pytest.mark.parametrize(
    ("name", "conditions", "fits"),
    [
        ("SELECT", {"arguments": "inbox"}, True),
        ("SELECT", {"arguments": '"INBOX"'}, True),
        ("SELECT", {"arguments": "Sent"}, False),
        ("SELECT", {"arguments": re.compile("^.INBOX.$")}, True),
        ("SELECT", {"arguments": str.isalpha}, False),
        ("SELECT", {"user": "me@example.com"}, True),
        ("SELECT", {"user": "other"}, False),
        ("SELECT", {"connection": 2}, False),
        ("SELECT", {"where": lambda command: command.size == 7}, True),
        ("EXAMINE", {}, False),
    ],
)
def test_a_rule_answers_what_fits(server, client, name, conditions, fits):
    server.on(name, **conditions, required=False).reply("NO no")
    client.log_in()
    assert (client.say('SELECT "INBOX"')[-1] == b"NO no") is fits


@pytest.mark.parametrize(
    ("line", "fits"),
    [("FETCH 2 FLAGS", True), ("UID FETCH 2 FLAGS", True), ("FETCH 1:2 FLAGS", False)],
)
def test_a_number_is_that_of_a_message_whatever_follows(server, client, account, line, fits):
    account.add(b"1")
    account.add(b"2")
    client.log_in().say("SELECT INBOX")
    server.on("FETCH", 2, required=False).reply("NO no")
    assert (client.say(line)[-1] == b"NO no") is fits


def test_a_command_that_can_not_be_served_is_not_asked_about(server, client):
    rule = server.on("SELECT", required=False).reply("NO by rule")
    assert client.say("SELECT INBOX") == [b"BAD SELECT needs a login first"]
    assert not rule.count


def test_a_refused_append_takes_its_literal_with_it(server, client, account):
    server.on("APPEND").reply("NO [OVERQUOTA] full")
    client.log_in()
    assert client.say("APPEND INBOX {4+}\r\nhiho") == [b"NO [OVERQUOTA] full"]
    assert client.say("NOOP")[-1].startswith(b"OK")
    assert len(account.inbox.messages) == 2


@pytest.mark.parametrize("is_async", [True, False])
def test_a_function_decides(server, client, is_async):
    def decide(command):
        return Ruling("NO odd", closes=True) if command.arguments == "Sent" else None

    async def later(command):
        return decide(command)

    server.on("SELECT").reply(later if is_async else decide)
    client.log_in()
    assert client.say("SELECT INBOX")[-1].startswith(b"OK")
    assert client.send(b"a SELECT Sent\r\na NOOP\r\n").rest() == b"a NO odd\r\n"


def test_a_function_that_raises_is_told_to_the_client_and_the_test(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes) as server:
        server.on("NOOP", times=1).reply(lambda _: 1 / 0)
        client = dial(server).log_in()
        assert client.say("NOOP") == [b"NO [SERVERBUG] ZeroDivisionError while serving"]
        assert client.say("NOOP")[-1].startswith(b"OK")
        assert "ZeroDivisionError" in server.findings.all[0].text
        server.findings.clear()


def test_what_a_client_says_ahead_waits_for_the_rule(server, client):
    server.on("NOOP").reply(lambda _: None)
    client.log_in().send(b"b NOOP\r\nc CAPABILITY\r\nd NOOP\r\ne LOGOUT\r\n")
    tags = [line[:1] for line in client.rest().splitlines()]
    assert tags == [b"b", b"*", b"c", b"d", b"*", b"e"]
    server.journal.wait_for(lambda entry: entry.kind == "closed", timeout=PATIENCE)
    assert not len(server.sins)


def test_an_idle_client_hears_of_news_behind_a_rule(server, client, account):
    server.on("IDLE").reply(lambda _: None)
    client.log_in().say("SELECT INBOX")
    client.send(b"a IDLE\r\n")
    assert client.line().startswith(b"+ ")
    account.add(b"Subject: three\r\n\r\nthree\r\n")
    assert client.line() == b"* 3 EXISTS"
    client.send(b"DONE\r\n")
    assert client.told()[-1].startswith(b"OK")


def test_tls_begins_behind_the_reply_of_a_rule(server, client):
    server.on("STARTTLS").reply("OK go ahead")
    assert client.say("STARTTLS") == [b"OK go ahead"]
    client.start_tls()
    client.log_in()


def test_a_rule_ends_with_its_block_and_tells_that_nobody_came(mailboxes):
    server = IMAPMock(mailboxes=mailboxes, spelling="imap")
    with server.on("SELECT", "INBOX"):
        pass
    assert not server.rules
    assert "no client came for imap.on('SELECT', 'INBOX')" in server.findings.all[0].text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda on: on("RETR"), "'RETR' is nothing that a client does; what is: CONNECT, APPEND"),
        (lambda on: on("uid fetch"), r"did you mean 'UID FETCH'\?"),
        (lambda on: on("FETCH", ["1"]), r"arguments=\['1'\]: text, a pattern to be found"),
        (lambda on: on("NOOP", times=0), "a rule answers at least once"),
        (
            lambda on: on("NOOP").reply("-ERR"),
            "reply '-ERR': it begins with OK or NO or BAD or BYE",
        ),
        (lambda on: on("CONNECT").reply("NO"), "reply 'NO': it begins with OK or BYE"),
        (lambda on: on("NOOP").reply("NO a\r\n"), "a status is one line of text"),
        (
            lambda on: on("NOOP").reply(len, fault=Cut(1)),
            r"let it return Ruling\(",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(make, message):
    with pytest.raises(MisuseError, match=message):
        make(IMAPMock().on)
