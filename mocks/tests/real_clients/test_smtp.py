"""The SMTP mock meets clients that nobody here wrote."""

import asyncio
import shutil
import smtplib
import ssl
import subprocess
from email.header import Header
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.utils import formataddr

import aiosmtplib
import letters
import pytest
import yagmail

from netmocks.mail import Attachment, LMTPMock, SMTPMock
from netmocks.mail.letter import Address
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

ACCOUNTS = {"from@example.com": "password"}


@pytest.fixture
def server():
    with SMTPMock(accounts=ACCOUNTS) as mock:
        yield mock


@pytest.fixture
def secure():
    """A server of implicit TLS."""
    with SMTPMock(accounts=ACCOUNTS, tls=True) as mock:
        yield mock


@pytest.fixture
def letter():
    message = EmailMessage()
    message["From"] = "Python爱好者 <from@example.com>"
    message["To"] = "管理员 <to@example.com>"
    message["Subject"] = "来自SMTP的问候……"
    message.set_content("hello, send by Python...\n.\n..two dots\n")
    return message


# -- smtplib ----------------------------------------------------------------------------------


def _plain(server, secure):
    client = smtplib.SMTP(*server.address, timeout=PATIENCE)
    client.login("from@example.com", "password")
    return server, client


def _starttls(server, secure):
    client = smtplib.SMTP(*server.address, timeout=PATIENCE)
    client.starttls(context=authority().client_context())
    client.login("from@example.com", "password")
    return server, client


def _implicit(server, secure):
    context = authority().client_context()
    client = smtplib.SMTP_SSL(*secure.address, context=context, timeout=PATIENCE)
    client.login("from@example.com", "password")
    return secure, client


@pytest.mark.parametrize("way", [_plain, _starttls, _implicit])
def test_smtplib_delivers_a_letter(server, secure, letter, way):
    mock, client = way(server, secure)
    with client:
        assert client.send_message(letter) == {}
    message = mock.wait_for_message(to="to@example.com")
    assert message.user == "from@example.com"
    assert message.tls is (way is not _plain)
    assert message.sender == "from@example.com"
    assert message.subject == "来自SMTP的问候……"
    assert message.from_ == [Address("Python爱好者", "from@example.com")]
    assert message.to == [Address("管理员", "to@example.com")]
    assert message.text == "hello, send by Python...\n.\n..two dots\n".replace("\n", "\r\n")
    assert message.defects == []
    closed = mock.journal.wait_for(lambda entry: entry.kind == "closed")
    assert closed.value == "by the mock"


def test_smtplib_delivers_what_the_older_email_classes_make(server):
    text = MIMEText("<b>你好</b>", "html", "utf-8")
    text["From"] = formataddr((Header("Python爱好者", "utf-8").encode(), "from@example.com"))
    text["Subject"] = Header("来自SMTP的问候……", "utf-8").encode()
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        client.login("from@example.com", "password")
        client.sendmail("from@example.com", ["a@example.com", "b@example.com"], text.as_string())
    (message,) = server.messages
    assert message.recipients == ("a@example.com", "b@example.com")
    assert message.from_[0].name == "Python爱好者"
    assert message.subject == "来自SMTP的问候……"
    assert (message.html, message.text) == ("<b>你好</b>", "")


def test_smtplib_delivers_attachments(server, letter):
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    letter.add_alternative('<img src="cid:logo@example.com">', subtype="html")
    letter.get_payload()[1].add_related(png, "image", "png", cid="<logo@example.com>")
    letter.add_attachment("a,b\n", subtype="csv", filename="报告.csv")
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        client.login("from@example.com", "password")
        client.send_message(letter)
    message = server.wait_for_message()
    logo, report = message.attachments
    assert logo == Attachment("", "image/png", png, "logo@example.com")
    assert report == Attachment("报告.csv", "text/csv", b"a,b\r\n", "")
    assert "logo@example.com" in message.html


def test_smtplib_delivers_to_addresses_beyond_ascii(server, letter):
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        client.login("from@example.com", "password")
        client.send_message(letter, "用户@例子.example", ["管理员@例子.example"])
    (message,) = server.messages
    assert message.sender == "用户@例子.example"
    assert message.recipients == ("管理员@例子.example",)
    assert "SMTPUTF8" in message.parameters
    assert message.subject == "来自SMTP的问候……"


@pytest.mark.parametrize(
    "login", [("from@example.com", "wrong"), ("nobody@example.com", "password")]
)
def test_smtplib_is_told_of_a_wrong_login(server, login):
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            client.login(*login)
        assert caught.value.smtp_code == 535


def test_smtplib_is_told_that_it_has_to_log_in(server, letter):
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            client.send_message(letter)
        assert caught.value.smtp_code == 530


def test_smtplib_is_told_that_a_message_is_too_large(letter):
    with (
        SMTPMock(size_limit=100) as server,
        smtplib.SMTP(*server.address, timeout=PATIENCE) as client,
    ):
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            client.send_message(letter)
        assert caught.value.smtp_code == 552
        assert len(server.messages) == 0


def test_smtplib_does_not_trust_a_stranger(server):
    with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        with pytest.raises(ssl.SSLCertVerificationError):
            client.starttls(context=ssl.create_default_context())
        client.close()
    failed = server.journal.wait_for(lambda entry: entry.kind == "error")
    assert "the TLS handshake failed" in failed.value


def test_smtplib_prefers_a_login_that_does_not_tell_the_password():
    with (
        SMTPMock(accounts=ACCOUNTS, mechanisms=["PLAIN", "CRAM-MD5"]) as server,
        smtplib.SMTP(*server.address, timeout=PATIENCE) as client,
    ):
        assert client.login("from@example.com", "password")[0] == 235
        assert not [entry for entry in server.journal if entry.data.startswith(b"AUTH PLAIN")]


def _bearer(token):
    """What smtplib is to say: the token, then nothing when it is told of its failure."""
    said = f"user=from@example.com\1auth=Bearer {token}\1\1"
    return lambda challenge=None: "" if challenge else said


def test_smtplib_logs_in_by_a_token():
    with (
        SMTPMock(tokens={"from@example.com": "ya29.token"}) as server,
        smtplib.SMTP(*server.address, timeout=PATIENCE) as client,
    ):
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            client.auth("XOAUTH2", _bearer("wrong"))
        assert caught.value.smtp_code == 535
        assert client.auth("XOAUTH2", _bearer("ya29.token"))[0] == 235


def test_smtplib_is_told_of_one_recipient_and_the_others_get_their_mail(letter):
    with SMTPMock() as server, smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        server.on("RCPT", to="gone@example.com").reply(550, "5.1.1 no such user")
        refused = client.send_message(letter, to_addrs=["gone@example.com", "b@example.com"])
        assert refused == {"gone@example.com": (550, b"5.1.1 no such user")}
        assert server.messages[0].recipients == ("b@example.com",)


def test_smtplib_tries_again_what_was_greylisted(letter):
    with SMTPMock() as server, smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        server.greylist()
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            client.send_message(letter)
        assert caught.value.recipients["to@example.com"][0] == 451
        assert client.send_message(letter) == {}


def test_smtplib_gives_up_where_the_server_does(letter):
    with SMTPMock() as server:
        server.on("CONNECT", times=1).reply(421, "4.3.2 too busy")
        with pytest.raises(smtplib.SMTPConnectError, match="too busy"):
            smtplib.SMTP(*server.address, timeout=PATIENCE)
        server.on("CONTENT", times=1).reply(421, "4.3.2 going down")
        with (
            smtplib.SMTP(*server.address, timeout=PATIENCE) as client,
            pytest.raises(smtplib.SMTPDataError, match="going down"),
        ):
            client.send_message(letter)
        server.assert_nothing_sent()


def test_smtplib_finds_starttls_stripped():
    with (
        SMTPMock(hide=["STARTTLS"]) as server,
        smtplib.SMTP(*server.address, timeout=PATIENCE) as client,
        pytest.raises(smtplib.SMTPNotSupportedError),
    ):
        client.starttls(context=authority().client_context())


def test_smtplib_asks_for_notifications(letter):
    with SMTPMock() as server, smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
        options = ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;to@example.com"]
        client.send_message(letter, mail_options=["RET=HDRS"], rcpt_options=options)
        (message,) = server.messages
        assert message.recipient_parameters == {"to@example.com": tuple(options)}
        assert "RET=HDRS" in message.parameters


# -- yagmail ----------------------------------------------------------------------------------


def test_yagmail_delivers_text_and_a_file_by_starttls(server, tmp_path, monkeypatch):
    report = tmp_path / "report.txt"
    report.write_text("all is well")
    monkeypatch.setattr(ssl, "create_default_context", authority().client_context)
    options = {"smtp_starttls": True, "smtp_ssl": False, "smtp_skip_login": False}
    with yagmail.SMTP(
        "from@example.com", "password", server.host, server.port, **options
    ) as client:
        client.send("to@example.com", "subject", ["hello", str(report)])
    message = server.wait_for_message(to="to@example.com")
    assert message.tls
    assert [(one.name, one.content) for one in message.attachments] == [
        ("report.txt", b"all is well")
    ]
    assert not server.sins


# -- aiosmtplib -------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("secured", ["", "start_tls", "use_tls"])
async def test_aiosmtplib_delivers_a_letter(server, secure, letter, secured):
    mock = secure if secured == "use_tls" else server
    await letters.send(
        letter,
        hostname="localhost" if secured else mock.host,
        port=mock.port,
        username="from@example.com",
        password="password",
        use_tls=secured == "use_tls",
        start_tls=secured == "start_tls",
        tls_context=authority().client_context(),
        timeout=PATIENCE,
    )
    message = await mock.wait_for_message_async(subject="来自SMTP的问候……")
    assert (message.user, message.tls) == ("from@example.com", bool(secured))
    assert not mock.sins


@pytest.mark.asyncio
async def test_aiosmtplib_is_told_of_each_recipient(letter):
    with SMTPMock() as server:
        server.on("RCPT", to="busy@example.com").reply(450, "4.2.1 busy").then(250)
        to = ["busy@example.com", "b@example.com"]
        async with aiosmtplib.SMTP(
            hostname=server.host, port=server.port, start_tls=False, timeout=PATIENCE
        ) as client:
            refused, _ = await client.send_message(letter, recipients=to)
            assert list(refused) == to[:1]
            refused, _ = await client.send_message(letter, recipients=to)
            assert refused == {}
        assert [len(message.recipients) for message in server.messages] == [1, 2]


# -- curl -------------------------------------------------------------------------------------


@pytest.fixture
def curl(tmp_path):
    """Let curl send a letter with these options; its exit status."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("this machine has no curl")
    ca_file = tmp_path / "authority.pem"
    ca_file.write_text(authority().pem)

    def send(url, *options):
        command = [program, "-q", "--silent", "--max-time", str(PATIENCE), "--cacert", str(ca_file)]
        command += ["--mail-from", "from@example.com", "--mail-rcpt", "to@example.com"]
        command += ["--mail-rcpt", "other@example.com", "--upload-file", "-", *options, url]
        source = b"Subject: by curl\r\n\r\n.\r\n..\r\nno line end"
        return subprocess.run(command, input=source, check=False).returncode

    return send


@pytest.mark.parametrize("options", [["--user", "from@example.com:password"], ["--ssl-reqd"]])
def test_curl_delivers_in_the_clear_or_by_starttls(server, curl, options):
    login = ["--user", "from@example.com:password"]
    assert curl(f"smtp://{server.host}:{server.port}/client.example.com", *login, *options) == 0
    message = server.wait_for_message(to="to@example.com")
    assert message.tls is ("--ssl-reqd" in options)
    assert message.recipients == ("to@example.com", "other@example.com")
    assert message.client_name == "client.example.com"
    assert message.user == "from@example.com"
    assert message.content == b"Subject: by curl\r\n\r\n.\r\n..\r\nno line end\r\n"


def test_curl_delivers_by_implicit_tls(secure, curl):
    assert curl(f"smtps://{secure.host}:{secure.port}", "--user", "from@example.com:password") == 0
    assert secure.messages[0].tls is True


def test_curl_is_told_of_a_wrong_login(server, curl):
    login_denied = 67
    status = curl(f"smtp://{server.host}:{server.port}", "--user", "from@example.com:wrong")
    assert status == login_denied
    assert len(server.messages) == 0


def test_curl_logs_in_by_cram_md5_or_a_token(curl):
    terms = {"accounts": ACCOUNTS, "tokens": {"from@example.com": "ya29.token"}}
    with SMTPMock(**terms, mechanisms=["CRAM-MD5", "XOAUTH2"]) as server:
        url = f"smtp://{server.host}:{server.port}"
        assert curl(url, "--user", "from@example.com:password") == 0
        assert curl(url, "--user", "from@example.com", "--oauth2-bearer", "ya29.token") == 0
        assert [message.user for message in server.messages] == ["from@example.com"] * 2
        said = b"".join(entry.data for entry in server.journal if entry.kind == "received")
        assert b"AUTH CRAM-MD5" in said
        assert b"AUTH XOAUTH2" in said


# -- swaks and msmtp --------------------------------------------------------------------------


@pytest.fixture
def program():
    """Run a program with something on its standard input; its exit status and its output."""

    def run(name, *options, source=b""):
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"this machine has no {name}")
        done = subprocess.run(
            [path, *options],
            input=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=4 * PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")

    return run


def _swaks(mock):
    """Return how swaks reaches a mock, and for whom."""
    options = ["--server", mock.host, "--port", str(mock.port), "--helo", "client.example.com"]
    return [*options, "--from", "from@example.com", "--to", "to@example.com"]


@pytest.mark.parametrize("login", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_swaks_delivers_with_each_login(program, login):
    with SMTPMock(accounts=ACCOUNTS, mechanisms=[login]) as server:
        user = ["--auth", login, "--auth-user", "from@example.com", "--auth-password", "password"]
        status, output = program("swaks", *_swaks(server), *user, "--body", "by swaks")
        if "not available: requires" in output:  # CRAM-MD5 takes a module of Perl
            pytest.skip(f"this machine's swaks lacks what {login} needs")
        assert status == 0, output
        message = server.wait_for_message(to="to@example.com")
        assert (message.user, message.client_name) == ("from@example.com", "client.example.com")
        assert not server.sins


def test_swaks_pipelines_and_is_told_of_a_recipient(program):
    with SMTPMock() as server:
        server.on("RCPT").reply(550, "5.1.1 no such user\n5.1.1 at all")
        no_recipient = 24
        status, output = program("swaks", *_swaks(server), "--pipeline")
        assert status == no_recipient, output
        assert "<** 550 5.1.1 at all" in output


def test_swaks_speaks_lmtp(program, tmp_path):
    with LMTPMock() as server:
        status, output = program("swaks", "--protocol", "LMTP", *_swaks(server))
        assert status == 0, output
        assert "queued as 1.1" in output
        assert server.messages[0].session.has_quit


@pytest.mark.parametrize("secured", ["off", "starttls", "implicit"])
def test_msmtp_delivers_and_logs_in(server, secure, program, tmp_path, secured):
    mock = secure if secured == "implicit" else server
    ca_file = tmp_path / "authority.pem"
    ca_file.write_text(authority().pem)
    options = ["--file=/dev/null", f"--host={mock.host}", f"--port={mock.port}", "--from=f@x"]
    options += ["--domain=client.example.com", "--auth=plain", "--user=from@example.com"]
    options += ["--passwordeval=echo password"]
    if secured == "off":
        options += ["--tls=off"]
    else:
        options += ["--tls=on", f"--tls-starttls={'on' if secured == 'starttls' else 'off'}"]
        options += [f"--tls-trust-file={ca_file}"]
    status, output = program("msmtp", *options, "to@example.com", source=b"Subject: m\n\nhi\n")
    assert status == 0, output
    message = mock.wait_for_message(to="to@example.com")
    assert (message.subject, message.text, message.tls) == ("m", "hi\r\n", secured != "off")
    assert not mock.sins


# -- asyncio ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_asyncio_streams_speak_to_a_mock_whose_loop_is_another(server):
    reader, writer = await asyncio.open_connection(*server.address)

    async def say(line):
        writer.write(line.encode() + b"\r\n")
        while (reply := await reader.readline())[3:4] == b"-":
            pass
        return int(reply[:3])

    assert (await reader.readline()).startswith(b"220 ")
    assert await say("EHLO client.example.com") == 250
    assert await say("STARTTLS") == 220
    await writer.start_tls(authority().client_context(), server_hostname="localhost")
    assert await say("EHLO client.example.com") == 250
    assert await say("AUTH PLAIN AGZyb21AZXhhbXBsZS5jb20AcGFzc3dvcmQ=") == 235
    assert await say("MAIL FROM:<from@example.com>") == 250
    assert await say("RCPT TO:<to@example.com>") == 250
    assert await say("DATA") == 354
    assert await say("Subject: by asyncio\r\n\r\n.") == 250
    message = await server.wait_for_message_async(subject="by asyncio")
    assert (message.tls, message.user) == (True, "from@example.com")
    assert await say("QUIT") == 221
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


@pytest.mark.asyncio
async def test_many_clients_at_once_each_deliver_their_own():
    with SMTPMock() as server:

        async def deliver(n):
            reader, writer = await asyncio.open_connection(*server.address)
            writer.write(b"EHLO a\r\nMAIL FROM:<%d@x>\r\nRCPT TO:<to@x>\r\n" % n)
            writer.write(b"DATA\r\n%d\r\n.\r\nQUIT\r\n" % n)
            assert (await reader.read()).endswith(b"221 2.0.0 Bye\r\n")
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(deliver(n) for n in range(20)))
        delivered = {message.sender: message.content for message in server.messages}
        assert delivered == {f"{n}@x": b"%d\r\n" % n for n in range(20)}
