"""What goes wrong with SMTP's replies on purpose, and where."""

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Corrupt, Cut, Reset, Silence, Slices, Stall, tls
from netmocks.mail import LMTPMock, SMTPMock
from netmocks.mail.smtp import Reply
from netmocks.mail.smtp.faults import MixedCodes, NoLastLine

EHLO = b"250-a\r\n250-b\r\n250 c\r\n"


def _faults(server):
    return [entry.value for entry in server.journal if entry.kind == "fault"]


# -- the faults alone -------------------------------------------------------------------------


def test_a_reply_may_have_no_last_line(struck):
    said, told, _ = struck(NoLastLine(), EHLO)
    assert (said, told) == (b"250-a\r\n250-b\r\n250-c\r\n", ["250 without a last line"])
    assert struck(NoLastLine(), b"220 hi\r\n")[0] == b"220-hi\r\n"


def test_the_lines_of_a_reply_may_have_different_codes(struck):
    said, told, _ = struck(MixedCodes(451), EHLO)
    assert (said, told) == (b"250-a\r\n250-b\r\n451 c\r\n", ["451 behind lines of 250"])
    assert struck(MixedCodes(), b"250 c\r\n") == (b"250 c\r\n", [], False)


def test_a_code_that_is_none_is_refused():
    with pytest.raises(MisuseError, match="reply code 99: it is a number from 200 to 599"):
        MixedCodes(99)


# -- where they strike ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "before", "line"),
    [
        ("EHLO", [], "EHLO me"),
        ("MAIL", ["EHLO me"], "MAIL FROM:<a@example.com>"),
        ("RCPT", ["EHLO me", "MAIL FROM:<a@example.com>"], "RCPT TO:<b@example.com>"),
        ("NOOP", [], "NOOP"),
        ("QUIT", [], "QUIT"),
    ],
)
def test_the_reply_of_a_command_is_cut_and_nothing_else(server, dial, command, before, line):
    server.on(command).reply(fault=Cut(after=2))
    client = dial(server)
    assert client.reply().code == 220
    for earlier in before:
        assert client.say(earlier) == 250
    client.send(line.encode() + b"\r\n")
    assert len(client.rest()) == 2
    assert _faults(server) == ["Cut: closed after 2 bytes"]


def test_a_greeting_is_struck(server, dial):
    server.on("CONNECT", connection=1).reply(fault=Cut(after=3))
    assert dial(server).rest() == b"220"
    assert dial(server).reply().code == 220


def test_a_refusal_is_struck_too(server, dial):
    server.on("NOOP").reply(450, "4.2.1 busy", fault=Cut(after=b"busy"))
    client = dial(server)
    client.greet()
    assert client.send(b"NOOP\r\n").rest() == b"450 4.2.1 busy"


def test_what_the_server_says_by_itself_is_struck_where_a_rule_says_only_how(server, dial):
    server.on("VRFY").reply(fault=Corrupt(at=0))
    client = dial(server)
    client.greet()
    client.send(b"VRFY\r\nQUIT\r\n")
    assert client.rest().startswith(bytes([ord("5") ^ 0xFF]) + b"01 ")


def test_a_function_may_say_what_goes_wrong(server, dial):
    server.on("NOOP").reply(lambda _: Reply(250, "2.0.0 fine", fault=Slices(3)))
    client = dial(server)
    client.greet()
    assert client.send(b"NOOP\r\n").reply().lines == ["2.0.0 fine"]
    assert _faults(server) == ["Slices: sliced into pieces of 3 bytes"]


def test_a_stall_holds_one_reply_until_it_is_released(server, dial):
    stall = Stall()
    server.on("MAIL", connection=1).reply(fault=stall)
    client = dial(server)
    client.greet()
    client.send(b"MAIL FROM:<a@example.com>\r\n")
    stall.wait_until_reached()
    other = dial(server)  # the others are served meanwhile
    other.greet()
    assert other.say("MAIL FROM:<a@example.com>") == 250
    stall.release()
    assert client.reply().code == 250


def test_a_server_stops_while_a_client_is_stalled(dial):
    stall = Stall()
    with SMTPMock() as server:
        server.on("NOOP").reply(fault=stall)
        client = dial(server)
        client.greet()
        client.send(b"NOOP\r\n")
        stall.wait_until_reached()
    assert client.rest() == b""


def test_a_message_that_was_accepted_may_never_hear_of_it(server, dial):
    server.on("MESSAGE", times=1).reply(fault=Reset(after=0))
    client = dial(server)
    client.greet()
    client.address().send(b"hello\r\n.\r\n")
    with pytest.raises(ConnectionResetError):
        client.rest()
    assert len(server.messages) == 1


def test_the_connection_is_cut_in_the_middle_of_a_message_from_the_client(server, dial):
    server.on("CONTENT", over=100).reply(fault=Cut(after=0))
    client = dial(server)
    client.greet()
    client.address().send(b"x" * 80 + b"\r\n")
    client.send(b"y" * 80 + b"\r\n.\r\n")
    assert client.rest() == b""
    assert not len(server.messages)
    assert _faults(server) == ["Cut: closed after 0 bytes"]


def test_a_stall_in_the_middle_of_a_message_ends_when_it_is_released(server, dial):
    stall = Stall()
    server.on("CONTENT").reply(fault=stall)
    client = dial(server)
    client.greet()
    client.address().send(b"hello\r\n")
    stall.wait_until_reached()
    client.send(b"world\r\n.\r\n")
    stall.release()
    assert client.reply().code == 250
    assert server.messages[0].content == b"hello\r\nworld\r\n"


def test_421_comes_in_the_middle_of_a_message_and_ends_the_connection(server, dial):
    server.on("CONTENT").reply(421)
    client = dial(server)
    client.greet()
    client.address().send(b"hello\r\n")
    assert client.reply().code == 421
    assert client.rest() == b""


def test_a_reply_may_end_the_connection_though_it_is_no_refusal(server, dial):
    server.on("NOOP").reply(250, close=True)
    client = dial(server)
    client.greet()
    assert client.send(b"NOOP\r\n").rest() == b"250 2.0.0 OK\r\n"


def test_a_handshake_is_broken_behind_its_invitation(server, dial):
    server.on("STARTTLS").reply(fault=Cut(after=b"\r\n"))
    client = dial(server)
    client.greet()
    assert client.say("STARTTLS") == 220
    assert client.rest() == b""


def test_each_recipient_of_lmtp_has_a_reply_that_can_be_struck(dial):
    with LMTPMock() as server:
        server.on("MESSAGE", to="c@example.com").reply(fault=Cut(after=3))
        client = dial(server)
        assert client.reply().code == 220
        assert client.say("LHLO me") == 250
        assert client.say("MAIL FROM:<a@example.com>") == 250
        for name in "bc":
            assert client.say(f"RCPT TO:<{name}@example.com>") == 250
        assert client.say("DATA") == 354
        assert client.send(b"hi\r\n.\r\n").reply().code == 250
        assert client.rest() == b"250"


# -- what makes no sense ----------------------------------------------------------------------


def test_a_fault_that_never_struck_is_a_finding(dial):
    with SMTPMock() as server:
        server.on("NOOP").reply(fault=Cut(after=10_000))
        client = dial(server)
        client.greet()
        assert client.send(b"NOOP\r\nQUIT\r\n").rest().count(b"\r\n") == 2
        (finding,) = server.findings.all
        assert finding.text == (
            "Cut(after=10000, more=0) never struck: its place is beyond all that was said"
        )
        server.findings.clear()


@pytest.mark.parametrize("fault", [Slices(3), Silence(), Cut(after=100), Corrupt(at=0)], ids=str)
def test_a_fault_that_could_strike_nothing_at_content_is_refused_at_once(fault):
    server = SMTPMock()
    with pytest.raises(MisuseError, match=r"on\('CONTENT', over=1000\).reply\(fault=Cut"):
        server.on("CONTENT").reply(450).then(fault=fault)


def test_a_fault_of_a_function_that_strikes_nothing_at_content_is_a_finding(dial):
    with SMTPMock() as server:
        server.on("CONTENT").reply(lambda _: Reply(250, fault=Slices(3)))
        client = dial(server)
        client.greet()
        client.address()
        assert client.send(b"hello\r\n.\r\n").reply().code == 250
        assert "Slices(size=3, pause=0.0) never struck" in server.findings.all[0].text
        server.findings.clear()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((), {"text": "busy"}, "a text has a code before it"),
        ((220,), {"fault": tls.ExpiredCertificate()}, r"none of a reply: .* by mock\.fault\(Exp"),
        ((450,), {"fault": "cut"}, r"fault='cut': give a fault, such as Cut\(after=100\)"),
        ((len,), {"fault": Silence()}, "it says all by itself: let it return a Reply"),
    ],
)
def test_what_is_no_reply_is_refused_at_once(arguments, options, message):
    with pytest.raises(MisuseError, match=message):
        SMTPMock().on("NOOP").reply(*arguments, **options)
