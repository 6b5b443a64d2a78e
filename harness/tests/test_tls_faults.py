"""Every fault of TLS at a real name, by the errors that real clients have for it.

None of them is told to trust anybody, or to speak any version: they come as they are.
"""

import asyncio
import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import aiohttp
import httpx
import pytest
import requests
import urllib3

from netharness import Internet
from netmocks.faults import tls
from netmocks.http import HTTPMock

HOST = "api.example.com"
URL = f"https://{HOST}/"
REQUEST = b"GET / HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n"

#: Seconds; nothing here takes as long.
PATIENCE = 5.0

#: Seconds after which a client gives up; some count from before it connects.
SOON = 0.5


# -- clients: each gets the page, within so many seconds ------------------------------------------


def by_ssl(timeout: float) -> str:
    context = ssl.create_default_context()
    with (
        socket.create_connection((HOST, 443), timeout=timeout) as raw,
        context.wrap_socket(raw, server_hostname=HOST) as client,
        client.makefile("rb") as answer,
    ):
        client.sendall(REQUEST)
        return answer.read().partition(b"\r\n\r\n")[2].decode()


def by_http_client(timeout: float) -> str:
    client = http.client.HTTPSConnection(HOST, timeout=timeout)
    try:
        client.request("GET", "/")
        return client.getresponse().read().decode()
    finally:
        client.close()


def by_urllib(timeout: float) -> str:
    with urllib.request.urlopen(URL, timeout=timeout) as response:
        return response.read().decode()


def by_urllib3(timeout: float) -> str:
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request("GET", URL, timeout=timeout).data.decode()


def by_requests(timeout: float) -> str:
    return requests.get(URL, timeout=timeout).text


def by_httpx(timeout: float) -> str:
    return httpx.get(URL, timeout=timeout).text


def by_async_httpx(timeout: float) -> str:
    async def get() -> str:
        async with httpx.AsyncClient(timeout=timeout) as client:
            return (await client.get(URL)).text

    return asyncio.run(get())


def by_aiohttp(timeout: float) -> str:
    async def get() -> str:
        limit = aiohttp.ClientTimeout(total=timeout)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(URL) as response:
            return await response.text()

    return asyncio.run(get())


def by_streams(timeout: float) -> str:
    async def get() -> str:
        opening = asyncio.open_connection(HOST, 443, ssl=True, ssl_handshake_timeout=timeout)
        reader, writer = await opening
        try:
            writer.write(REQUEST)
            return (await reader.read()).partition(b"\r\n\r\n")[2].decode()
        finally:
            writer.close()

    return asyncio.run(get())


class Client(NamedTuple):
    """A client, and the errors that it has."""

    get: Callable[[float], str]
    #: it does not trust the certificate
    untrusted: type[Exception]
    #: the handshake ends with an alert
    alert: type[Exception]
    #: the handshake breaks off
    cut: type[Exception]
    #: the handshake takes longer than its timeout
    late: type[Exception]
    #: it is told behind its handshake, maybe while it writes, that it is not let in
    not_let_in: type[Exception] | tuple[type[Exception], ...]


CLIENTS = {
    client.get.__name__.removeprefix("by_"): client
    for client in (
        Client(
            by_ssl,
            ssl.SSLCertVerificationError,
            ssl.SSLError,
            ssl.SSLError,
            TimeoutError,
            OSError,
        ),
        Client(
            by_http_client,
            ssl.SSLCertVerificationError,
            ssl.SSLError,
            ssl.SSLError,
            TimeoutError,
            OSError,
        ),
        Client(by_urllib, *[urllib.error.URLError] * 4, OSError),
        Client(
            by_urllib3,
            *[urllib3.exceptions.SSLError] * 3,
            urllib3.exceptions.ReadTimeoutError,
            urllib3.exceptions.HTTPError,
        ),
        Client(
            by_requests,
            *[requests.exceptions.SSLError] * 3,
            requests.exceptions.ReadTimeout,
            requests.exceptions.ConnectionError,
        ),
        Client(by_httpx, *[httpx.ConnectError] * 3, httpx.ConnectTimeout, httpx.TransportError),
        Client(
            by_async_httpx,
            *[httpx.ConnectError] * 3,
            httpx.ConnectTimeout,
            (httpx.TransportError, OSError),
        ),
        Client(
            by_aiohttp,
            aiohttp.ClientConnectorCertificateError,
            aiohttp.ClientConnectorSSLError,
            aiohttp.ClientConnectorError,
            TimeoutError,
            aiohttp.ClientError,
        ),
        Client(
            by_streams,
            ssl.SSLCertVerificationError,
            ssl.SSLError,
            ConnectionResetError,
            ConnectionAbortedError,
            OSError,
        ),
    )
}

#: The fault, and what every client's error says of it.
UNTRUSTED = [
    (tls.ExpiredCertificate(), "certificate has expired"),
    (tls.FutureCertificate(), "certificate is not yet valid"),
    (tls.SelfSignedCertificate(), "self-signed certificate"),
    (tls.UnknownAuthority(), "unable to get local issuer certificate"),
    (tls.MissingIntermediate(), "unable to get local issuer certificate"),
    (tls.WrongHostName(), "certificate is not valid for 'api.example.com'"),
]
ALERTS = [
    # Debian's Python would speak these versions, though not with their signatures.
    (tls.OldVersionsOnly(), "alert protocol version|legacy sigalg"),
    (tls.NoCommonCipher(), "handshake failure"),
]
MESSAGES = ["ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"]

every_client = pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)


def faults(table: list[tuple[tls.TLSFault, str]]) -> Any:
    """Take each fault of a table in turn."""
    names = [type(fault).__name__ for fault, _ in table]
    return pytest.mark.parametrize(("fault", "says"), table, ids=names)


@pytest.fixture
def api(internet: Internet) -> Iterator[HTTPMock]:
    """A web server at api.example.com."""
    api = internet.http(HOST)
    api.on("GET", "/").reply("hello")
    yield api
    assert by_http_client(PATIENCE) == "hello"  # whatever was broken, the next client is served


def told(error: BaseException | None) -> str:
    """Return all that an error says, and those that led to it."""
    said = []
    while error is not None:
        said.append(repr(error))
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@every_client
@faults(UNTRUSTED)
def test_a_client_does_not_trust_the_certificate(
    api: HTTPMock, client: Client, fault: tls.TLSFault, says: str
) -> None:
    with api.fault(fault), pytest.raises(client.untrusted) as raised:
        client.get(PATIENCE)
    assert says in told(raised.value)


@every_client
@faults(ALERTS)
def test_a_client_and_its_server_have_nothing_in_common(
    api: HTTPMock, client: Client, fault: tls.TLSFault, says: str
) -> None:
    with api.fault(fault), pytest.raises(client.alert) as raised:
        client.get(PATIENCE)
    assert re.search(says, told(raised.value), re.IGNORECASE)


@every_client
def test_a_client_has_to_show_a_certificate(api: HTTPMock, client: Client) -> None:
    demanding = api.fault(tls.ClientCertificateRequired())
    with demanding, pytest.raises(client.not_let_in) as raised:
        client.get(PATIENCE)
    # In TLS 1.3 the alert comes behind the handshake, and a reset may overtake it.
    says = "certificate.required|disconnected|reset|closed|broken pipe"
    assert re.search(says, told(raised.value), re.IGNORECASE)


@every_client
@pytest.mark.parametrize("before", MESSAGES)
def test_a_handshake_is_cut(api: HTTPMock, client: Client, before: tls.Message) -> None:
    with api.fault(tls.HandshakeCut(before)), pytest.raises(client.cut) as raised:
        client.get(PATIENCE)
    # The second is what Debian's Python says.
    says = r"EOF occurred|closed \(EOF\)|EndOfStream|ConnectionReset"
    assert re.search(says, told(raised.value))


@every_client
def test_a_handshake_that_stalls_runs_into_the_clients_own_timeout(
    api: HTTPMock, client: Client
) -> None:
    with api.fault(tls.HandshakeStall("Certificate")) as stall:
        with pytest.raises(client.late):
            client.get(SOON)
        stall.wait_until_struck()  # the client may have left before the mock heard it


@every_client
def test_an_answer_of_known_length_needs_no_goodbye(api: HTTPMock, client: Client) -> None:
    with api.fault(tls.NoCloseNotify()):
        assert client.get(PATIENCE) == "hello"


@every_client
def test_an_answer_that_an_attacker_ends_passes_for_a_whole_one(
    internet: Internet, client: Client
) -> None:
    async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhel")  # it ends where the connection does

    server = internet.tcp(HOST, 443, cut_off, tls=True)
    with server.fault(tls.NoCloseNotify()):
        assert client.get(PATIENCE) == "hel"
