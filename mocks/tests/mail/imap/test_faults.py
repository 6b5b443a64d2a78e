"""What goes wrong with IMAP's responses on purpose."""

import threading

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Bandwidth, Corrupt, Cut, Reset, Silence, Slices, Stall
from netmocks.mail import IMAPMock
from netmocks.mail.faults import Garbled
from netmocks.mail.imap.faults import Bye, ShortLiteral, Untagged, WrongTag
from netmocks.record import PATIENCE

SAID = b"* 1 FETCH (BODY[] {5}\r\nab\r\nc UID 1)\r\na OK done\r\n"


@pytest.fixture(autouse=True)
def messages(account):
    account.add(b"Subject: one\r\n\r\none\r\n")
    account.add(b"Subject: two\r\n\r\n" + b"x" * 200_000 + b"\r\n")


@pytest.fixture
def selected(client):
    client.log_in().say("SELECT INBOX")
    return client


def _faults(server):
    return [entry.value for entry in server.journal if entry.kind == "fault"]


# -- the faults alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "left"), [(1, b"ab\r\n"), (2, b"ab\r"), (4, b"a"), (5, b""), (9, b"")]
)
def test_a_literal_lacks_its_last_bytes(struck, by, left):
    said, told, _ = struck(ShortLiteral(by), SAID)
    assert said == b"* 1 FETCH (BODY[] {5}\r\n" + left + b" UID 1)\r\na OK done\r\n"
    assert told == [f"a literal of {len(left)} bytes announced as 5"]


def test_only_the_first_literal_that_has_bytes_is_short(struck):
    said = struck(ShortLiteral(), b"* {0}\r\n {2}\r\nab {2}\r\nab\r\n")[0]
    assert said == b"* {0}\r\n {2}\r\na {2}\r\nab\r\n"


def test_untagged_responses_come_first(struck):
    said, told, _ = struck(Untagged("99 EXPUNGE", "OK [ALERT] fire"), b"a OK\r\n")
    assert said == b"* 99 EXPUNGE\r\n* OK [ALERT] fire\r\na OK\r\n"
    assert told == ["* 99 EXPUNGE", "* OK [ALERT] fire"]


def test_the_end_has_another_tag(struck):
    said, told, _ = struck(WrongTag("b7"), b"* OK so far\r\n+ go on\r\na12 NO never\r\n")
    assert (said, told) == (b"* OK so far\r\n+ go on\r\nb7 NO never\r\n", ["the tag b7"])


def test_a_server_leaves_in_the_middle(struck):
    said, told, has_ended = struck(Bye(after=b")\r\n"), SAID)
    assert said == SAID[: SAID.index(b"a OK")] + b"* BYE going down\r\n"
    assert told == ["BYE after 37 bytes, behind b')\\r\\n'"]
    assert has_ended


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ShortLiteral(0), "by=0: one byte or more is missing"),
        (lambda: Untagged(), "say what comes"),
        (lambda: Untagged("* 1 EXISTS"), "one line, such as '99 EXPUNGE', without"),
        (lambda: Untagged("1\r\n"), "one line"),
        (lambda: WrongTag("*"), "a tag is of letters and digits"),
        (lambda: Bye(after=-1), "nothing comes before byte 0"),
        (lambda: Bye(after=0, text="a\nb"), "one line of ASCII"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(make, message):
    with pytest.raises(MisuseError, match=message):
        make()


# -- where they strike ------------------------------------------------------------------------


def test_all_that_is_said_of_a_command_is_one_stretch(server, selected, dial):
    server.on("FETCH", connection=1).reply(fault=Cut(after=100_000))
    heard = selected.send(b"a FETCH 1:* BODY.PEEK[]\r\n").rest()
    assert len(heard) == 100_000
    other = dial(server).log_in()
    other.say("SELECT INBOX")
    assert len(other.say("FETCH 1:* BODY.PEEK[]")) == 3
    assert _faults(server) == ["Cut: closed after 100000 bytes"]


@pytest.mark.parametrize(
    "fault",
    [
        *(Slices(50_000), Bandwidth(50_000_000), Untagged("1 RECENT"), Garbled(2)),
        *(Stall(after=70_000, seconds=0), Stall(seconds=0)),
    ],
    ids=repr,
)
def test_an_answer_in_several_batches_is_struck_and_the_dialogue_goes_on(server, selected, fault):
    server.on("FETCH").reply(fault=fault)
    selected.send(b"a FETCH 1:* BODY.PEEK[]\r\nb NOOP\r\nc LOGOUT\r\n")
    heard = selected.rest()
    assert len(heard) > 200_000
    assert heard.endswith(b"b OK NOOP completed\r\n* BYE see you\r\nc OK LOGOUT completed\r\n")
    assert len(_faults(server)) == 1


def test_a_stall_holds_the_answer_and_what_was_said_ahead(server, selected, dial):
    stall = Stall(after=100_000)
    server.on("FETCH", connection=1).reply(fault=stall)
    selected.send(b"a FETCH 1:* BODY.PEEK[]\r\na NOOP\r\n")
    stall.wait_until_reached()
    assert dial(server).log_in().say("SELECT INBOX")[-1].startswith(b"OK")
    stall.release()
    assert [len(selected.told()), len(selected.told())] == [3, 1]


def test_a_server_stops_while_a_client_is_stalled(mailboxes, dial):
    stall = Stall()
    with IMAPMock(mailboxes=mailboxes) as server:
        server.on("NOOP").reply(fault=stall)
        client = dial(server).log_in().send(b"a NOOP\r\n")
        stall.wait_until_reached()
    assert client.rest() == b""


def test_a_client_that_leaves_a_stall_has_left(server, client, entry):
    stall = Stall()
    server.on("NOOP").reply(fault=stall)
    client.log_in().send(b"a NOOP\r\n")
    stall.wait_until_reached()
    client.half_close()
    server.journal.wait_for(entry("closed", "by the client"))
    assert client.rest() == b""


def test_a_client_that_has_said_all_still_hears_what_a_function_says(server, client):
    here, go = threading.Event(), threading.Event()
    server.on("NOOP").reply(lambda _: here.set() or (go.wait(PATIENCE) and "OK at last"))
    client.log_in().send(b"a NOOP\r\n")
    assert here.wait(PATIENCE)
    client.half_close()
    go.set()
    assert client.rest() == b"a OK at last\r\n"


def test_a_command_of_several_steps_is_struck_in_each(server, selected, account):
    server.on("IDLE").reply(fault=Slices(4))
    selected.send(b"a IDLE\r\n")
    assert selected.line().startswith(b"+ ")
    account.add(b"Subject: three\r\n\r\nthree\r\n")
    assert selected.line() == b"* 3 EXISTS"
    selected.send(b"DONE\r\n")
    assert selected.told()[-1].startswith(b"OK")
    assert selected.say("NOOP")[-1].startswith(b"OK")
    assert _faults(server) == ["Slices: sliced into pieces of 4 bytes"]


def test_news_of_an_idle_client_wait_while_it_is_stalled(server, selected, account):
    stall = Stall()
    server.on("IDLE").reply(fault=stall)
    selected.send(b"a IDLE\r\n")
    stall.wait_until_reached()
    account.add(b"Subject: three\r\n\r\nthree\r\n")
    stall.release()
    assert selected.line().startswith(b"+ ")
    assert selected.line() == b"* 3 EXISTS"
    selected.send(b"DONE\r\n")
    assert selected.told()[-1].startswith(b"OK")


def test_a_short_literal_may_end_the_connection(server, selected):
    server.on("FETCH").reply(close=True, fault=ShortLiteral(3))
    heard = selected.send(b"a FETCH 1 BODY.PEEK[]\r\n").rest()
    assert (
        heard
        == b"* 1 FETCH (BODY[] {21}\r\nSubject: one\r\n\r\non)\r\n" + b"a OK FETCH completed\r\n"
    )


def test_logout_is_done_though_the_client_never_hears_of_it(server, selected):
    server.on("LOGOUT").reply(fault=Reset(after=0))
    with pytest.raises(ConnectionResetError):
        selected.send(b"a LOGOUT\r\n").rest()
    assert not len(server.sins)


def test_a_greeting_may_never_come(server, connect):
    server.on("CONNECT").reply(close=True, fault=Silence())
    assert connect(server).recv(10) == b""


def test_a_greeting_may_be_corrupt(server, connect):
    server.on("CONNECT").reply(fault=Corrupt(at=0))
    assert connect(server).recv(1) == bytes([ord("*") ^ 0xFF])


def test_a_handshake_is_broken_behind_its_invitation(server, client):
    server.on("STARTTLS").reply(fault=Cut(after=b"\r\n"))
    assert client.say("STARTTLS")[-1].startswith(b"OK")
    assert client.rest() == b""


def test_a_fault_that_never_struck_is_a_finding(mailboxes, dial):
    with IMAPMock(mailboxes=mailboxes) as server:
        server.on("NOOP").reply(fault=ShortLiteral())
        dial(server).log_in().send(b"a NOOP\r\na LOGOUT\r\n").rest()
        (finding,) = server.findings.all
        assert "ShortLiteral(by=1) never struck" in finding.text
        server.findings.clear()
