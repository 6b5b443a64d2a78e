"""Every fault of TLS at POP3 and IMAP, by the errors that real clients have for it."""

import asyncio
import contextlib
import imaplib
import poplib
import shutil
import ssl
import subprocess

import aioimaplib
import imapclient
import pytest

from netmocks.faults import tls
from netmocks.mail import IMAPMock, POP3Mock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

CURL = shutil.which("curl")

#: What a client waits that is to give up. What comes before the fault has to be in time for it, on
#: a machine under load too.
SHORT = 1.0

NAME, PASSWORD = "me@example.com", "secret"

#: What these clients raise; curl's is an exit code.
ERRORS = (OSError, EOFError, poplib.error_proto, imaplib.IMAP4.error, imapclient.IMAPClient.Error)


def _context():
    return authority().client_context()


def stls_of_poplib(server, seconds):
    client = poplib.POP3(server.host, server.port, timeout=seconds)
    try:
        client.stls(context=_context())
        client.user(NAME)
        client.pass_(PASSWORD)
        client.quit()
    finally:
        with contextlib.suppress(OSError):  # a failed handshake has closed its socket
            client.close()


def tls_of_poplib(server, seconds):
    client = poplib.POP3_SSL.__new__(poplib.POP3_SSL)  # it leaves its socket open if that fails
    try:
        client.__init__(server.host, server.port, timeout=seconds, context=_context())
        client.user(NAME)
        client.pass_(PASSWORD)
        client.quit()
    finally:
        if hasattr(client, "sock"):
            client.close()


def starttls_of_imaplib(server, seconds):
    with _closed(imaplib.IMAP4(server.host, server.port, timeout=seconds)) as client:
        client.starttls(_context())
        client.login(NAME, PASSWORD)


def tls_of_imaplib(server, seconds):
    place = (server.host, server.port)
    with _closed(imaplib.IMAP4_SSL(*place, ssl_context=_context(), timeout=seconds)) as client:
        client.login(NAME, PASSWORD)


def starttls_of_imapclient(server, seconds):
    place = (server.host, server.port)
    with _closed(imapclient.IMAPClient(*place, ssl=False, timeout=seconds)) as client:
        client.starttls(_context())
        client.login(NAME, PASSWORD)


def tls_of_imapclient(server, seconds):
    place = (server.host, server.port)
    with _closed(imapclient.IMAPClient(*place, ssl_context=_context(), timeout=seconds)) as client:
        client.login(NAME, PASSWORD)


@contextlib.contextmanager
def _closed(client):
    try:
        yield client
        client.logout()
    finally:
        with contextlib.suppress(OSError):  # it has closed after LOGOUT
            client.shutdown()


PLAIN = {
    "stls of poplib": (POP3Mock, stls_of_poplib),
    "starttls of imaplib": (IMAPMock, starttls_of_imaplib),
    "starttls of imapclient": (IMAPMock, starttls_of_imapclient),
}
IMPLICIT = {
    "tls of poplib": (POP3Mock, tls_of_poplib),
    "tls of imaplib": (IMAPMock, tls_of_imaplib),
    "tls of imapclient": (IMAPMock, tls_of_imapclient),
}


@pytest.fixture(params=[*PLAIN, *IMPLICIT])
def pair(request):
    """A server, and a client that wants TLS of it in one of the two ways."""
    kind, client = {**PLAIN, **IMPLICIT}[request.param]
    with kind(accounts={NAME: PASSWORD}, tls=request.param in IMPLICIT) as server:
        yield server, client


def test_a_client_sees_it_and_the_next_is_served(pair, tls_fault):
    (server, client), (fault, says) = pair, tls_fault
    with server.fault(fault, connection=1), pytest.raises(ERRORS, match=says):
        client(server, PATIENCE)
    client(server, PATIENCE)


def test_a_handshake_that_stalls_runs_into_the_clients_own_timeout(pair):
    server, client = pair
    with server.fault(tls.HandshakeStall("Certificate")) as placed:
        with pytest.raises(OSError, match="timed out"):
            client(server, SHORT)
        placed.wait_until_struck()  # the client may have left before the mock heard it
    client(server, PATIENCE)


def test_aioimaplib_sees_a_certificate_that_has_expired():
    async def connect(server):
        place = (server.host, server.port)
        client = aioimaplib.IMAP4_SSL(*place, timeout=PATIENCE, ssl_context=_context())
        with pytest.raises(ssl.SSLError, match="certificate has expired"):
            await client.wait_hello_from_server()

    with IMAPMock(tls=True) as server, server.fault(tls.ExpiredCertificate()):
        asyncio.run(connect(server))


@pytest.mark.skipif(CURL is None, reason="curl is not installed (apt install curl)")
@pytest.mark.parametrize("kind", [POP3Mock, IMAPMock])
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (tls.ExpiredCertificate(), "certificate has expired"),
        (tls.UnknownAuthority(), "unable to get local issuer certificate"),
        (tls.WrongHostName(), "subject name"),
        (tls.HandshakeCut("Finished"), "SSL"),
    ],
    ids=repr,
)
def test_curl_sees_it(tmp_path, kind, implicit, fault, says):
    trusted = tmp_path / "ca.pem"
    trusted.write_text(authority().pem)
    with kind(tls=implicit) as server, server.fault(fault):
        scheme = f"{server.default_name}{'s' if implicit else ''}"
        done = subprocess.run(
            [
                *(CURL, "--silent", "--show-error", "--ssl-reqd", "--noproxy", "*"),
                *("--cacert", trusted, "--max-time", str(PATIENCE), "--user", "me:secret"),
                f"{scheme}://localhost:{server.port}/",
            ],
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
    assert done.returncode
    assert says in done.stderr
