"""Clients that are broken, hostile or slow: each is told, and the next is served."""

import pytest

from netmocks.mail import IMAPMock
from netmocks.mail.imap.reader import TEXT_LIMIT

TEN_GB = 10 * 1024**3


@pytest.fixture(autouse=True)
def the_next_client_is_served(server, dial):
    yield
    dial(server).log_in()
    assert server.findings.all == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"NOOP\n", b"BAD a line ends with CRLF, not with LF alone\r\n"),
        (b"NOOP\r \r\n", b"BAD the end of the command should follow"),
        (b"NO\0OP\r\n", b"BAD there is no command NO"),
        (b"LOGIN me\0 x\r\n", b"BAD ' ' should follow at character 11"),
        (b"LOGIN \xff\xfe x\r\n", b"BAD an atom should follow"),
        (b'LOGIN "me\r\n', b"BAD a string should follow"),
        (b"LOGIN {5}x\r\n", b"BAD a literal should follow"),
        (b"LOGIN {-5}\r\n", b"BAD a literal should follow"),
        (b"LOGIN {x}\r\n", b"BAD a literal should follow"),
        (b"LOGIN {999999999999999999999999}\r\n", b"BAD a literal should follow"),
        (b"LOGIN {%d}\r\n" % TEN_GB, b"NO [TOOBIG] a literal of 10737418240 bytes"),
        (b"\r\n", b"BAD an atom should follow at character 3"),
        (b"\xe2\x80\xa8\r\n", b"BAD an atom should follow"),
    ],
)
def test_a_broken_command_is_told_so_and_the_next_is_served(client, line, told):
    client.send(b"b " + line)
    assert client.line().startswith(b"b " + told.removesuffix(b"\r\n"))
    client.log_in()


@pytest.mark.parametrize(
    "line", [b"\r\n", b"   \r\n", b"\0\r\n", b"* NOOP\r\n", b"GET / HTTP/1.1\r\n"]
)
def test_what_has_no_tag_is_told_so_untagged_or_by_what_looks_like_one(client, line):
    client.send(line)
    assert client.line().split(b" ")[1] == b"BAD"
    client.log_in()


def test_a_big_literal_that_comes_unasked_is_dropped_and_told(client, account):
    client.log_in().send(b"b APPEND INBOX {40000000+}\r\n")
    for _ in range(40):
        client.send(b"x" * 1_000_000)
    client.send(b"\r\n")
    assert client.line().startswith(b"b NO [TOOBIG] a literal of 40000000 bytes is more than the ")
    assert client.say("NOOP") == [b"OK NOOP completed"]
    assert len(account.inbox) == 0


def test_an_endless_line_is_told_when_it_ends(client):
    client.send(b"b " + b"x" * 20 * TEXT_LIMIT + b"\r\n")
    assert client.line() == b"b BAD the command is too long"
    client.log_in()


def test_a_client_may_speak_byte_by_byte(client, account):
    dialogue = (
        b"b LOGIN {14+}\r\nme@example.com secret\r\nc APPEND INBOX {3+}\r\na\r\n\r\nd LOGOUT\r\n"
    )
    for byte in dialogue:
        client.send(bytes([byte]))
    assert client.rest().endswith(b"d OK LOGOUT completed\r\n")
    assert [message.content for message in account.inbox] == [b"a\r\n"]


def test_a_client_that_vanishes_in_a_literal_leaves_nothing(server, client, account):
    client.log_in().send(b"b APPEND INBOX {500}\r\n")
    client.line()
    client.send(b"half of").__exit__()
    assert "in the middle of a command" in server.sins.wait_for().text
    assert len(account.inbox) == 0


def test_a_client_that_stays_after_logout_is_not_heard(server, client):
    client.send(b"b LOGOUT\r\nc LOGIN me@example.com secret\r\n")
    assert client.rest().endswith(b"b OK LOGOUT completed\r\n")
    assert server.commands[-1].name == "LOGOUT"


def test_a_thousand_bad_logins_do_no_harm(client):
    client.send(b"b LOGIN me@example.com wrong\r\n" * 1000)
    for _ in range(1000):
        assert client.line().startswith(b"b NO [AUTHENTICATIONFAILED]")
    client.log_in()


def test_an_exchange_may_not_be_endless(client):
    client.send(b"b AUTHENTICATE PLAIN\r\n")
    assert client.line() == b"+ "
    client.send(b"A" * 3 * TEXT_LIMIT + b"\r\n")
    assert client.line().startswith(b"b BAD that is no base64")
    client.log_in()


def test_broken_mime_is_kept_and_told_as_far_as_it_goes(client, account):
    broken = (
        b'Content-Type: multipart/mixed; boundary="b\r\nSubject: =?x?y?z?=\r\n\xff: \0\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=klingon\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\xff\r\n--b\r\nContent-Type: message/rfc822"
    )
    client.log_in().send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(broken), broken)).told()
    assert [message.content for message in account.inbox] == [broken]
    client.say("SELECT INBOX")
    for item in ("BODYSTRUCTURE", "ENVELOPE", "BODY.PEEK[1.MIME]", "BODY.PEEK[2.1]", "FULL"):
        assert client.say(f"FETCH 1 {item}")[-1] == b"OK FETCH completed"
    assert client.say('SEARCH TEXT "x" BODY "y" SENTON 1-Feb-2024')[-1] == b"OK SEARCH completed"
    [told, _] = client.say("FETCH 1 BODY.PEEK[]")
    assert told == b"* 1 FETCH (BODY[] {%d}\r\n%b)" % (len(broken), broken)


def test_deeply_nested_asking_is_refused(client, account):
    account.add(b"1")
    client.log_in().say("SELECT INBOX")
    for line in (
        f"SEARCH {'(' * 20_000}ALL{')' * 20_000}",
        f"SEARCH {'NOT ' * 15_000}ALL",
        f"FETCH 1 BODY[{'1.' * 20_000}1]",
        f"FETCH 1 ({'(' * 20_000}",
        f"ID ({'(' * 20_000}",
    ):
        [ending] = client.say(line)
        assert ending.startswith(b"BAD "), line[:20]
    assert client.say("NOOP") == [b"OK NOOP completed"]


def test_an_engine_that_breaks_is_a_finding(mailboxes, dial, monkeypatch):
    def broken(self):
        raise ZeroDivisionError("engine")

    with IMAPMock(mailboxes=mailboxes, tolerate=["handler"]) as server:
        client = dial(server)
        monkeypatch.setattr(type(mailboxes), "authenticate", broken)
        client.send(b"a LOGIN me@example.com secret\r\n")
        assert client.rest() == b""
        monkeypatch.undo()
        dial(server).log_in()
