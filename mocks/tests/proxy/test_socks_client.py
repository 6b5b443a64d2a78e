"""ProxyMock over SOCKS5 (RFC 1928, RFC 1929), byte by byte; and by curl where it is installed."""

import shutil
import socket
import subprocess

import pytest

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
