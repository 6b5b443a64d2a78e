"""The POP3 mock meets clients that nobody here wrote."""

import asyncio
import os
import poplib
import shutil
import ssl
import subprocess

import pytest

from netmocks.mail import POP3Mock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

NAME, PASSWORD = "me@example.com", "pass word"

FIRST = b"Subject: first\r\n\r\n.\r\n..two dots\r\n\r\nlast line\r\n"
SECOND = "Subject: second\r\n\r\nüber\r\n".encode()


@pytest.fixture
def server():
    with POP3Mock(accounts={NAME: PASSWORD}) as mock:
        yield mock


@pytest.fixture
def secure():
    """A server of implicit TLS."""
    with POP3Mock(accounts={NAME: PASSWORD}, tls=True) as mock:
        yield mock


@pytest.fixture(autouse=True)
def inbox(server, secure):
    """The inbox on `server`, with two messages; there are copies on `secure`."""
    for mock in (secure, server):
        inbox = mock.mailboxes[NAME].inbox
        inbox.add(FIRST)
        inbox.add(SECOND)
    return inbox


def _content(lines):
    return b"".join(line + b"\r\n" for line in lines)


# -- poplib -----------------------------------------------------------------------------------


def _user(server, secure):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    client.user(NAME)
    client.pass_(PASSWORD)
    return client


def _apop(server, secure):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    client.apop(NAME, PASSWORD)
    return client


def _stls(server, secure):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    client.stls(context=authority().client_context())
    client.user(NAME)
    client.pass_(PASSWORD)
    return client


def _implicit(server, secure):
    context = authority().client_context()
    client = poplib.POP3_SSL(secure.host, secure.port, timeout=PATIENCE, context=context)
    client.user(NAME)
    client.pass_(PASSWORD)
    return client


@pytest.mark.parametrize("connect", [_user, _apop, _stls, _implicit])
def test_poplib_fetches_by_every_way_in(server, secure, connect):
    client = connect(server, secure)
    assert client.stat() == (2, len(FIRST) + len(SECOND))
    assert client.list()[1] == [b"1 %d" % len(FIRST), b"2 %d" % len(SECOND)]
    assert client.list(2) == b"+OK 2 %d" % len(SECOND)
    assert client.uidl()[1] == [b"1 1.1", b"2 1.2"]
    assert client.uidl(2) == b"+OK 2 1.2"
    assert _content(client.retr(1)[1]) == FIRST
    assert _content(client.retr(2)[1]) == SECOND
    assert _content(client.top(1, 2)[1]) == b"Subject: first\r\n\r\n.\r\n..two dots\r\n"
    assert client.noop() == b"+OK nothing"
    assert client.quit() == b"+OK bye, 0 deleted"


def test_poplib_deletes_at_quit(server, secure, inbox):
    client = _user(server, secure)
    client.dele(1)
    client.dele(2)
    client.rset()
    client.dele(2)
    assert len(inbox) == 2
    client.quit()
    assert [message.content for message in inbox] == [FIRST]
    assert not server.sins


def test_poplib_is_told_what_the_server_can(server, secure):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    capabilities = client.capa()
    assert capabilities["SASL"] == ["PLAIN"]
    assert {"TOP", "UIDL", "STLS", "USER", "PIPELINING"} <= set(capabilities)
    client.quit()


def test_poplib_is_told_of_a_wrong_login_and_may_try_again(server):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    client.user(NAME)
    with pytest.raises(poplib.error_proto, match=r"-ERR \[AUTH\] no such user"):
        client.pass_("wrong")
    with pytest.raises(poplib.error_proto, match=r"\[AUTH\]"):
        client.apop(NAME, "wrong")
    client.user(NAME)
    client.pass_(PASSWORD)
    client.quit()


def test_poplib_can_not_log_in_twice_at_once(server, secure):
    first = _user(server, secure)
    second = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    second.user(NAME)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        second.pass_(PASSWORD)
    first.quit()
    second.quit()


def test_poplib_is_told_that_there_is_no_such_message(server, secure):
    client = _user(server, secure)
    for number in (0, 3, 10**30):
        with pytest.raises(poplib.error_proto, match="no such message: there are 2"):
            client.retr(number)
    client.quit()


def test_poplib_finds_no_apop_or_stls_where_they_are_hidden():
    with POP3Mock(hide=["APOP", "STLS"]) as server:
        client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
        with pytest.raises(poplib.error_proto, match="APOP not supported"):
            client.apop(NAME, PASSWORD)
        with pytest.raises(poplib.error_proto, match="STLS not supported"):
            client.stls()
        client.quit()


def test_poplib_does_not_trust_a_stranger(server, entry):
    client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
    with pytest.raises(ssl.SSLCertVerificationError):
        client.stls(context=ssl.create_default_context())
    client.file.close()  # its socket is closed by the failed handshake
    assert server.journal.wait_for(entry("error", "the TLS handshake failed"))


def test_poplib_fetches_a_large_message(server, secure, inbox):
    inbox.clear()
    large = b"Subject: large\r\n\r\n" + b".line\r\n" * 300_000
    inbox.add(large)
    client = _user(server, secure)
    assert _content(client.retr(1)[1]) == large
    client.quit()


# -- curl -------------------------------------------------------------------------------------

LOGIN_DENIED = 67


@pytest.fixture
def ca_file(tmp_path):
    file = tmp_path / "authority.pem"
    file.write_text(authority().pem)
    return file


@pytest.fixture
def curl(ca_file):
    """Let curl fetch with these options; its exit status, and what it printed."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("this machine has no curl")
    common = [program, "-q", "--silent", "--max-time", str(PATIENCE), "--cacert", str(ca_file)]

    def fetch(url, *options, user=f"{NAME}:{PASSWORD}"):
        done = subprocess.run(
            [*common, "--user", user, *options, url], check=False, capture_output=True
        )
        return done.returncode, done.stdout

    return fetch


@pytest.mark.parametrize(
    "options",
    [[], ["--ssl-reqd"], *(["--login-options", f"AUTH={way}"] for way in ("PLAIN", "+APOP"))],
)
def test_curl_fetches_a_message(server, curl, options):
    assert curl(f"pop3://{server.host}:{server.port}/1", *options) == (0, FIRST)
    assert server.wait_for_command("QUIT").ok
    assert not server.sins


def test_curl_fetches_over_implicit_tls(secure, curl):
    assert curl(f"pop3s://{secure.host}:{secure.port}/2") == (0, SECOND)


def test_curl_lists_and_deletes(server, curl, inbox):
    url = f"pop3://{server.host}:{server.port}/"
    assert curl(url) == (0, b"1 %d\r\n2 %d\r\n" % (len(FIRST), len(SECOND)))
    assert curl(url, "--request", "UIDL") == (0, b"1 1.1\r\n2 1.2\r\n")
    assert curl(f"{url}1", "--request", "DELE", "--head") == (0, b"")
    assert [message.content for message in inbox] == [SECOND]


def test_curl_is_told_of_a_wrong_login(server, curl):
    status, _ = curl(f"pop3://{server.host}:{server.port}/1", user=f"{NAME}:wrong")
    assert status == LOGIN_DENIED


# -- fetchmail --------------------------------------------------------------------------------

NO_MAIL = 1
AUTHENTICATION_FAILED = 3

BY_PASSWORD = "protocol POP3 auth password"
PLAINLY = 'sslproto ""'
BY_STLS = 'sslproto "TLS1.2+" sslcertck sslcommonname localhost'


@pytest.fixture
def fetchmail(tmp_path, ca_file):
    """Let fetchmail fetch with settings of server and user; its exit status, what it delivered."""
    program = shutil.which("fetchmail")
    if program is None:
        pytest.skip("this machine has no fetchmail (Debian: apt install fetchmail)")
    delivered = tmp_path / "delivered"

    def fetch(mock, server, user=PLAINLY, password=PASSWORD):
        delivered.write_bytes(b"")
        file = tmp_path / "fetchmailrc"
        file.write_text(
            f"poll {mock.host} service {mock.port} {server}"
            f' user "{NAME}" password "{password}" sslcertfile "{ca_file}" {user}'
            f' mda "cat >>{delivered}"\n'
        )
        file.chmod(0o600)
        command = [program, "--fetchmailrc", str(file), "--pidfile", str(tmp_path / "pid")]
        command += ["--timeout", str(int(PATIENCE)), "--nosyslog", "--invisible"]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C"},
        )
        return done.returncode, delivered.read_bytes()

    return fetch


@pytest.mark.parametrize(
    ("way", "settings"),
    [(BY_PASSWORD, PLAINLY), ("protocol APOP", PLAINLY), (BY_PASSWORD, BY_STLS)],
)
def test_fetchmail_fetches_and_deletes(server, fetchmail, inbox, way, settings):
    status, delivered = fetchmail(server, way, settings)
    assert status == 0
    for content in (FIRST, SECOND):
        assert content.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n") in delivered
    assert len(inbox) == 0
    assert ("STLS" in [command.verb for command in server.commands]) is (settings == BY_STLS)
    assert fetchmail(server, way, settings) == (NO_MAIL, b"")


def test_fetchmail_fetches_over_implicit_tls(secure, fetchmail):
    status, delivered = fetchmail(secure, BY_PASSWORD, "ssl sslcertck sslcommonname localhost")
    assert status == 0
    assert b"last line\n" in delivered


def test_fetchmail_keeps_what_it_is_told_to(server, fetchmail, inbox):
    status, _ = fetchmail(server, f"{BY_PASSWORD} uidl", f"{PLAINLY} keep")
    assert status == 0
    assert len(inbox) == 2
    assert "UIDL" in [command.verb for command in server.commands]
    assert fetchmail(server, f"{BY_PASSWORD} uidl", f"{PLAINLY} keep") == (NO_MAIL, b"")


def test_fetchmail_is_told_of_a_wrong_login(server, fetchmail):
    assert fetchmail(server, BY_PASSWORD, password="wrong") == (AUTHENTICATION_FAILED, b"")


# -- asyncio ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_asyncio_streams_speak_to_a_mock_whose_loop_is_another(server):
    reader, writer = await asyncio.open_connection(*server.address)

    async def say(line):
        writer.write(line.encode() + b"\r\n")
        return await reader.readline()

    assert (await reader.readline()).startswith(b"+OK ready")
    assert await say("STLS") == b"+OK begin TLS\r\n"
    await writer.start_tls(authority().client_context(), server_hostname="localhost")
    assert await say(f"USER {NAME}") == b"+OK and the password?\r\n"
    assert (await say(f"PASS {PASSWORD}")).startswith(b"+OK welcome, 2 ")
    assert await say("QUIT") == b"+OK bye, 0 deleted\r\n"
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
