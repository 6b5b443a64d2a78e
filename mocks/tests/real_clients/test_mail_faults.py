"""What clients that nobody here wrote make of broken mail: each must notice, none may hang."""

import asyncio
import contextlib
import imaplib
import poplib
import shutil
import smtplib
import subprocess
import threading

import aioimaplib
import aiosmtplib
import imapclient
import pytest

from netmocks.faults import Corrupt, Cut, Reset, Silence, Slices, Stall
from netmocks.mail import IMAPMock, POP3Mock, SMTPMock
from netmocks.mail.faults import Garbled
from netmocks.mail.imap.faults import Bye, ShortLiteral, Untagged, WrongTag
from netmocks.mail.pop3.faults import BareDots, NoFinalDot, WrongCount
from netmocks.mail.smtp.faults import NoLastLine
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

CURL = shutil.which("curl")

#: What a client waits that is to give up; the others have the tests' patience. What comes before
#: the fault has to be in time for it, on a machine under load too.
SHORT = 1.0

NAME, PASSWORD = "me@example.com", "secret"
LETTER = b"Subject: hi\r\n\r\n" + b"hello, hello\r\n" * 20

#: What clients raise that notice; curl's is an exit code, aioimaplib's a status.
ERRORS = (
    *(OSError, EOFError, ValueError, imaplib.IMAP4.error, poplib.error_proto),
    *(smtplib.SMTPException, aiosmtplib.SMTPException, aioimaplib.AioImapException),
    *(subprocess.SubprocessError, asyncio.TimeoutError),
)


def by_smtplib(server, seconds):
    with smtplib.SMTP(server.host, server.port, timeout=seconds) as client:
        client.login(NAME, PASSWORD)
        client.sendmail("a@example.com", ["b@example.com"], LETTER)


def by_aiosmtplib(server, seconds):
    async def send():
        place = {"hostname": server.host, "port": server.port, "start_tls": False}
        login = {"username": NAME, "password": PASSWORD}
        envelope = {"sender": "a@example.com", "recipients": ["b@example.com"]}
        await aiosmtplib.send(LETTER, **place, **login, **envelope, timeout=seconds)

    asyncio.run(send())


def by_poplib(server, seconds):
    client = poplib.POP3.__new__(poplib.POP3)  # it leaves its socket open if its greeting fails
    try:
        client.__init__(server.host, server.port, timeout=seconds)
        client.user(NAME)
        client.pass_(PASSWORD)
        assert client.stat()[0] == 1
        lines = client.retr(1)[1]
        assert b"\r\n".join([*lines, b""]) == LETTER, "another message"
        client.quit()
    finally:
        client.close()


def by_imaplib(server, seconds):
    client = imaplib.IMAP4(server.host, server.port, timeout=seconds)
    try:
        client.login(NAME, PASSWORD)
        if client.select()[0] != "OK":
            raise client.error("not selected")
        status, data = client.fetch("1", "(RFC822)")
        if status != "OK":
            raise client.error(data)
        assert data[0][1] == LETTER, "another message"
        client.logout()
    finally:
        with contextlib.suppress(OSError):  # it has closed after LOGOUT
            client.shutdown()


def by_imapclient(server, seconds):
    client = imapclient.IMAPClient(server.host, server.port, ssl=False, timeout=seconds)
    try:
        client.login(NAME, PASSWORD)
        client.select_folder("INBOX")
        assert client.fetch([1], ["RFC822"])[1][b"RFC822"] == LETTER, "another message"
        client.logout()
    finally:
        with contextlib.suppress(OSError):  # it has closed after LOGOUT
            client.shutdown()


def by_aioimaplib(server, seconds):
    async def fetch():
        client = aioimaplib.IMAP4(server.host, server.port, timeout=seconds)
        try:
            await client.wait_hello_from_server()
            assert (await client.login(NAME, PASSWORD)).result == "OK", "refused"
            assert (await client.select()).result == "OK", "refused"
            result, lines = await client.fetch("1", "(RFC822)")
            assert result == "OK"
            assert lines[1] == LETTER, "another message"
            await client.logout()
        finally:
            if client.protocol is not None and client.protocol.transport is not None:
                client.protocol.transport.abort()
                await asyncio.sleep(0)

    asyncio.run(fetch())


def by_curl(server, seconds):
    kind = server.default_name
    path = {"smtp": "", "pop3": "/1", "imap": "/INBOX/;UID=1"}[kind]
    envelope = ["--mail-from", "a@example.com", "--mail-rcpt", "b@example.com", "-T", "-"]
    done = subprocess.run(
        [
            *(CURL, "--silent", "--max-time", str(seconds), "--noproxy", "*"),
            *("--user", f"{NAME}:{PASSWORD}", *(envelope if kind == "smtp" else [])),
            f"{kind}://{server.host}:{server.port}{path}",
        ],
        input=LETTER,
        capture_output=True,
        timeout=PATIENCE * 2,
        check=True,
    )
    if kind != "smtp":
        assert done.stdout == LETTER, "another message"


needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed (apt install curl)")

SMTP_CLIENTS = [by_smtplib, by_aiosmtplib, pytest.param(by_curl, marks=needs_curl)]
POP3_CLIENTS = [by_poplib, pytest.param(by_curl, marks=needs_curl)]
IMAP_CLIENTS = [by_imaplib, by_imapclient, by_aioimaplib, pytest.param(by_curl, marks=needs_curl)]


@pytest.fixture
def smtp():
    with SMTPMock(accounts={NAME: PASSWORD}) as mock:
        yield mock


@pytest.fixture
def pop():
    with POP3Mock(accounts={NAME: PASSWORD}, hide=["APOP", "SASL"]) as mock:
        mock.mailboxes[NAME].add(LETTER)
        yield mock


@pytest.fixture
def imap():
    with IMAPMock(accounts={NAME: PASSWORD}, hide=["AUTH=PLAIN", "SASL-IR"]) as mock:
        mock.mailboxes[NAME].add(LETTER)
        yield mock


@pytest.fixture
def notices():
    """Check that a client notices what is broken on its first connection, and not on its next."""

    def notices(client, server, seconds=PATIENCE):
        with pytest.raises((*ERRORS, AssertionError)) as raised:
            client(server, seconds)
        assert server.journal.wait_for(lambda entry: entry.kind == "fault")
        client(server, PATIENCE)
        return raised.value

    return notices


# -- every client notices ---------------------------------------------------------------------


@pytest.mark.parametrize("client", SMTP_CLIENTS)
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("CONNECT", Cut(after=3)),
        ("CONNECT", Reset(after=0)),
        ("EHLO", Cut(after=b"250-")),
        ("AUTH", Cut(after=2)),
        ("MAIL", Garbled()),
        ("RCPT", Reset(after=5)),
        ("DATA", Cut(after=0)),
        ("CONTENT", Reset(after=0)),
        ("MESSAGE", Cut(after=0)),
        ("MESSAGE", Cut(after=2)),
    ],
    ids=str,
)
def test_a_broken_smtp_dialogue_is_noticed(smtp, notices, client, command, fault):
    smtp.on(command, connection=1).reply(fault=fault)
    notices(client, smtp, SHORT if isinstance(fault, Garbled) else PATIENCE)
    assert len(smtp.messages) == 1 + (command == "MESSAGE")


@pytest.mark.parametrize("client", POP3_CLIENTS)
@pytest.mark.parametrize(
    ("verb", "fault"),
    [
        ("CONNECT", Cut(after=2)),
        ("PASS", Reset(after=0)),
        ("RETR", Cut(after=b"octets\r\n", more=30)),
        ("RETR", Reset(after=100)),
        ("RETR", Garbled()),
        ("RETR", Corrupt(at=100)),
    ],
    ids=str,
)
def test_a_broken_pop3_dialogue_is_noticed(pop, notices, client, verb, fault):
    pop.on(verb, connection=1).reply(fault=fault)
    notices(client, pop, SHORT if isinstance(fault, Garbled) else PATIENCE)


@pytest.mark.parametrize("client", IMAP_CLIENTS)
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("CONNECT", Cut(after=4)),
        ("LOGIN", Reset(after=0)),
        ("SELECT", Cut(after=20)),
        ("FETCH", Cut(after=b"}\r\n", more=50)),
        ("FETCH", Reset(after=60)),
        ("FETCH", Bye(after=b"}\r\n")),
        ("FETCH", Corrupt(at=100)),
    ],
    ids=str,
)
def test_a_broken_imap_dialogue_is_noticed(imap, notices, client, name, fault):
    imap.on(name, connection=1).reply(fault=fault)
    seconds = SHORT if client is by_aioimaplib else PATIENCE  # it waits for the rest, come what may
    notices(client, imap, seconds)


# -- a stall ----------------------------------------------------------------------------------


@pytest.mark.parametrize("client", [by_smtplib, by_aiosmtplib])
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        *(("CONNECT", Stall()), ("MAIL", Stall()), ("CONTENT", Stall())),
        *(("CONNECT", Silence()), ("MAIL", Silence())),
    ],
    ids=str,
)
def test_a_client_of_smtp_gives_up_on_a_stall(smtp, notices, client, command, fault):
    smtp.on(command, connection=1).reply(fault=fault)
    notices(client, smtp, SHORT)


@pytest.mark.parametrize("verb", ["CONNECT", "STAT", "RETR"])
def test_a_client_of_pop3_gives_up_on_a_stall(pop, notices, verb):
    pop.on(verb, connection=1).reply(fault=Stall())
    notices(by_poplib, pop, SHORT)


@pytest.mark.parametrize("client", [by_imaplib, by_imapclient, by_aioimaplib])
@pytest.mark.parametrize("name", ["CONNECT", "SELECT", "FETCH"])
def test_a_client_of_imap_gives_up_on_a_stall(imap, notices, client, name):
    imap.on(name, connection=1).reply(fault=Stall())
    notices(client, imap, SHORT)


@pytest.mark.parametrize(
    ("kind", "command", "client"),
    [("smtp", "CONTENT", by_smtplib), ("pop", "RETR", by_poplib), ("imap", "FETCH", by_imaplib)],
)
def test_a_stall_that_is_released_harms_nobody(request, kind, command, client):
    server, stall = request.getfixturevalue(kind), Stall()
    server.on(command).reply(fault=stall)
    thread = threading.Thread(target=client, args=(server, PATIENCE))
    thread.start()
    stall.wait_until_reached()
    stall.release()
    thread.join(PATIENCE)
    assert not thread.is_alive()


# -- what each protocol has of its own ----------------------------------------------------------


def test_421_is_told_at_the_greeting_at_mail_and_within_a_message(smtp):
    for command in ("CONNECT", "MAIL", "CONTENT"):
        with smtp.on(command).reply(421, "4.3.2 going down"):
            with pytest.raises((smtplib.SMTPException, OSError)) as raised:
                by_smtplib(smtp, PATIENCE)
            if command != "CONTENT":  # which smtplib has not sent to its end when it is cut off
                assert "421" in str(raised.value)
    by_smtplib(smtp, PATIENCE)


def test_the_second_recipient_is_deferred_once_and_then_accepted(smtp):
    smtp.on("RCPT", where=lambda command: command.session.number == 1).reply(250).then(450).then(
        250
    )
    with smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE) as client:
        client.login(NAME, PASSWORD)
        recipients = ["b@example.com", "c@example.com", "d@example.com"]
        assert set(client.sendmail("a@example.com", recipients, LETTER)) == {"c@example.com"}
        assert not client.sendmail("a@example.com", ["c@example.com"], LETTER)


def test_a_login_fails_once_or_always(smtp, pop, imap):
    smtp.on("AUTH", connection=1).reply(535)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        by_smtplib(smtp, PATIENCE)
    pop.on("PASS", connection=1).reply("-ERR [AUTH] no")
    with pytest.raises(poplib.error_proto, match="no"):
        by_poplib(pop, PATIENCE)
    imap.on("LOGIN", connection=1).reply("NO [AUTHENTICATIONFAILED] no")
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        by_imaplib(imap, PATIENCE)
    for client, server in ((by_smtplib, smtp), (by_poplib, pop), (by_imaplib, imap)):
        client(server, PATIENCE)


def test_starttls_that_is_stripped_is_noticed():
    context = authority().client_context()
    with (
        SMTPMock(hide=["STARTTLS"]) as server,
        smtplib.SMTP(server.host, server.port) as client,
        pytest.raises(smtplib.SMTPNotSupportedError),
    ):
        client.starttls(context=context)
    with POP3Mock(hide=["STLS"]) as server:
        client = poplib.POP3(server.host, server.port)
        with pytest.raises(poplib.error_proto):
            client.stls(context=context)
        client.quit()
    with (
        IMAPMock(hide=["STARTTLS"]) as server,
        imaplib.IMAP4(server.host, server.port) as client,
        pytest.raises(imaplib.IMAP4.abort, match="TLS not supported"),
    ):
        client.starttls(context)


def test_a_handshake_that_breaks_is_noticed(smtp, pop, imap):
    context, fault = authority().client_context(), Cut(after=b"\r\n")
    smtp.on("STARTTLS").reply(fault=fault)
    pop.on("STLS").reply(fault=fault)
    imap.on("STARTTLS").reply(fault=fault)
    client = smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE)
    with pytest.raises(OSError):
        client.starttls(context=context)
    client.close()
    client = poplib.POP3(pop.host, pop.port, timeout=PATIENCE)
    with pytest.raises(OSError):
        client.stls(context=context)
    client = imaplib.IMAP4(imap.host, imap.port, timeout=PATIENCE)
    with pytest.raises(OSError):
        client.starttls(context)


@pytest.mark.parametrize("client", SMTP_CLIENTS)
def test_a_reply_of_several_lines_that_never_ends_is_noticed(smtp, notices, client):
    smtp.on("EHLO", connection=1).reply(close=True, fault=NoLastLine())
    if client is by_smtplib:  # which falls back to HELO, on a connection that is gone
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client(smtp, PATIENCE)
    else:
        notices(client, smtp)


@pytest.mark.parametrize("client", POP3_CLIENTS)
def test_a_message_without_its_final_dot_is_noticed(pop, notices, client):
    pop.on("RETR", 1, connection=1).reply(close=True, fault=NoFinalDot())
    notices(client, pop)


def test_dots_that_are_not_hidden_end_a_message_too_early(pop):
    pop.mailboxes[NAME].add(b"Subject: dots\r\n\r\n.\r\nmore\r\n")
    pop.on("RETR", 2).reply(fault=BareDots())
    client = poplib.POP3(pop.host, pop.port, timeout=PATIENCE)
    client.user(NAME)
    client.pass_(PASSWORD)
    assert client.retr(2)[1] == [b"Subject: dots", b""]
    with pytest.raises(poplib.error_proto, match="more"):  # what is left is the next reply
        client.noop()
    client.close()


def test_a_wrong_count_is_told(pop):
    pop.on("STAT").reply(fault=WrongCount(by=-5))
    client = poplib.POP3(pop.host, pop.port, timeout=PATIENCE)
    client.user(NAME)
    client.pass_(PASSWORD)
    assert client.stat() == (1, len(LETTER) - 5)
    client.quit()


def test_a_refused_message_is_told_by_its_text(pop):
    pop.on("RETR", 1, times=1).reply("-ERR [SYS/TEMP] try again")
    with pytest.raises(poplib.error_proto, match="try again"):
        by_poplib(pop, PATIENCE)
    by_poplib(pop, PATIENCE)


@pytest.mark.parametrize("client", IMAP_CLIENTS)
@pytest.mark.parametrize("status", ["NO not today", "BAD what?", "BYE going down"])
def test_a_refused_fetch_is_noticed(imap, client, status):
    imap.on("FETCH", connection=1).reply(status)
    with pytest.raises((*ERRORS, AssertionError)):
        client(imap, SHORT if client is by_aioimaplib else PATIENCE)
    client(imap, PATIENCE)


@pytest.mark.parametrize("client", IMAP_CLIENTS)
def test_a_literal_shorter_than_announced_is_noticed(imap, notices, client):
    imap.on("FETCH", connection=1).reply(close=True, fault=ShortLiteral(by=30))
    notices(client, imap, SHORT if client is by_aioimaplib else PATIENCE)


def test_a_tag_that_nobody_gave_is_noticed(imap, notices):
    imap.on("SELECT", connection=1).reply(fault=WrongTag())
    assert "Z999 OK" in str(notices(by_imaplib, imap))


def test_a_client_hears_what_it_has_not_asked(imap):
    imap.on("NOOP").reply(fault=Untagged("OK [ALERT] the disk is full", "99 EXISTS"))
    with imaplib.IMAP4(imap.host, imap.port, timeout=PATIENCE) as client:
        client.login(NAME, PASSWORD)
        client.select()
        client.noop()
        assert client.response("EXISTS") == ("EXISTS", [b"1", b"99"])
        assert client.response("ALERT")[0] == "ALERT"


@pytest.mark.parametrize("after", [b"idling\r\n", b"RECENT\r\n"])
def test_a_client_that_idles_is_left_at_once_or_behind_news(imap, after):
    imap.on("IDLE").reply(fault=Bye(after=after, text="idle for too long"))
    client = imaplib.IMAP4(imap.host, imap.port, timeout=PATIENCE)
    client.login(NAME, PASSWORD)
    client.select()
    client.send(b"x IDLE\r\n")
    imap.mailboxes[NAME].add(LETTER)
    heard = b"".join(iter(client.readline, b""))
    assert heard.startswith(b"+ idling\r\n")
    assert heard.endswith(b"* BYE idle for too long\r\n")
    client.shutdown()


@pytest.mark.parametrize(
    ("kind", "command", "client"),
    [
        *(("smtp", "EHLO", by_smtplib), ("smtp", "EHLO", by_aiosmtplib)),
        *(("pop", "RETR", by_poplib), ("imap", "FETCH", by_imaplib)),
        *(("imap", "FETCH", by_imapclient), ("imap", "FETCH", by_aioimaplib)),
    ],
)
def test_what_comes_in_small_pieces_is_put_together(request, kind, command, client):
    server = request.getfixturevalue(kind)
    server.on(command).reply(fault=Slices(7))
    client(server, PATIENCE)
