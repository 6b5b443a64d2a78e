"""Every fault of TLS, by the errors that real clients have for it."""

import asyncio
import re
import ssl

import aiohttp
import httpx
import pytest
import requests

from netmocks.faults import tls
from netmocks.http import HTTPMock
from netmocks.wire.authority import authority


@pytest.fixture
def broken(tls_fault):
    """A web server whose TLS has a fault, and what the clients' errors have to say."""
    fault, says = tls_fault
    with HTTPMock(tls=True) as web:
        web.on("GET", "/", required=False).reply("hello")
        with web.fault(fault):
            yield web, says


@pytest.fixture
def trusted(tmp_path):
    """The file of our authority's certificate."""
    file = tmp_path / "ca.pem"
    file.write_text(authority().pem)
    return str(file)


def url(web):
    return f"https://localhost:{web.port}/"


def test_requests_sees_it(broken, trusted):
    web, says = broken
    with pytest.raises(requests.exceptions.ConnectionError, match=says):
        requests.get(url(web), verify=trusted, timeout=5)


def test_httpx_sees_it(broken):
    web, says = broken
    context = authority().client_context()
    with pytest.raises(httpx.TransportError, match=says):
        httpx.get(url(web), verify=context, timeout=5)


@pytest.mark.asyncio
async def test_aiohttp_sees_it(broken):
    web, says = broken
    connector = aiohttp.TCPConnector(ssl=authority().client_context())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientError) as raised:
            await asyncio.wait_for(session.get(url(web)), 5)
    assert re.search(says, str(raised.value) + repr(raised.value.__cause__))


@pytest.mark.parametrize("client", ["requests", "httpx"])
def test_a_handshake_that_stalls_runs_into_the_clients_own_timeout(client, trusted):
    with HTTPMock(tls=True) as web, web.fault(tls.HandshakeStall("Certificate")) as stall:
        if client == "requests":
            with pytest.raises(requests.exceptions.Timeout):
                requests.get(url(web), verify=trusted, timeout=0.05)
        else:
            context = authority().client_context()
            with pytest.raises(httpx.TimeoutException):
                httpx.get(url(web), verify=context, timeout=0.05)
        stall.wait_until_struck()  # the client may have left before the mock heard it


@pytest.mark.asyncio
async def test_a_handshake_that_stalls_runs_into_aiohttps_timeout():
    with HTTPMock(tls=True) as web, web.fault(tls.HandshakeStall("Certificate")) as stall:
        connector = aiohttp.TCPConnector(ssl=authority().client_context())
        timeout = aiohttp.ClientTimeout(total=1)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            with pytest.raises(TimeoutError):
                await session.get(url(web))
        await stall.wait_until_struck_async()


def test_an_answer_without_length_and_close_notify_can_not_be_told_from_an_attack(connect_tls):
    with HTTPMock(tls=True) as web, web.fault(tls.NoCloseNotify()):
        web.on("GET", "/").reply("hello", headers={"Connection": "close"})
        context = authority().client_context()
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        client = connect_tls(web, context=context)
        client.suppress_ragged_eofs = False
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello"):
            answer += client.recv(65536)
        with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
            client.recv(1)
