"""What a connection does besides serving commands: TLS, pace, news, and leaving."""

import asyncio
import threading

import pytest

from netmocks.mail import IMAPMock
from netmocks.mail.imap.engine import BATCH, IMAPEngine

LARGE = b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 80_000


def _sins(server):
    return [sin.text for sin in server.sins]


# -- the dialogue -----------------------------------------------------------------------------


def test_pipelined_commands_are_answered_in_order(client, account):
    account.add(b"1")
    client.send(
        b"1 LOGIN me@example.com secret\r\n2 SELECT INBOX\r\n3 FETCH 1 BODY.PEEK[]\r\n4 LOGOUT\r\n"
    )
    lines = client.rest().split(b"\r\n")
    ends = [line[:4] for line in lines if line[:1].isdigit() and b" OK " in line]
    assert ends == [b"1 OK", b"2 OK", b"3 OK", b"4 OK"]


def test_a_literal_is_asked_for_and_the_message_is_there_when_its_command_ends(client, account):
    client.log_in().send(b"a APPEND INBOX {5}\r\n")
    assert client.line() == b"+ send 5 bytes"
    assert client.send(b"hello\r\n").told()[-1].startswith(b"OK [APPENDUID")
    assert [message.content for message in account.inbox] == [b"hello"]


def test_where_literal_plus_is_hidden_the_next_command_is_still_understood(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes, hide="LITERAL+") as server:
        client = dial(server)
        client.send(b"a LOGIN {14+}\r\nme@example.com {6+}\r\nsecret\r\n")
        assert client.told() == [b"BAD a literal waits for the go-ahead"]
        client.log_in()


def test_a_client_that_does_not_read_is_waited_for(server, client, account):
    account.add(LARGE)
    client.log_in().say("SELECT INBOX")
    for _ in range(12):
        client.send(b"x FETCH 1 BODY.PEEK[]\r\n")
    client.send(b"a LOGOUT\r\n")
    said = client.rest()
    assert said.count(b"* 1 FETCH (BODY[] {%d}\r\n%b)\r\n" % (len(LARGE), LARGE)) == 12
    assert said.endswith(b"a OK LOGOUT completed\r\n")
    assert _sins(server) == []


def _in_memory(mailboxes, memory_stream, test):
    """Run a test of an engine whose stream is a stand-in, logged in and with the inbox open."""

    async def main():
        stream = memory_stream()
        engine = IMAPEngine(IMAPMock(mailboxes=mailboxes))
        engine.connection_made(stream)
        engine.data_received(b"a LOGIN me@example.com secret\r\nb SELECT INBOX\r\n")
        stream.sent = b""
        await test(engine, stream)
        engine.connection_lost(None)
        return stream

    return asyncio.run(main())


def test_while_a_client_does_not_read_nothing_more_is_served(mailboxes, memory_stream):
    async def test(engine, stream):
        engine.pause_writing()
        engine.data_received(b"c NOOP\r\nd NOOP\r\n")
        assert stream.sent == b""
        assert engine.eof_received()  # what was asked is still answered
        engine.resume_writing()
        await asyncio.sleep(0)  # it goes on in the next turn
        assert stream.sent == b"c OK NOOP completed\r\nd OK NOOP completed\r\n"
        assert stream.closed

    _in_memory(mailboxes, memory_stream, test)


def test_a_fetch_waits_in_the_middle_for_a_client_that_does_not_read(
    mailboxes, memory_stream, account
):
    for _ in range(3):
        account.add(b"x" * BATCH)

    async def test(engine, stream):
        write = stream.write

        def full(data):
            write(data)
            engine.pause_writing()

        stream.write = full
        engine.data_received(b"c FETCH 1:* BODY.PEEK[]\r\n")
        for count in (1, 2, 3):
            assert stream.sent.count(b" FETCH (BODY[]") == count
            engine.resume_writing()
            await asyncio.sleep(0)
        assert stream.sent.endswith(b"c OK FETCH completed\r\n")

    _in_memory(mailboxes, memory_stream, test)


def test_news_wait_for_an_idle_client_that_does_not_read(mailboxes, memory_stream, account):
    async def test(engine, stream):
        engine.data_received(b"c IDLE\r\n")
        engine.pause_writing()
        for _ in range(3):
            account.add(b"1")
        await asyncio.sleep(0)
        assert stream.sent == b"+ idling\r\n"
        engine.resume_writing()
        await asyncio.sleep(0)
        assert stream.sent == b"+ idling\r\n* 3 EXISTS\r\n* 3 RECENT\r\n"

    _in_memory(mailboxes, memory_stream, test)


def test_an_engine_that_breaks_when_it_goes_on_is_a_finding(mailboxes, memory_stream, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("engine")

    async def test(engine, stream):
        engine.pause_writing()
        engine.data_received(b'c LIST "" *\r\n')
        monkeypatch.setattr("netmocks.mail.imap.hierarchy.matches", broken)
        engine.resume_writing()
        await asyncio.sleep(0)
        assert stream.closed
        assert "ZeroDivisionError: engine" in stream.site.findings.all[0].text

    _in_memory(mailboxes, memory_stream, test)


def test_a_client_that_half_closes_still_hears_all_that_it_asked_for(server, client, account):
    account.add(LARGE)
    client.log_in().say("SELECT INBOX")
    client.send(b"x FETCH 1 BODY.PEEK[]\r\n" * 8).half_close()
    assert client.rest().count(b"x OK FETCH completed\r\n") == 8


# -- TLS --------------------------------------------------------------------------------------


def test_starttls_begins_anew(server, client):
    assert client.say("STARTTLS") == [b"OK begin TLS now"]
    client.start_tls()
    [told, _] = client.say("CAPABILITY")
    assert b"STARTTLS" not in told
    client.log_in()
    assert client.say("LOGOUT")[-1] == b"OK LOGOUT completed"
    assert _sins(server) == []


def test_what_is_said_in_the_clear_behind_starttls_is_not_heard(server, client):
    client.send(b"a STARTTLS\r\nb LOGIN me@example.com secret\r\nc LO")
    assert client.told() == [b"OK begin TLS now"]
    client.start_tls()
    assert client.say("SELECT INBOX") == [b"BAD SELECT needs a login first"]
    [sin] = _sins(server)
    assert sin.startswith("the client said more in the clear behind STARTTLS")


def test_a_login_may_need_tls(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes, tls_required=True) as server:
        client = dial(server)
        assert client.say("LOGIN me@example.com secret")[-1].startswith(b"NO [PRIVACYREQUIRED]")
        client.say("STARTTLS")
        client.start_tls()
        client.log_in()


def test_a_client_that_leaves_during_starttls_does_not_stop_the_next(server, client, dial):
    client.say("STARTTLS")
    client.__exit__()
    assert server.journal.wait_for(lambda entry: entry.kind == "closed")
    dial(server).log_in()


def test_a_broken_handshake_does_not_stop_the_next(server, client, dial, entry):
    client.say("STARTTLS")
    client.send(b"no hello at all\r\n")
    assert server.journal.wait_for(entry("error", "the TLS handshake failed"))
    dial(server).log_in()


def test_a_certificate_that_can_not_be_made_is_told(dial):
    with IMAPMock(names=["no name \udcff"], tolerate=["handler"]) as server:
        client = dial(server)
        assert client.say("STARTTLS") == [b"OK begin TLS now"]
        assert client.rest() == b""


def test_implicit_tls_needs_no_starttls(mailboxes, connect_tls):
    with IMAPMock(mailboxes=mailboxes, tls=True, tls_required=True) as server:
        client = connect_tls(server)
        client.sendall(b"a LOGIN me@example.com secret\r\na LOGOUT\r\n")
        said = b""
        while piece := client.recv(65536):
            said += piece
    assert b"STARTTLS" not in said
    assert said.endswith(b"a OK LOGOUT completed\r\n")


# -- news -------------------------------------------------------------------------------------


def _idle(client):
    client.log_in().say("SELECT INBOX")
    client.send(b"a IDLE\r\n")
    assert client.line() == b"+ idling"


def test_an_idle_client_is_told_at_once_what_others_do(server, client, dial, account):
    _idle(client)
    other = dial(server).log_in()
    other.send(b"a APPEND INBOX {1+}\r\n1\r\n").told()
    assert client.line() == b"* 1 EXISTS"
    assert client.line() == b"* 1 RECENT"
    other.say("SELECT INBOX")
    other.say("STORE 1 +FLAGS (\\Deleted)")
    assert client.line() == b"* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))"
    other.say("EXPUNGE")
    assert client.line() == b"* 1 EXPUNGE"
    assert client.send(b"DONE\r\n").told() == [b"OK IDLE completed"]


def test_deliveries_of_many_threads_are_all_told(client, account):
    _idle(client)
    threads = [
        threading.Thread(target=lambda: [account.add(b"x") for _ in range(20)]) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    line = b""
    while line != b"* 100 EXISTS":
        line = client.line()
        assert line
    for thread in threads:
        thread.join()


def test_what_happened_before_idle_is_told_as_it_begins(client, account):
    client.log_in().say("SELECT INBOX")
    account.add(b"1")
    client.send(b"a IDLE\r\n")
    assert client.line() == b"+ idling"
    assert client.line() == b"* 1 EXISTS"


def test_a_test_can_wait_until_a_client_idles(server, client):
    _idle(client)
    assert server.wait_for_command("IDLE").reply == "+ idling"


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_a_client_that_vanishes_while_idle_is_told_nothing_more(
    server, client, account, leave, reset
):
    _idle(client)
    if leave == "reset":
        client._file.close()
        reset(client.sock)
    else:
        client.__exit__()
    assert server.sins.wait_for().text == "the client left in the middle of IDLE without LOGOUT"
    assert account.inbox._listeners == []
    account.add(b"1")


# -- leaving ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "where"),
    [
        (b"", ""),
        (b"a NO", " in the middle of a command"),
        (b"a LOGIN {9}\r\nme", " in the middle of a command"),
        (b"a AUTHENTICATE PLAIN\r\n", " in the middle of AUTHENTICATE"),
    ],
)
def test_a_client_that_leaves_without_logout_sins(server, client, said, where):
    client.send(said).half_close()
    client.rest()
    assert server.sins.wait_for().text == f"the client left{where} without LOGOUT"


def test_a_mock_that_stops_is_no_sin_of_its_client(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes) as server:
        client = dial(server)
        _idle(client)
    assert mailboxes["me@example.com"].inbox._listeners == []
    assert _sins(server) == []
    assert client.rest() == b""


def test_a_command_is_journalled_as_people_read_it(server, client):
    client.log_in().say("SELECT INBOX")
    events = [str(entry.value) for entry in server.journal if entry.kind == "event"]
    assert events[0].startswith("LOGIN me@example.com secret → OK [CAPABILITY IMAP4rev1")
    assert events[1] == "SELECT INBOX → OK [READ-WRITE] SELECT completed"
