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

import pytest

from netmocks.mail import Attachment, SMTPMock
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
            assert (await reader.read()).endswith(b"221 Bye\r\n")
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(deliver(n) for n in range(20)))
        delivered = {message.sender: message.content for message in server.messages}
        assert delivered == {f"{n}@x": b"%d\r\n" % n for n in range(20)}
