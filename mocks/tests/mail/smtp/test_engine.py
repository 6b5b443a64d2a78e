import asyncio
import base64
import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail import SMTPMock
from netmocks.mail.smtp.engine import SMTPEngine
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority
from netmocks.wire.loop import shared


def _base64(text):
    return base64.b64encode(text.encode()).decode()


def _errors(server):
    return [str(entry.value) for entry in server.journal if entry.kind == "error"]


def _until_closed(server, connection=1):
    server.journal.wait_for(lambda entry: (entry.kind, entry.connection) == ("closed", connection))


@pytest.fixture
def still_serves(dial):
    """Check that the next client is served, and that nobody is blamed."""

    def check(server):
        before = len(server.messages)
        client = dial(server)
        client.greet()
        assert client.address().say(b"Subject: next\r\n\r\n.") == 250
        assert server.messages[before].subject == "next"
        assert server.findings.all == ()

    return check


@pytest.fixture
def at_once(memory_stream):
    """Feed an engine with bytes and the end of input before it can act; what it says."""

    async def feed(mock, data):
        mock.on("CONNECT").reply(220)  # a rule's answer takes turns of the loop
        engine, stream = SMTPEngine(mock), memory_stream()
        engine.connection_made(stream)
        engine.data_received(data)
        engine.eof_received()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        _, unfinished = await asyncio.wait(tasks, timeout=PATIENCE)
        engine.connection_lost(None)
        assert stream.closed
        assert not unfinished
        assert stream.site.findings.all == ()
        return stream.sent

    return feed


# -- one delivery -----------------------------------------------------------------------------


def test_it_greets_and_announces_what_it_can(server, dial):
    client = dial(server)
    greeting = client.reply()
    assert greeting == (220, ["smtp ESMTP"])
    announced = client.send(b"EHLO client.example.com\r\n").reply()
    assert announced.code == 250
    assert announced.lines == [
        "smtp",
        f"SIZE {server.terms.size_limit}",
        "8BITMIME",
        "SMTPUTF8",
        "PIPELINING",
        "CHUNKING",
        "DSN",
        "ENHANCEDSTATUSCODES",
        "STARTTLS",
        "AUTH PLAIN LOGIN",
        "HELP",
    ]


def test_a_message_is_kept_with_its_envelope(server, client):
    assert client.say("MAIL FROM:<a@example.com> SIZE=20 BODY=8BITMIME") == 250
    assert client.say("RCPT TO:<b@example.com>") == 250
    assert client.say("RCPT TO:<c@example.com>") == 250
    assert client.say("DATA") == 354
    assert client.say(b"Subject: hello\r\n\r\nworld\r\n.") == 250
    (message,) = server.messages
    assert message.sender == "a@example.com"
    assert message.recipients == ("b@example.com", "c@example.com")
    assert message.content == b"Subject: hello\r\n\r\nworld\r\n"
    assert message.client_name == "client.example.com"
    assert message.user == ""
    assert message.tls is False
    assert message.parameters == ("SIZE=20", "BODY=8BITMIME")


def test_an_old_client_says_helo(server, dial):
    client = dial(server)
    assert client.reply().code == 220
    assert client.say("HELO old.example.com") == 250
    assert client.address().say(".") == 250
    assert server.messages[0].client_name == "old.example.com"


def test_a_bounce_has_no_sender(server, client):
    client.address(sender="").say(".")
    assert server.messages[0].sender == ""


def test_several_messages_come_on_one_connection(server, client):
    for n in range(3):
        assert client.address(sender=f"{n}@example.com").say(f"{n}\r\n.") == 250
    assert [message.content for message in server.messages] == [b"0\r\n", b"1\r\n", b"2\r\n"]
    assert [message.sender[0] for message in server.messages] == ["0", "1", "2"]


def test_rset_forgets_the_envelope(server, client):
    client.say("MAIL FROM:<wrong@example.com>")
    client.say("RCPT TO:<wrong@example.com>")
    assert client.say("RSET") == 250
    assert client.say("DATA") == 503
    client.address().say(".")
    assert server.messages[0].recipients == ("b@example.com",)


def test_names_beyond_ascii_are_taken(server, client):
    assert client.say("MAIL FROM:<用户@例子.example> SMTPUTF8 BODY=8BITMIME") == 250
    assert client.say("RCPT TO:<δοκιμή@example.com>") == 250
    assert client.say("DATA") == 354
    assert client.say("Subject: 你好\r\n\r\n世界\r\n.") == 250
    (message,) = server.messages
    assert message.sender == "用户@例子.example"
    assert message.recipients == ("δοκιμή@example.com",)
    assert message.parameters == ("SMTPUTF8", "BODY=8BITMIME")
    assert message.subject == "你好"


# -- the bytes of the content -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".", b""),
        (b"one\r\n.", b"one\r\n"),
        (b"\r\n.", b"\r\n"),
        (b"..\r\n.", b".\r\n"),
        (b"..one\r\n...two\r\nthree.\r\n.", b".one\r\n..two\r\nthree.\r\n"),
        (b".unstuffed\r\n.", b"unstuffed\r\n"),
        (b"bare\nLF\r\n.", b"bare\nLF\r\n"),
        (b"bare\rCR\r\n.", b"bare\rCR\r\n"),
        (b"\0\xff\xfe\r\n.", b"\0\xff\xfe\r\n"),
        (b"blanks \t\r\n \r\n.", b"blanks \t\r\n \r\n"),
        # What only some servers take for the end (RFC 5321 §2.3.8 allows none of it).
        (b"a\n.\nb\r\n.", b"a\n.\nb\r\n"),
        (b"a\n.\r\nb\r\n.", b"a\n.\r\nb\r\n"),
        (b"a\r\n.\nb\r\n.", b"a\r\n\nb\r\n"),
        (b"a\r.\rb\r\n.", b"a\r.\rb\r\n"),
        (b"x" * 998 + b"\r\n.", b"x" * 998 + b"\r\n"),
        (b"." + b"." * 998 + b"\r\n.", b"." * 998 + b"\r\n"),
    ],
)
def test_the_content_is_kept_byte_for_byte_but_for_stuffed_dots(server, client, sent, kept):
    assert client.address().say(sent) == 250
    assert server.messages[0].content == kept


def test_content_may_come_byte_by_byte(server, client):
    client.address()
    for byte in b"Subject: slow\r\n\r\n..\r\n.\r\n":
        client.send(bytes([byte]))
    assert client.reply().code == 250
    assert server.messages[0].content == b"Subject: slow\r\n\r\n.\r\n"


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (["MAIL FROM:<a@example.com>", "MAIL FROM:<b@example.com>"], [250, 503]),
        (["RCPT TO:<a@example.com>"], [503]),
        (["DATA"], [503]),
        (["MAIL FROM:<a@example.com>", "DATA"], [250, 503]),
        (["MAIL FROM:<a@example.com>", "RCPT TO:<>"], [250, 553]),
        (["MAIL FROM:<a@example.com>", "RCPT TO:<"], [250, 553]),
        (["MAIL FROM:<a@example.com>", "RCPT TO:@"], [250, 553]),
        (["MAIL FROM:<a@example.com>", "RCPT TO:<a@example.com> UNKNOWN=1"], [250, 555]),
        (["MAIL FROM:<a@"], [553]),
        (["MAIL FROM:<"], [553]),
        (["MAIL FROM:("], [553]),
        (["MAIL FROM: [\\"], [553]),
        (["MAIL a@example.com"], [501]),
        (["MAIL"], [501]),
        (["MAIL FROM:<a@example.com> SIZE=many"], [501]),
        (["MAIL FROM:<a@example.com> BODY=9BIT"], [501]),
        (["MAIL FROM:<a@example.com> UNKNOWN=1"], [555]),
        (["EHLO"], [501]),
        (["HELO"], [501]),
        (["BREW coffee"], [500]),
        ([""], [500]),
        ([b"\xff\xfe"], [500]),
        ([b"\0"], [500]),
        ([b"NO\rOP"], [500]),
        ([b"VRFY (\xff"], [502]),
        (["VRFY <"], [502]),
        (["VRFY a@example.com"], [252]),
        (["EXPN list"], [502]),
        (["QUIT now"], [501]),
        (["RSET now"], [501]),
        (["NOOP", "noop", "HELP", "HELP DATA", "HELP STARTTLS"], [250] * 5),
        (["x" * 600], [500]),
        (["x" * 100_000], [500]),
        (["MAIL FROM:<" + "x" * 1200 + "@example.com>"], [500]),
    ],
)
def test_each_command_that_makes_no_sense_gets_its_code_and_the_dialogue_goes_on(
    server, client, still_serves, lines, codes
):
    assert [client.say(line) for line in lines] == codes
    assert client.say("NOOP") == 250
    still_serves(server)


def test_nothing_goes_before_a_greeting(server, dial):
    client = dial(server)
    assert client.reply().code == 220
    assert client.say("MAIL FROM:<a@example.com>") == 503
    assert client.say("AUTH PLAIN") == 503


def test_a_client_that_knows_no_command_is_sent_away(server, client, still_serves):
    assert [client.say("BREW") for _ in range(20)] == [500] * 19 + [421]
    assert client.rest() == b""
    still_serves(server)


def test_a_line_that_is_too_long_loses_the_message_and_not_the_dialogue(server, client):
    assert client.address().say(b"short\r\n" + b"x" * 2000 + b"\r\n.") == 500
    assert client.address().say(b"short\r\n.") == 250
    assert [message.content for message in server.messages] == [b"short\r\n"]


def test_what_a_command_line_may_have_is_each_connections_own(server, client, dial):
    assert dial(server).reply().code == 220
    sender = "x" * 500 + "@example.com"  # as long as SIZE and SMTPUTF8 allow MAIL to be
    assert client.say(f"MAIL FROM:<{sender}>") == 250


def test_a_message_that_is_announced_too_large_is_refused_at_once(dial):
    with SMTPMock(size_limit=1000) as server:
        client = dial(server)
        assert "SIZE 1000" in client.greet().lines
        assert client.say("MAIL FROM:<a@example.com> SIZE=1001") == 552
        assert client.say("MAIL FROM:<a@example.com> SIZE=1000") == 250


def test_a_message_that_is_too_large_is_refused_in_the_end(dial):
    with SMTPMock(size_limit=1000) as server:
        client = dial(server)
        client.greet()
        line = b"x" * 98 + b"\r\n"
        assert client.address().say(line * 11 + b".") == 552
        assert client.address().say(line * 10 + b".") == 250
        assert [len(message.content) for message in server.messages] == [1000]


# -- logins -----------------------------------------------------------------------------------


@pytest.fixture
def guarded():
    with SMTPMock(accounts={"me@example.com": "päss word"}) as mock:
        yield mock


@pytest.fixture
def member(guarded, dial):
    """A client of `guarded` that has greeted it."""
    client = dial(guarded)
    client.greet()
    return client


PLAIN = _base64("\0me@example.com\0päss word")
LOGIN = [_base64("me@example.com"), _base64("päss word")]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([f"AUTH PLAIN {PLAIN}"], [235]),
        (["AUTH PLAIN", PLAIN], [334, 235]),
        ([f"AUTH PLAIN {_base64(chr(0).join(['you', 'me@example.com', 'päss word']))}"], [235]),
        (["AUTH LOGIN", *LOGIN], [334, 334, 235]),
        ([f"AUTH LOGIN {LOGIN[0]}", LOGIN[1]], [334, 235]),
    ],
)
def test_a_right_login_opens_the_door_and_is_kept_with_the_message(guarded, member, lines, codes):
    assert member.say("MAIL FROM:<a@example.com>") == 530
    assert [member.say(line) for line in lines] == codes
    assert member.address().say(".") == 250
    assert guarded.messages[0].user == "me@example.com"
    assert member.say("AUTH LOGIN") == 503


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([f"AUTH PLAIN {_base64(chr(0).join(['', 'me@example.com', 'wrong']))}"], [535]),
        ([f"AUTH PLAIN {_base64(chr(0).join(['', 'you@example.com', 'päss word']))}"], [535]),
        ([f"AUTH PLAIN {_base64(chr(0) * 2)}"], [535]),
        (["AUTH LOGIN", LOGIN[0], _base64("wrong")], [334, 334, 535]),
        (["AUTH LOGIN", LOGIN[1], LOGIN[0]], [334, 334, 535]),
        (["AUTH LOGIN", "", ""], [334, 334, 535]),
        (["AUTH LOGIN", "//8=", "//8="], [334, 334, 535]),
        (["AUTH PLAIN not-base64!"], [501]),
        (["AUTH PLAIN", "not base64!"], [334, 501]),
        (["AUTH PLAIN ="], [501]),
        ([f"AUTH PLAIN {_base64('no parts')}"], [501]),
        (["AUTH PLAIN", "*"], [334, 501]),
        (["AUTH LOGIN", "*"], [334, 501]),
        (["AUTH LOGIN", LOGIN[0], "*"], [334, 334, 501]),
        (["AUTH LOGIN not-base64!"], [501]),
        (["AUTH"], [501]),
        (["AUTH PLAIN a b"], [501]),
        (["AUTH CRAM-MD5"], [504]),
        (["AUTH XOAUTH2 abc"], [504]),
        ([b"AUTH PLAIN \xff"], [501]),
        (["AUTH PLAIN", b"\xff"], [334, 501]),
        (["AUTH PLAIN", "x" * 70_000], [334, 500]),
        (["AUTH LOGIN", LOGIN[0], "x" * 70_000], [334, 334, 500]),
    ],
)
def test_a_wrong_or_broken_login_keeps_the_door_shut(guarded, member, lines, codes):
    assert [member.say(line) for line in lines] == codes
    assert member.say("MAIL FROM:<a@example.com>") == 530
    assert member.say("RCPT TO:<a@example.com>") == 530
    assert member.say("DATA") == 530
    assert member.say(f"AUTH PLAIN {PLAIN}") == 235
    assert guarded.findings.all == ()


def test_without_accounts_a_client_may_log_in_as_anybody(server, client):
    assert client.say(f"AUTH PLAIN {_base64(chr(0).join(['', 'me', 'any']))}") == 235
    client.address().say(".")
    assert server.messages[0].user == "me"


def test_a_client_that_leaves_while_it_logs_in_is_noted(guarded, member):
    assert member.say("AUTH LOGIN") == 334
    member.half_close()
    member.rest()
    _until_closed(guarded)
    assert _errors(guarded) == ["the client left without QUIT"]


# -- TLS --------------------------------------------------------------------------------------


def test_after_starttls_the_dialogue_begins_anew_and_encrypted(guarded, member):
    assert member.say(f"AUTH PLAIN {PLAIN}") == 235
    member.say("MAIL FROM:<clear@example.com>")
    member.start_tls()
    assert member.say("MAIL FROM:<a@example.com>") == 503
    announced = member.send(b"EHLO again.example.com\r\n").reply().lines
    assert "STARTTLS" not in announced
    assert "AUTH PLAIN LOGIN" in announced
    assert member.say("MAIL FROM:<a@example.com>") == 530
    assert member.say(f"AUTH PLAIN {PLAIN}") == 235
    assert member.address().say(".") == 250
    (message,) = guarded.messages
    assert (message.tls, message.client_name) == (True, "again.example.com")
    assert message.sender == "a@example.com"
    assert member.say("STARTTLS") == 503
    assert member.say("QUIT") == 221


def test_the_journal_has_the_plaintext_of_what_was_encrypted(server, client):
    client.start_tls()
    client.say("EHLO secret.example.com")
    kinds = [entry.kind for entry in server.journal]
    (info,) = [entry.value for entry in server.journal if entry.kind == "tls"]
    assert info.version.startswith("TLSv1.")
    assert info.server_name == "localhost"
    behind = [entry.data for entry in server.journal][kinds.index("tls") :]
    assert b"EHLO secret.example.com\r\n" in behind
    assert any(data.startswith(b"250-smtp\r\n") for data in behind)


def test_commands_behind_starttls_in_the_clear_are_dropped(server, client):
    client.send(b"STARTTLS\r\nNOOP\r\nMAIL FROM:<evil@example.com>\r\n")
    assert client.reply().code == 220
    context = authority().client_context()
    with context.wrap_socket(client.sock, server_hostname="localhost") as wrapped:
        wrapped.sendall(b"EHLO client.example.com\r\nRCPT TO:<a@example.com>\r\nQUIT\r\n")
        said = b"".join(iter(lambda: wrapped.recv(4096), b""))
    codes = [line[:3] for line in said.splitlines() if line[3:4] == b" "]
    assert codes == [b"250", b"503", b"221"]
    assert server.findings.all == ()


@pytest.mark.asyncio
async def test_more_commands_behind_starttls_than_may_wait_do_not_stop_the_handshake(
    memory_stream,
):
    mock = SMTPMock()
    mock.on("CONNECT").reply(220)  # which takes turns of the loop
    engine, stream = SMTPEngine(mock), memory_stream()
    engine.connection_made(stream)
    engine.data_received(b"STARTTLS\r\n" + b"NOOP\r\n" * 100_000)
    assert not stream.reading
    await asyncio.wait_for(stream.upgraded.wait(), PATIENCE)
    assert stream.sent.endswith(b"220 2.0.0 Ready to start TLS\r\n")
    engine.connection_lost(None)


def test_starttls_takes_no_argument(client):
    assert client.say("STARTTLS now") == 501
    client.start_tls()


def test_a_client_that_does_not_trust_the_certificate_leaves_and_is_noted(
    server, client, still_serves
):
    assert client.say("STARTTLS") == 220
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(client.sock, server_hostname="localhost")
    _until_closed(server)
    assert "the TLS handshake failed" in _errors(server)[0]
    still_serves(server)


def test_a_client_that_goes_on_in_the_clear_after_starttls_is_closed(server, client, still_serves):
    assert client.say("STARTTLS") == 220
    client.send(b"EHLO client.example.com\r\n")
    client.rest()
    _until_closed(server)
    assert "the TLS handshake failed" in _errors(server)[0]
    still_serves(server)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_client_that_leaves_during_starttls_is_let_go(server, client, still_serves, at_once):
    client.send(b"STARTTLS\r\n")
    if not at_once:
        assert client.reply().code == 220
    client.half_close()
    client.rest()
    _until_closed(server)
    still_serves(server)


def test_a_client_that_resets_during_starttls_is_let_go(server, client, still_serves):
    assert client.say("STARTTLS") == 220
    client.reset()
    _until_closed(server)
    still_serves(server)


def test_implicit_tls_speaks_from_the_first_byte_and_offers_no_starttls(dial_tls):
    with SMTPMock(tls=True) as server:
        client = dial_tls(server)
        assert "STARTTLS" not in client.greet().lines
        assert client.say("STARTTLS") == 503
        assert client.address().say(".") == 250
        assert server.messages[0].tls is True
        assert [entry.kind for entry in server.journal][:2] == ["opened", "tls"]


def test_a_plain_client_at_an_implicit_tls_mock_hears_no_greeting(dial):
    with SMTPMock(tls=True) as server:
        client = dial(server).send(b"EHLO client.example.com\r\n")
        assert b"220" not in client.rest()
        assert "the TLS handshake failed" in _errors(server)[0]


# -- pipelining, leaving ----------------------------------------------------------------------

PIPELINE = (
    b"EHLO client.example.com\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
    b"Subject: all at once\r\n\r\n.\r\n"
)


@pytest.mark.parametrize("quits", [True, False])
def test_all_that_was_pipelined_before_a_half_close_is_answered(server, dial, quits):
    client = dial(server).send(PIPELINE + b"QUIT\r\n" * quits).half_close()
    codes = [client.reply().code for _ in range(6)]
    assert codes == [220, 250, 250, 250, 354, 250]
    assert client.rest() == b"221 2.0.0 Bye\r\n" * quits
    assert server.messages[0].subject == "all at once"
    _until_closed(server)
    assert ("the client left without QUIT" in _errors(server)) is not quits


@pytest.mark.asyncio
async def test_all_is_answered_when_the_end_of_input_is_there_at_once(at_once):
    server = SMTPMock()
    said = await at_once(server, PIPELINE + PIPELINE + b"QUIT\r\n")
    codes = [line[:3] for line in said.splitlines() if line[3:4] == b" "]
    assert codes == [b"220", *[b"250", b"250", b"250", b"354", b"250"] * 2, b"221"]
    assert [message.subject for message in server.messages] == ["all at once"] * 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"NOOP\r\n", "the client left without QUIT"),
        (b"STARTTLS\r\n", "the client left during STARTTLS"),
        (b"STARTTLS\r\nNOOP\r\n", "the client left during STARTTLS"),
    ],
)
async def test_a_client_that_left_is_served_no_longer(at_once, data, why):
    server = SMTPMock()
    await at_once(server, b"EHLO client.example.com\r\n" + data)
    assert _errors(server)[-1:] == [why]


def test_what_is_pipelined_behind_quit_is_not_served(server, dial):
    client = dial(server).send(b"QUIT\r\n" + PIPELINE)
    assert client.reply().code == 220
    assert client.reply().code == 221
    _until_closed(server)
    assert len(server.messages) == 0


def test_a_long_pipeline_is_answered_line_by_line(server, client):
    client.send(b"NOOP\r\n" * 5000).half_close()
    assert client.rest() == b"250 2.0.0 OK\r\n" * 5000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the client left without QUIT"),
        (b"EHLO client.exam", "the client left without QUIT"),
        (PIPELINE[:-3], "the client left in the middle of a message"),
        (PIPELINE[:-5], "the client left in the middle of a message"),
        (b"x" * 5000, "the client left without QUIT"),
        (PIPELINE[:-3] + b"x" * 5000, "the client left in the middle of a message"),
    ],
)
def test_a_client_that_leaves_without_a_word_is_noted(server, dial, still_serves, data, why):
    dial(server).send(data).half_close().rest()
    _until_closed(server)
    assert _errors(server)[-1:] == [why]
    assert len(server.messages) == 0
    still_serves(server)


@pytest.mark.parametrize(
    "data", [b"", b"EHLO client.exam", PIPELINE, PIPELINE[:-3], PIPELINE[:-5] + b"x" * 5000]
)
def test_a_client_that_resets_does_not_stop_the_next(server, dial, still_serves, data):
    client = dial(server).send(data)
    if data:
        server.journal.wait_for(lambda entry: entry.kind == "received")
    client.reset()
    _until_closed(server)
    still_serves(server)


def test_connections_that_ended_leave_no_task_behind(dial):
    loop = shared.acquire()
    try:
        with SMTPMock() as server:
            dial(server).send(PIPELINE).half_close().rest()
            dial(server).send(PIPELINE[:-3]).reset()
            dial(server).send(b"STARTTLS\r\n")
            dial(server)
            server.journal.wait_for(lambda entry: entry.kind == "closed")
        tasks = asyncio.run_coroutine_threadsafe(_other_tasks(), loop).result(5)
        assert tasks == set()
    finally:
        shared.release()


async def _other_tasks():
    for _ in range(3):  # turns of the loop in which those that were cancelled end
        await asyncio.sleep(0)
    return asyncio.all_tasks() - {asyncio.current_task()}


def test_the_journal_has_what_was_said_and_what_was_made_of_it(server, client):
    client.address().say(b"Subject: hello\r\n\r\n.")
    client.say("QUIT")
    _until_closed(server)
    kinds = [entry.kind for entry in server.journal]
    assert kinds[:3] == ["opened", "sent", "received"]
    assert kinds[-1] == "closed"
    (event,) = [entry for entry in server.journal if entry.kind == "event"]
    assert event.value is server.messages[0]
    assert "==  mail from <a@example.com> to <b@example.com>: 'hello'" in str(server.journal)


# -- whatever the bytes -----------------------------------------------------------------------

#: Lines that nearly mean something, and bytes that mean nothing.
LINES = st.one_of(
    st.sampled_from(
        [
            *(b"EHLO a", b"HELO a", b"EHLO \xff", b"RSET", b"NOOP", b"HELP \xff", b"QUIT x"),
            *(b"MAIL FROM:<a@b>", b"MAIL FROM:<>", b"MAIL FROM:<\xff@b> SMTPUTF8"),
            *(b"RCPT TO:<c@d>", b"RCPT TO:<\xff>", b'RCPT TO:"', b"RCPT TO:<a@[1"),
            *(b"DATA", b".", b"", b"..", b"x" * 2000),
            *(b"AUTH PLAIN", b"AUTH LOGIN", b"AUTH PLAIN AGEAYg==", b"AUTH \xff", b"=", b"*"),
        ]
    ),
    # What an address may be made of, in no order: the parser of addresses is not ours.
    st.builds(
        bytes.__add__,
        st.sampled_from([b"MAIL FROM:", b"RCPT TO:", b"VRFY "]),
        st.text('<>@.,:;()[]\\" ab\udcff\t\x7f', max_size=12).map(
            lambda text: text.encode("utf-8", "surrogateescape")
        ),
    ),
    st.binary(max_size=12),
)


def test_no_bytes_hold_up_the_next_client(dial, still_serves):
    with SMTPMock(size_limit=5000) as server:

        @settings(max_examples=150, deadline=None, database=None)
        @given(st.lists(LINES, max_size=12), st.sampled_from([b"\r\n", b"\n"]), st.booleans())
        def holds(lines, end, greets):
            data = b"EHLO a\r\n" * greets + end.join([*lines, b""])
            with dial(server) as client:
                client.send(data).half_close()
                said = client.rest()
            for line in said.split(b"\r\n")[:-1]:
                assert line[:3].isdigit(), line
                assert line[3:4] in (b" ", b"-"), line
                assert not {*b"\r\n"} & {*line}, line
            assert server.findings.all == ()

        holds()
        still_serves(server)


def test_it_speaks_on_a_unix_socket(tmp_path, dial):
    with SMTPMock(path=tmp_path / "socket") as server:
        dial(server).send(PIPELINE)
        assert server.wait_for_message().subject == "all at once"


# -- chunks -----------------------------------------------------------------------------------

ENVELOPE = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"


@pytest.fixture
def addressed(client):
    """A client that has named its envelope."""
    client.send(ENVELOPE)
    assert [client.reply().code, client.reply().code] == [250, 250]
    return client


def test_a_message_comes_in_chunks_byte_for_byte(server, addressed):
    assert addressed.send(b"BDAT 8\r\nSubject:").reply() == (250, ["2.0.0 8 octets received"])
    assert addressed.send(b"bdat 5\r\n x\r\n\r").reply().code == 250
    assert addressed.send(b"BDAT 6 last\r\n\n.\r\n..").reply().code == 250
    assert server.messages[0].content == b"Subject: x\r\n\r\n.\r\n.."
    assert not server.sins


def test_chunks_may_be_pipelined_and_the_next_message_too(server, addressed):
    addressed.send(b"BDAT 2\r\na\nBDAT 0 LAST\r\n" + ENVELOPE + b"BDAT 1 LAST\r\nbQUIT\r\n")
    assert addressed.rest().count(b"\r\n") == 6
    assert [message.content for message in server.messages] == [b"a\n", b"b"]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        # It announces less than it sends: the rest is read as commands.
        (b"BDAT 3 LAST\r\nabcNOOP\r\n", [250, 250]),
        (b"BDAT 3 LAST\r\nabcdef\r\n", [250, 500]),
        (b"BDAT\r\n", [501]),
        (b"BDAT -1\r\n", [501]),
        (b"BDAT 3 NEXT\r\n", [501]),
        (b"BDAT 3LAST\r\n", [501]),
        (b"BDAT 9999999999999999999999\r\n", [501]),
        # It sends both ways.
        (b"BDAT 3\r\nabcDATA\r\n", [250, 503]),
        (b"BDAT 3\r\nabcRCPT TO:<c@x>\r\n", [250, 503]),
        (b"BDAT 3\r\nabcMAIL FROM:<c@x>\r\n", [250, 503]),
        (b"DATA\r\nx\r\n.\r\nBDAT 3 LAST\r\nabc", [354, 250, 503]),
        # What is refused is swallowed all the same.
        (b"RSET\r\nBDAT 6\r\nNOOP\r\nNOOP\r\n", [250, 503, 250]),
        (b"BDAT 3\r\nabcRSET\r\nBDAT 6 LAST\r\nNOOP\r\n", [250, 250, 503]),
        (b"BDAT 1001\r\n" + b"x" * 1001 + b"BDAT 3 LAST\r\nabc", [552, 503]),
        (b"BDAT 1000\r\n" + b"x" * 1000 + b"BDAT 1 LAST\r\na", [250, 552]),
        (b"BDAT 9000000\r\n" + b"x" * 9_000_000 + b"NOOP\r\n", [552, 250]),
    ],
)
def test_chunks_that_lie_or_come_at_the_wrong_time_get_their_code(dial, data, codes):
    with SMTPMock(size_limit=1000) as server:
        client = dial(server)
        client.greet()
        client.send(ENVELOPE)
        client.reply(), client.reply()
        client.send(data)
        assert [client.reply().code for _ in codes] == codes
        assert client.say("NOOP") == 250


def test_a_client_that_announces_more_than_it_sends_left_in_the_middle(server, addressed):
    addressed.send(b"BDAT 10000000000\r\nabc").half_close()
    assert addressed.rest() == b""
    assert server.sins.wait_for().text == "the client left in the middle of a message"
    server.assert_nothing_sent()


def test_a_rule_that_refuses_a_chunk_ends_the_transaction(server, addressed):
    server.on("BDAT", times=1).reply(452)
    addressed.send(b"BDAT 6\r\nNOOP\r\nBDAT 6 LAST\r\nNOOP\r\n")
    assert [addressed.reply().code, addressed.reply().code] == [452, 503]


def test_postmaster_needs_no_domain(server, client):
    assert client.say("MAIL FROM:<a@x>") == 250
    assert client.say("RCPT TO:<Postmaster>") == 250


def test_unknown_charsets_and_broken_mime_are_taken_and_read_as_far_as_possible(server, client):
    client.address()
    content = b"Content-Type: text/plain; charset=klingon\r\nSubject: =?x?q?y?=\r\n\r\n\xff\r\n"
    assert client.send(content + b".\r\n").reply().code == 250
    message = server.messages[0]
    assert message.content == content
    assert message.text == "\N{REPLACEMENT CHARACTER}\r\n"
    assert "unknown charset 'klingon'" in message.defects
