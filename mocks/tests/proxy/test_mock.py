"""ProxyMock over HTTP: tunnels, absolute form, logins; and what no client should say."""

import http.client
import socket
from base64 import b64encode

import pytest
import requests

from netmocks import MisuseError
from netmocks.http import HTTPMock
from netmocks.proxy import ProxyMock, Visit
from netmocks.proxy.head import HEAD_LIMIT
from netmocks.tcp import TCPMock, echo


def say(client: socket.socket, data: bytes) -> bytes:
    """Say something and return all that comes until the proxy closes."""
    client.sendall(data)
    return b"".join(iter(lambda: client.recv(65536), b""))


def through(proxy: ProxyMock, user: str = "") -> dict[str, str]:
    """Return the setting that leads requests through a proxy."""
    url = f"http://{user}{proxy.host}:{proxy.port}"
    return {"http": url, "https": url}


def test_a_request_in_absolute_form_reaches_the_origin_in_origin_form(proxy, origin):
    url = origin.url("/hello?a=1")
    answer = requests.post(url, data=b"Sam", proxies=through(proxy))
    assert answer.content == b"hello, Sam"
    assert origin.requests[0].target == "/hello?a=1"
    assert "Proxy-Connection" not in origin.requests[0].headers
    assert proxy.wait_for_visit() == Visit("POST", url, "", "passed")


def test_requests_one_after_the_other_all_pass(proxy, origin):
    with requests.Session() as session:
        session.proxies = through(proxy)
        for _ in range(3):
            assert session.get(origin.url("/hello")).content == b"hello, "
    assert [visit.outcome for visit in proxy.visits] == ["passed"] * 3


def test_a_tunnel_carries_bytes_both_ways_and_both_ends(proxy):
    with TCPMock(echo) as server:
        client = http.client.HTTPConnection(proxy.host, proxy.port)
        client.set_tunnel(server.host, server.port)
        client.connect()
        with client.sock as tunnel:
            tunnel.sendall(b"x" * 300_000)
            tunnel.shutdown(socket.SHUT_WR)
            assert sum(map(len, iter(lambda: tunnel.recv(65536), b""))) == 300_000
        place = f"{server.host}:{server.port}"
    assert str(proxy.wait_for_visit()) == f"CONNECT {place}: passed"


def test_what_the_client_does_not_wait_with_goes_through_the_tunnel(proxy, connect):
    with TCPMock(echo) as server:
        client = connect(proxy)
        client.sendall(f"CONNECT {server.host}:{server.port} HTTP/1.1\r\n\r\nhello".encode())
        said = b""
        while not said.endswith(b"hello"):
            said += client.recv(100)
        assert said == b"HTTP/1.1 200 Connection established\r\n\r\nhello"


def test_a_login_is_demanded_and_taken(guarded, origin):
    url = origin.url("/hello")
    refused = requests.get(url, proxies=through(guarded))
    assert refused.status_code == 407
    assert refused.headers["Proxy-Authenticate"] == 'Basic realm="proxy"'
    assert requests.get(url, proxies=through(guarded, "me:wrong@")).status_code == 407
    assert requests.get(url, proxies=through(guarded, "me:secret@")).content == b"hello, "
    assert [(visit.user, visit.outcome) for visit in guarded.visits] == [
        ("", "login demanded"),
        ("me", "login demanded"),
        ("me", "passed"),
    ]
    assert "Proxy-Authorization" not in origin.requests[0].headers


@pytest.mark.parametrize(
    "login",
    [
        "Bearer token",
        "Basic",
        "Basic !!!",
        f"Basic {b64encode(b'no colon').decode()}",
        "Basic /w==",
    ],
)
def test_a_login_that_is_none_is_refused(guarded, connect, login):
    head = f"CONNECT 127.0.0.1:1 HTTP/1.1\r\nProxy-Authorization: {login}\r\n\r\n".encode()
    assert say(connect(guarded), head).startswith(b"HTTP/1.1 407 ")


def test_only_loopback_is_reached_and_the_refusal_says_what_to_write(proxy):
    answer = requests.get("http://www.example.com/", proxies=through(proxy))
    assert answer.status_code == 502
    assert "internet.http('www.example.com')" in answer.text
    assert proxy.visits[0].outcome.startswith("unreachable: ")


def test_a_directory_decides_what_is_reached(origin):
    with ProxyMock(directory=lambda *_: (origin.host, origin.port)) as proxy:
        answer = requests.get("http://www.example.com/hello", proxies=through(proxy))
    assert answer.content == b"hello, "
    assert origin.requests[0].headers["Host"] == "www.example.com"


def test_an_origin_that_refuses_is_a_502(proxy, connect):
    with HTTPMock() as gone:
        port = gone.port
    said = say(connect(proxy), f"CONNECT localhost:{port} HTTP/1.1\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00",  # TLS to a proxy that speaks none
        b"\x04\x01\x00\x50",  # SOCKS4
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET https://www.example.com/ HTTP/1.1\r\n\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\n\r\n",
        b"CONNECT www.example.com HTTP/1.1\r\n\r\n",
        b"CONNECT www.example.com:99999 HTTP/1.1\r\n\r\n",
        b"CONNECT :80 HTTP/1.1\r\n\r\n",
        b"GET http://www.example.com/ HTTP/2\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET http://www.example.com/ HTTP/1.1\r\nno field\r\n\r\n",
        b"\r\n\r\n",
        b"G" * (HEAD_LIMIT + 1),
    ],
)
def test_what_is_no_request_to_a_proxy_gets_400_and_the_next_is_served(
    proxy, origin, connect, said
):
    assert say(connect(proxy), said).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert proxy.journal.wait_for(lambda entry: entry.kind == "error")
    assert requests.get(origin.url("/hello"), proxies=through(proxy)).content == b"hello, "


@pytest.mark.parametrize("said", [b"", b"CONN", b"\x05", b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n"])
def test_a_client_that_leaves_early_does_not_stop_the_next(proxy, origin, connect, entry, said):
    client = connect(proxy)
    client.sendall(said)
    client.close()
    proxy.journal.wait_for(entry("closed"))
    assert requests.get(origin.url("/hello"), proxies=through(proxy)).content == b"hello, "


def test_stopping_ends_open_tunnels(connect):
    with TCPMock(echo) as server, ProxyMock() as proxy:
        client = connect(proxy)
        client.sendall(f"CONNECT {server.host}:{server.port} HTTP/1.1\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        proxy.stop()
        assert client.recv(100) == b""
        server.journal.wait_for(lambda entry: entry.kind == "closed")


def test_accounts_that_are_no_mapping_are_refused():
    with pytest.raises(MisuseError, match=r"accounts=\{'me': 'secret'\}"):
        ProxyMock(accounts=["me"])


def test_a_tunnel_ends_once_both_sides_have_said_all(proxy, entry):
    async def greet(reader, writer):
        writer.write(b"ready")
        writer.write_eof()
        await reader.read()

    with TCPMock(greet) as destination, socket.create_connection(proxy.address) as client:
        client.settimeout(5)
        client.sendall(b"CONNECT %s:%d HTTP/1.1\r\n\r\n" % (b"127.0.0.1", destination.port))
        assert client.makefile("rb").read().endswith(b"\r\n\r\nready")
        client.shutdown(socket.SHUT_WR)
        proxy.journal.wait_for(entry("closed"))
