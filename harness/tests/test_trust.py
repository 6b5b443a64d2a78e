import asyncio
import gc
import socket
import ssl
import urllib.request
import weakref
from collections.abc import Callable

import aiohttp
import httpx
import pytest
import requests
import urllib3

from netharness import Internet
from netmocks.http import HTTPMock
from netmocks.wire.authority import authority

#: Contexts that clients made before there was any internet; aiohttp makes its own at import.
MADE_BEFORE = ssl.create_default_context()
SESSION_MADE_BEFORE = urllib3.PoolManager()

URL = "https://api.example.com/"


@pytest.fixture
def api(internet: Internet) -> HTTPMock:
    """A web server at api.example.com that says hello."""
    api = internet.http("api.example.com")
    api.on("GET", "/", required=False).reply("hello")
    return api


def _handshake(context: ssl.SSLContext, host: str, *, server_hostname: str | None = None) -> None:
    """Meet a host on 443, in blocking mode."""
    with (
        socket.create_connection((host, 443), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=server_hostname or host),
    ):
        pass


def _authorities(context: ssl.SSLContext) -> set[bytes]:
    return set(context.get_ca_certs(binary_form=True))


OURS = ssl.PEM_cert_to_DER_cert(authority().pem)


CONTEXTS: dict[str, Callable[[], ssl.SSLContext]] = {
    "a new default context": ssl.create_default_context,
    "one made before the internet": lambda: MADE_BEFORE,
    "one that trusts nobody yet": lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
}


@pytest.mark.parametrize("make", CONTEXTS.values(), ids=CONTEXTS)
def test_a_context_that_verifies_trusts_the_authority(
    api: HTTPMock, make: Callable[[], ssl.SSLContext]
) -> None:
    context = make()
    _handshake(context, "api.example.com")
    assert OURS in _authorities(context)


@pytest.mark.asyncio
async def test_asyncio_trusts_the_authority(api: HTTPMock) -> None:
    for context in (True, MADE_BEFORE, ssl.create_default_context()):
        _, writer = await asyncio.open_connection("api.example.com", 443, ssl=context)
        assert writer.get_extra_info("ssl_object").version().startswith("TLS")
        writer.close()
        await writer.wait_closed()


def test_clients_of_the_standard_library_trust_the_authority(api: HTTPMock) -> None:
    with urllib.request.urlopen(URL, timeout=5) as response:
        assert response.read() == b"hello"


def test_requests_trusts_the_authority(api: HTTPMock) -> None:
    assert requests.get(URL, timeout=5).text == "hello"


def test_httpx_trusts_the_authority(api: HTTPMock) -> None:
    assert httpx.get(URL, timeout=5).text == "hello"


def test_urllib3_trusts_the_authority(api: HTTPMock) -> None:
    for pool in (SESSION_MADE_BEFORE, urllib3.PoolManager()):
        assert pool.request("GET", URL, timeout=5).data == b"hello"
        pool.clear()


@pytest.mark.asyncio
async def test_aiohttp_trusts_the_authority_by_the_context_of_its_import(api: HTTPMock) -> None:
    async with aiohttp.ClientSession() as session, session.get(URL) as response:
        assert await response.text() == "hello"


WRONG = "certificate is not valid for 'wrong.example.com'"


@pytest.fixture
def impostor(internet: Internet, api: HTTPMock) -> None:
    """wrong.example.com, whose port 443 shows the certificate of api.example.com."""
    route = internet.table.find("tcp", "198.18.0.1", 443)
    assert route
    internet.table.add("tcp", "wrong.example.com", 443, route.target)


def test_a_wrong_host_name_fails_verification(impostor: None) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=WRONG):
        _handshake(ssl.create_default_context(), "wrong.example.com")
    with pytest.raises(ssl.SSLCertVerificationError, match=WRONG):
        _handshake(MADE_BEFORE, "api.example.com", server_hostname="wrong.example.com")


def test_a_wrong_host_name_fails_in_every_client(impostor: None) -> None:
    with pytest.raises(requests.exceptions.SSLError, match=WRONG):
        requests.get("https://wrong.example.com/", timeout=5)
    with pytest.raises(httpx.ConnectError, match=WRONG):
        httpx.get("https://wrong.example.com/", timeout=5)


@pytest.mark.asyncio
async def test_a_wrong_host_name_fails_in_async_clients(impostor: None) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=WRONG):
        await asyncio.open_connection("wrong.example.com", 443, ssl=True)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError, match=WRONG):
            await session.get("https://wrong.example.com/")


def test_a_context_that_verifies_nobody_is_left_alone(api: HTTPMock) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _handshake(context, "api.example.com", server_hostname="whoever.example.com")
    assert context.verify_mode == ssl.CERT_NONE
    assert not context.check_hostname
    assert _authorities(context) == set()


def test_a_context_that_begins_to_verify_later_trusts_from_then_on(api: HTTPMock) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _handshake(context, "api.example.com")
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    _handshake(context, "api.example.com")


def test_a_server_s_context_is_left_alone(internet: Internet) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    with (
        socket.create_server(("10.0.0.1", 443)) as server,
        context.wrap_socket(server, server_side=True),
    ):
        pass
    assert _authorities(context) == set()


def test_a_context_made_while_no_internet_is_up_is_taught_nothing() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with socket.socket() as raw, context.wrap_socket(raw, server_hostname="api.example.com"):
        pass
    assert _authorities(context) == set()


def test_what_a_context_trusted_before_it_trusts_on(api: HTTPMock) -> None:
    context = ssl.create_default_context()
    before = _authorities(context)
    _handshake(context, "api.example.com")
    assert _authorities(context) == before | {OURS}


def test_a_context_is_not_kept_alive(api: HTTPMock) -> None:
    context = ssl.create_default_context()
    _handshake(context, "api.example.com")
    gone = weakref.ref(context)
    del context
    gc.collect()
    assert gone() is None
