"""ProxyMock over SOCKS5 (RFC 1928, RFC 1929), byte by byte; by PySocks, and by curl."""

import shutil
import socket
import subprocess

import pytest
import requests
import socks

from netmocks.proxy import Visit
from netmocks.tcp import TCPMock, echo

HELLO = b"\x05\x01\x00"
LOGIN_HELLO = b"\x05\x02\x00\x02"


def receive(client: socket.socket, size: int) -> bytes:
    """Receive exactly so many bytes, or fewer if the end comes first."""
    said = b""
    while len(said) < size and (more := client.recv(size - len(said))):
        said += more
    return said


def ask(kind: int, address: bytes, port: int, command: int = 1) -> bytes:
    return bytes([5, command, 0, kind]) + address + port.to_bytes(2, "big")


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        (1, bytes([127, 0, 0, 1]), "127.0.0.1"),
        (3, b"\x09localhost", "localhost"),
    ],
    ids=["IPv4", "name"],
)
@pytest.mark.parametrize("whole", [True, False], ids=["at once", "byte by byte"])
def test_a_client_is_led_to_what_it_names(proxy, connect, kind, address, shown, whole):
    with TCPMock(echo) as server:
        client = connect(proxy)
        said = HELLO + ask(kind, address, server.port) + b"hello"
        for piece in [said] if whole else [bytes([byte]) for byte in said]:
            client.sendall(piece)
        assert receive(client, 12) == b"\x05\x00" + b"\x05\x00\x00\x01" + bytes(6)
        assert receive(client, 5) == b"hello"
        assert proxy.visits[0] == Visit("SOCKS5", f"{shown}:{server.port}", "", "passed")


def test_a_login_is_demanded_and_taken(guarded, connect):
    with TCPMock(echo) as server:
        client = connect(guarded)
        client.sendall(LOGIN_HELLO + b"\x01\x02me\x06secret")
        assert receive(client, 4) == b"\x05\x02\x01\x00"
        client.sendall(ask(1, bytes([127, 0, 0, 1]), server.port))
        assert receive(client, 10)[:2] == b"\x05\x00"
    assert guarded.visits[0].user == "me"


@pytest.mark.parametrize(
    "login", [b"\x01\x02me\x05wrong", b"\x01\x00\x00", b"\x07\x02me\x06secret"]
)
def test_a_wrong_login_ends_the_dialogue(guarded, connect, login):
    client = connect(guarded)
    client.sendall(LOGIN_HELLO + login)
    assert receive(client, 5) == b"\x05\x02\x01\x01"
    assert guarded.visits[0].outcome == "refused"


def test_a_client_that_can_not_log_in_is_told(guarded, connect):
    client = connect(guarded)
    client.sendall(HELLO)
    assert receive(client, 3) == b"\x05\xff"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"\x05\x01\x00\x04\x01\x00\x01\x7f", b"\x05\x00"),  # a wrong version
        (HELLO + ask(9, b"\x00", 1), b"\x05\x00"),  # no such type of address
        (HELLO + ask(1, bytes(4), 1, command=2), b"\x05\x00\x05\x07"),  # BIND
        (HELLO + ask(3, b"\x0fwww.example.com", 80), b"\x05\x00\x05\x05"),  # not on loopback
    ],
)
def test_what_is_not_understood_or_reached_is_refused(proxy, connect, said, answer):
    client = connect(proxy)
    client.sendall(said)
    assert receive(client, 100)[: len(answer)] == answer


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
def test_curl_passes(proxy, origin, scheme):
    url = origin.url("/hello").replace("127.0.0.1", "localhost")
    place = f"{scheme}://{proxy.host}:{proxy.port}"
    command = ["curl", "--silent", "--show-error", "--noproxy", "", "--proxy", place, url]
    done = subprocess.run(command, capture_output=True, timeout=30, check=True)
    assert done.stdout == b"hello, "
    assert proxy.visits[0].outcome == "passed"


@pytest.mark.parametrize(("scheme", "shown"), [("socks5", "127.0.0.1"), ("socks5h", "localhost")])
def test_requests_passes_by_pysocks_and_asks_by_address_or_by_name(proxy, origin, scheme, shown):
    url = origin.url("/hello").replace("127.0.0.1", "localhost")
    place = f"{scheme}://{proxy.host}:{proxy.port}"
    with requests.Session() as session:
        session.proxies = {"http": place}
        assert [session.post(url, data=word).text for word in "ab"] == ["hello, a", "hello, b"]
    assert list(proxy.visits) == [Visit("SOCKS5", f"{shown}:{origin.port}", "", "passed")]


def test_pysocks_logs_in(guarded):
    with TCPMock(echo) as server, socks.socksocket() as client:
        client.settimeout(5)
        client.set_proxy(socks.SOCKS5, *guarded.address, username="me", password="secret")
        client.connect(server.address)
        client.sendall(b"hello")
        assert receive(client, 5) == b"hello"
    assert guarded.visits[0].user == "me"


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ({}, "methods were rejected"),
        ({"username": "me", "password": "wrong"}, "authentication failed"),
    ],
)
def test_pysocks_is_kept_out_without_the_login(guarded, login, why):
    with TCPMock(echo) as server, socks.socksocket() as client:
        client.settimeout(5)
        client.set_proxy(socks.SOCKS5, *guarded.address, **login)
        with pytest.raises(socks.GeneralProxyError, match=why):
            client.connect(server.address)
        assert len(server.journal) == 0


def test_pysocks_is_told_of_what_can_not_be_reached(proxy):
    with socks.socksocket() as client:
        client.settimeout(5)
        client.set_proxy(socks.SOCKS5, *proxy.address)
        with pytest.raises(socks.GeneralProxyError, match="Connection refused"):
            client.connect(("127.0.0.1", 1))
