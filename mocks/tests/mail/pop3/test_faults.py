"""What goes wrong with POP3's replies on purpose."""

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Bandwidth, Corrupt, Cut, Reset, Silence, Slices, Stall
from netmocks.mail import POP3Mock
from netmocks.mail.faults import Garbled
from netmocks.mail.pop3.faults import BareDots, NoFinalDot, WrongCount

MESSAGE = b"Subject: one\r\n\r\n.\r\n2 10\r\n"


@pytest.fixture(autouse=True)
def message(account):
    account.add(MESSAGE)


def _faults(server):
    return [entry.value for entry in server.journal if entry.kind == "fault"]


# -- the faults alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"+OK 120 octets\r\n2 10\r\n.\r\n", b"+OK 119 octets\r\n2 10\r\n.\r\n"),
        (b"+OK 2 120\r\n", b"+OK 2 119\r\n"),
        (b"+OK 1 message\r\n1 120\r\n.\r\n", b"+OK 1 message\r\n1 119\r\n.\r\n"),
        (b"+OK 0 octets\r\n.\r\n", b"+OK 0 octets\r\n.\r\n"),
        (b"-ERR no\r\n", b"-ERR no\r\n"),
    ],
)
def test_sizes_are_told_too_small_and_messages_stay_as_they_are(struck, data, wrong):
    assert struck(WrongCount(), data)[0] == wrong


def test_the_final_dot_is_lost(struck):
    said, told, _ = struck(NoFinalDot(), b"+OK\r\n..\r\nend\r\n.\r\n")
    assert (said, told) == (b"+OK\r\n..\r\nend\r\n", ["no final dot"])


def test_dots_are_not_hidden(struck):
    said, told, _ = struck(BareDots(), b"+OK\r\n..\r\n...a\r\n.\r\n")
    assert (said, told) == (b"+OK\r\n.\r\n..a\r\n.\r\n", ["a dot that is not hidden"] * 2)


def test_a_count_that_is_right_is_refused():
    with pytest.raises(MisuseError, match="by=0: that would be the right number"):
        WrongCount(0)


# -- where they strike ------------------------------------------------------------------------


def test_a_message_is_cut_after_some_bytes_and_the_next_client_gets_it(server, client, dial):
    server.on("RETR", 1, connection=1).reply(fault=Cut(after=b"octets\r\n", more=7))
    client.log_in()
    assert client.say("RETR 1").startswith("+OK")
    assert client.rest() == b"Subject"
    other = dial(server).log_in()
    assert other.say("RETR 1") == "+OK 25 octets"
    assert other.lines() == ["Subject: one", "", "..", "2 10"]
    assert _faults(server) == ["Cut: closed after 22 bytes, 7 behind b'octets\\r\\n'"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Garbled(), b"%$#!\r\n"),
        (NoFinalDot(), None),
        (WrongCount(5), b"+OK 30 octets\r\n"),
        (Slices(4), b"+OK 25 octets\r\n"),
        (Bandwidth(100_000), b"+OK 25 octets\r\n"),
        (Corrupt(at=0), bytes([ord("+") ^ 0xFF]) + b"OK 25 octets\r\n"),
        (BareDots(), b"+OK 25 octets\r\nSubject: one\r\n\r\n.\r\n2 10\r\n.\r\n"),
    ],
    ids=repr,
)
def test_a_reply_is_struck_and_the_dialogue_goes_on(server, client, fault, said):
    server.on("RETR").reply(fault=fault)
    client.log_in().send(b"RETR 1\r\nQUIT\r\n")
    heard = client.rest()
    assert heard.startswith(said or b"+OK 25 octets\r\n")
    assert heard.endswith(b"2 10\r\n+OK bye, 0 deleted\r\n") or said is not None
    assert _faults(server)


def test_a_stall_holds_the_reply_and_what_was_said_ahead(server, client, dial):
    stall = Stall(after=5)
    server.on("STAT", connection=1).reply(fault=stall)
    client.log_in().send(b"STAT\r\nNOOP\r\n")
    stall.wait_until_reached()
    other = dial(server)
    assert other.say("CAPA").startswith("+OK")
    stall.release()
    assert [client.line(), client.line()] == ["+OK 1 25", "+OK nothing"]


def test_a_server_stops_while_a_client_is_stalled(mailboxes, dial):
    stall = Stall()
    with POP3Mock(mailboxes=mailboxes) as server:
        server.on("NOOP").reply(fault=stall)
        client = dial(server).log_in().send(b"NOOP\r\n")
        stall.wait_until_reached()
    assert client.rest() == b""


def test_a_client_that_leaves_a_stall_gives_its_maildrop_back(server, dial, entry):
    stall = Stall()
    server.on("NOOP", connection=1).reply(fault=stall)
    with dial(server).log_in().send(b"NOOP\r\n"):
        stall.wait_until_reached()
    server.journal.wait_for(entry("closed"))
    dial(server).log_in()


def test_quit_deletes_though_the_client_never_hears_of_it(server, client, account):
    server.on("QUIT").reply(fault=Reset(after=0))
    client.log_in()
    assert client.say("DELE 1").startswith("+OK")
    with pytest.raises(ConnectionResetError):
        client.send(b"QUIT\r\n").rest()
    assert not len(account.inbox.messages)
    assert not len(server.sins)


def test_a_greeting_may_never_come(server, connect):
    server.on("CONNECT").reply(close=True, fault=Silence())
    assert connect(server).recv(10) == b""


def test_a_reply_without_its_end_may_end_the_connection(server, client):
    server.on("LIST").reply(close=True, fault=NoFinalDot())
    client.log_in()
    assert client.send(b"LIST\r\n").rest() == b"+OK 1 message\r\n1 25\r\n"


def test_a_handshake_is_broken_behind_its_invitation(server, client):
    server.on("STLS").reply(fault=Cut(after=b"\r\n"))
    assert client.say("STLS") == "+OK begin TLS"
    assert client.rest() == b""


def test_a_fault_that_never_struck_is_a_finding(mailboxes, dial):
    with POP3Mock(mailboxes=mailboxes) as server:
        server.on("NOOP").reply(fault=NoFinalDot())
        client = dial(server).log_in().send(b"NOOP\r\nQUIT\r\n")
        assert client.rest().startswith(b"+OK nothing\r\n")
        (finding,) = server.findings.all
        assert "NoFinalDot() never struck" in finding.text
        server.findings.clear()
