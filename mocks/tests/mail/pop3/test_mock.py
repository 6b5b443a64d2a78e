import threading

import pytest

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.mail import Mailboxes, Message, POP3Mock
from netmocks.record import PATIENCE


def test_a_mock_has_mailboxes_of_its_own(dial):
    with POP3Mock(accounts={"me@example.com": "secret"}) as server:
        server.mailboxes["me@example.com"].add("Subject: hi\n\nhello\n")
        assert dial(server).log_in().say("STAT") == "+OK 1 22"


def test_anybody_may_log_in_where_there_are_no_accounts(dial):
    with POP3Mock() as server:
        server.mailboxes.deliver("me@example.com", Message("", (), b"x"))
        assert dial(server).log_in("me@example.com", "whatever").say("STAT") == "+OK 1 1"
        assert dial(server).log_in("you@example.com", "whatever").say("STAT") == "+OK 0 0"


def test_two_mocks_share_mailboxes_and_their_maildrops(mailboxes, server, dial):
    with POP3Mock(mailboxes=mailboxes) as other:
        first = dial(server).log_in()
        second = dial(other)
        second.say("USER me@example.com")
        assert second.say("PASS secret").startswith("-ERR [IN-USE]")
        assert first.say("QUIT").startswith("+OK")
        second.log_in()


@pytest.fixture
def meanwhile(dial):
    """Run a function of `dial` in a thread, whose end the test's end waits for."""
    threads = []

    def run(function):
        threads.append(threading.Thread(target=function, args=(dial,)))
        threads[-1].start()

    yield run
    for thread in threads:
        thread.join(PATIENCE)


def test_commands_are_kept_and_waited_for(server, meanwhile):
    meanwhile(lambda dial: dial(server).log_in().say("NOOP"))
    noop = server.wait_for_command("noop")
    assert (noop.verb, noop.argument, noop.user, noop.ok) == ("NOOP", "", "me@example.com", True)
    assert [str(command) for command in server.commands] == [
        "USER me@example.com → +OK and the password?",
        "PASS secret → +OK welcome, 0 0",
        "NOOP → +OK nothing",
    ]
    assert server.wait_for_command("PASS", "secret").user == "me@example.com"
    with pytest.raises(WaitTimeout, match="verb='NOOP'"):
        server.wait_for_command("PASS", "other", timeout=0)


@pytest.mark.asyncio
async def test_a_coroutine_waits_for_a_command(server, meanwhile):
    meanwhile(lambda dial: dial(server).say("CAPA"))
    assert (await server.wait_for_command_async("CAPA")).ok


def test_the_journal_shows_the_dialogue(server, client):
    client.say("RETR 1")
    shown = str(server.journal)
    assert "S:  +OK ready <1.netmocks@pop3>" in shown
    assert "C:  RETR 1" in shown
    assert "==  RETR 1 → -ERR RETR needs a login first" in shown


def test_each_connection_has_a_timestamp_of_its_own(mailboxes, connect):
    with POP3Mock(mailboxes=mailboxes, name="pop.example.com:110") as server:
        greetings = [connect(server).recv(100) for _ in "ab"]
    assert greetings == [
        b"+OK ready <1.netmocks@pop.example.com-110>\r\n",
        b"+OK ready <2.netmocks@pop.example.com-110>\r\n",
    ]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"mailboxes": Mailboxes(), "accounts": {}}, "exclude each other"),
        ({"accounts": ["me"]}, "map user names to passwords"),
        ({"hide": ["STARTTLS"]}, r"hide=\['STARTTLS'\]: what can be hidden is APOP, AUTH"),
        ({"hide": "TLS"}, r"hide=\['TLS'\]"),
        ({"welcome": "hi"}, "POP3Mock takes no welcome=; its own: mailboxes, accounts, hide"),
        ({"acounts": {}}, r"POP3Mock takes no acounts= \(did you mean accounts=\?\)"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(arguments, text):
    with pytest.raises(MisuseError, match=text):
        POP3Mock(**arguments)


def test_a_mock_without_apop_greets_without_a_timestamp(mailboxes, connect):
    with POP3Mock(mailboxes=mailboxes, hide="APOP") as server:
        assert connect(server).recv(100) == b"+OK ready\r\n"
