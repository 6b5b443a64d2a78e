import asyncio
import re

import pytest

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.mail import IMAPMock, Mailboxes


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"mailboxes": Mailboxes(), "accounts": {}}, "mailboxes= and accounts= exclude each other"),
        ({"hide": ["SPEED"]}, r"hide=\['SPEED'\]: what can be hidden is AUTH=PLAIN, CHILDREN"),
        ({"size_limit": 0}, "size_limit=0: a whole number, from 1 on"),
        ({"accounts": "me"}, "map user names to passwords"),
        ({"size_limit": "1"}, "size_limit='1': a whole number"),
        ({"mailboxes": {"me": "x"}}, r"mailboxes={'me': 'x'}: give Mailboxes\(.*accounts={...}"),
        ({"speed": 1}, "IMAPMock takes no speed=; its own: size_limit, .*hide, .*: name"),
    ],
)
def test_what_makes_no_sense_is_said_at_once(options, text):
    with pytest.raises(MisuseError, match=text):
        IMAPMock(**options)


def test_mailboxes_are_shared(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes) as one, IMAPMock(mailboxes=mailboxes, hide="IDLE") as other:
        dial(one).log_in().send(b"a APPEND INBOX {1+}\r\n1\r\n").told()
        told = dial(other).log_in().say("SELECT INBOX")
        assert b"* 1 EXISTS" in told
        assert b"IDLE" not in dial(other).say("CAPABILITY")[0]


def test_without_accounts_anybody_may_log_in(dial):
    with IMAPMock() as server:
        client = dial(server)
        assert client.say("LOGIN new@example.com any")[-1].startswith(b"OK")
        assert b"* 0 EXISTS" in client.say("SELECT INBOX")
        assert server.mailboxes["new@example.com"].inbox.name == "INBOX"


def test_commands_can_be_waited_for(server, client):
    client.log_in().say("SELECT INBOX")
    assert server.wait_for_command("select").reply == "OK [READ-WRITE] SELECT completed"
    assert server.wait_for_command("LOGIN", "me@example.com secret").user == "me@example.com"
    with pytest.raises(WaitTimeout, match="nothing with name='SELECT', argument='Work' within"):
        server.wait_for_command("SELECT", "Work", timeout=0)
    with pytest.raises(WaitTimeout, match="nothing with name='STORE' within 0 s; 2 recorded"):
        server.wait_for_command("STORE", timeout=0)
    client.say("UID STORE 1:* +FLAGS (\\Seen)")
    assert server.wait_for_command("STORE").name == "UID STORE"
    assert server.wait_for_command("STORE", re.compile("Seen")).arguments.startswith("1:*")
    with pytest.raises(MisuseError, match=r"'STOER' is nothing .*did you mean 'STORE'"):
        server.wait_for_command("STOER")


@pytest.mark.asyncio
async def test_a_coroutine_waits_for_a_command(server, dial):
    await asyncio.to_thread(lambda: dial(server).say("CAPABILITY"))
    assert (await server.wait_for_command_async("CAPABILITY")).ok
