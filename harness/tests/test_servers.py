import asyncio
import errno
import http.client
import http.server
import re
import socket
import socketserver
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from typing import Any

import pytest

from netharness import Internet
from netharness.letgo import ServerLetGo
from netmocks.wire.authority import authority

Found = Callable[[], list[str]]
InThread = Callable[..., "Future[Any]"]
Open = Callable[..., socket.socket]

STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
V4, V6 = socket.AF_INET, socket.AF_INET6


#: Where a server binds, the place to claim first (if any), and where its clients go.
PLACES: dict[str, tuple[str, str | None, str]] = {
    "an address that this machine lacks": ("10.40.122.215", None, "10.40.122.215"),
    "an IPv6 address that it lacks": ("2001:db8::7", None, "2001:db8::7"),
    "a claimed address": ("10.40.122.215", "10.40.122.215", "10.40.122.215"),
    "a claimed name": ("shop.example.com", "shop.example.com", "198.18.0.1"),
    "claimed loopback": ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    "claimed loopback, by name": ("localhost", "localhost", "127.0.0.1"),
    "claimed loopback, as a wildcard": ("", "localhost", "127.0.0.1"),
    "claimed loopback, as a spelt wildcard": ("0.0.0.0", "127.0.0.1", "127.0.0.1"),
    "claimed IPv6 loopback": ("::1", "::1", "::1"),
}


@pytest.fixture(params=PLACES.values(), ids=PLACES)
def server_place(
    request: pytest.FixtureRequest, internet: Internet
) -> tuple[int, tuple[str, int], tuple[Any, ...]]:
    """A place for a server: the family, where it binds, and how its address shows."""
    bound, claimed, shown = request.param
    if claimed:
        internet.host(claimed, 9999)
    if ":" in shown:
        request.getfixturevalue("ipv6")
        return V6, (bound, 9999), (shown, 9999, 0, 0)
    return V4, (bound, 9999), (shown, 9999)


def test_a_server_is_met_where_it_binds(
    internet: Internet, opened: Open, server_place: tuple[int, tuple[str, int], Any]
) -> None:
    family, bound, shown = server_place
    server, client = opened(family), opened(family)
    server.bind(bound)
    assert server.getsockname() == shown
    server.listen()
    client.connect(shown)
    assert client.getpeername() == shown
    connection, peer = server.accept()
    with connection:
        assert connection.getsockname() == shown
        assert peer == connection.getpeername() == client.getsockname()
        client.sendall(b"hello")
        assert connection.recv(100) == b"hello"


def test_a_datagram_server_is_met_where_it_binds(
    internet: Internet, opened: Open, server_place: tuple[int, tuple[str, int], Any]
) -> None:
    family, bound, shown = server_place
    server, client = opened(family, DGRAM), opened(family, DGRAM)
    server.bind(bound)
    assert server.getsockname() == shown
    client.sendto(b"hello", shown)
    data, peer = server.recvfrom(100)
    server.sendto(data.upper(), peer)
    assert client.recvfrom(100) == (b"HELLO", shown)


def test_an_ipv6_socket_bound_to_a_mapped_address_serves_ipv4_clients(
    internet: Internet, opened: Open, ipv6: None
) -> None:
    server, client = opened(V6), opened()
    server.bind(("::ffff:10.0.0.1", 3000))
    server.listen()
    client.connect(("10.0.0.1", 3000))
    connection, _ = server.accept()
    with connection:
        assert connection.getsockname() == ("::ffff:10.0.0.1", 3000, 0, 0)


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
def test_port_0_at_a_pretended_address_is_a_free_port(
    internet: Internet, opened: Open, kind: int
) -> None:
    first, second = opened(V4, kind), opened(V4, kind)
    first.bind(("10.0.0.1", 0))
    second.bind(("10.0.0.1", 0))
    host, port = first.getsockname()
    assert host == "10.0.0.1"
    assert port > 0
    assert second.getsockname()[1] != port
    if kind == STREAM:
        first.listen()
    client = opened(V4, kind)
    client.connect((host, port))
    assert client.getpeername() == (host, port)


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
@pytest.mark.parametrize("host", ["10.0.0.1", "127.0.0.1"])
def test_a_place_is_bound_once(internet: Internet, opened: Open, host: str, kind: int) -> None:
    if host == "127.0.0.1":
        internet.host(host, 3000)
    first, second = opened(V4, kind), opened(V4, kind)
    first.bind((host, 3000))
    with pytest.raises(OSError, match=rf"{re.escape(host)}:3000/\w+ is bound") as caught:
        second.bind((host, 3000))
    assert caught.value.errno == errno.EADDRINUSE
    first.close()
    second.bind((host, 3000))


def test_a_claimed_place_that_nobody_has_bound_says_so(internet: Internet, opened: Open) -> None:
    internet.host("shop.example.com", 80)
    with pytest.raises(ConnectionRefusedError, match="no server is bound to it; one that binds a"):
        opened().connect(("shop.example.com", 80))


def test_a_place_that_was_closed_refuses(internet: Internet, opened: Open, found: Found) -> None:
    server = opened()
    server.bind(("10.0.0.1", 3000))
    server.listen()
    server.close()
    with pytest.raises(ConnectionRefusedError):
        opened().connect(("10.0.0.1", 3000))
    assert found() == []


def test_streams_and_datagrams_of_one_port_are_two_places(internet: Internet, opened: Open) -> None:
    opened().bind(("10.0.0.1", 3000))
    opened(V4, DGRAM).bind(("10.0.0.1", 3000))
    opened().bind(("10.0.0.1", 3001))
    opened().bind(("10.0.0.2", 3000))


def test_a_place_where_a_mock_stands_can_t_be_bound(
    echo_address: tuple[str, int], opened: Open
) -> None:
    with pytest.raises(OSError, match=r"echo\.example\.com:7/tcp") as caught:
        opened().bind(echo_address)
    assert caught.value.errno == errno.EADDRINUSE


def test_a_claimed_loopback_port_is_apart_from_other_processes(
    internet: Internet, opened: Open
) -> None:
    stranger = opened()
    stranger.bind(("127.0.0.1", 0))
    stranger.listen()
    port = stranger.getsockname()[1]
    internet.host("127.0.0.1", port)
    server = opened()
    server.bind(("127.0.0.1", port))
    server.listen()
    client = opened()
    client.connect(("127.0.0.1", port))
    connection, peer = server.accept()
    with connection:
        assert peer == client.getsockname()


def test_create_server_listens_at_a_pretended_address(internet: Internet) -> None:
    with socket.create_server(("10.0.0.1", 3000)) as server:
        assert server.getsockname() == ("10.0.0.1", 3000)
        internet.wait_until_listening("10.0.0.1", 3000)


def test_wrapping_takes_a_place_along(
    internet: Internet, opened: Open, in_thread: InThread
) -> None:
    internet.host("shop.example.com", 443)
    plain = opened()
    plain.bind(("shop.example.com", 443))
    context = authority().server_context("shop.example.com")
    server = context.wrap_socket(plain, server_side=True)

    def serve() -> None:
        server.listen()
        while True:
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(100).upper())

    serving = in_thread(serve)
    internet.wait_until_listening("shop.example.com", 443)
    with pytest.raises(OSError, match="is bound") as caught:
        opened().bind(("shop.example.com", 443))
    assert caught.value.errno == errno.EADDRINUSE
    trusting = ssl.create_default_context()
    with (
        socket.create_connection(("shop.example.com", 443), timeout=5) as raw,
        trusting.wrap_socket(raw, server_hostname="shop.example.com") as client,
    ):
        assert client.getpeername() == ("198.18.0.1", 443)
        client.sendall(b"hello")
        assert client.recv(100) == b"HELLO"
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)


# -- asyncio --------------------------------------------------------------------------------------


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.read(100)).upper())
    writer.close()
    await writer.wait_closed()


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["10.40.122.215", "shop.example.com", "127.0.0.1", "localhost"])
async def test_asyncio_servers_and_clients_meet(internet: Internet, host: str) -> None:
    if host != "10.40.122.215":
        internet.host(host, 3000)
    server = await asyncio.start_server(_answer, host, 3000)
    async with server:
        address = (socket.gethostbyname(host), 3000)
        assert server.sockets[0].getsockname() == address
        internet.wait_until_listening(host, 3000)
        reader, writer = await asyncio.open_connection(host, 3000)
        assert writer.get_extra_info("peername") == address
        writer.write(b"hello")
        assert await reader.read() == b"HELLO"
        writer.close()
        await writer.wait_closed()


class _Uppercase(asyncio.DatagramProtocol):
    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(data.upper(), addr)


class _Heard(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.datagram: asyncio.Future[tuple[bytes, Any]] = asyncio.Future()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.datagram.set_result((data, addr))


@pytest.mark.asyncio
@pytest.mark.parametrize("connected", [True, False])
async def test_asyncio_s_datagram_endpoints_meet(internet: Internet, connected: bool) -> None:
    loop = asyncio.get_running_loop()
    address = ("10.40.122.215", 3000)
    server, _ = await loop.create_datagram_endpoint(_Uppercase, local_addr=address)
    client, heard = await loop.create_datagram_endpoint(
        _Heard, remote_addr=address if connected else None, family=V4
    )
    client.sendto(b"hello", None if connected else address)
    assert await asyncio.wait_for(heard.datagram, 5) == (b"HELLO", address)
    assert server.get_extra_info("sockname") == address
    server.close()
    client.close()


# -- servers of the standard library --------------------------------------------------------------


class _Stream(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(self.rfile.readline().upper())


class _Datagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        sock.sendto(data.upper(), self.client_address)


class _Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello, " + self.client_address[0].encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serving(in_thread: InThread) -> Iterator[Callable[[Any], None]]:
    """Let a `socketserver` serve until the test ends."""
    with ExitStack() as stack:

        def serve(server: socketserver.BaseServer) -> None:
            stack.enter_context(server)
            in_thread(server.serve_forever, 0.01)
            stack.callback(server.shutdown)

        yield serve


def test_a_socketserver_serves_at_a_pretended_address(
    internet: Internet, serving: Callable[[Any], None], opened: Open
) -> None:
    server = socketserver.TCPServer(("10.40.122.215", 3000), _Stream)
    assert server.server_address == ("10.40.122.215", 3000)
    serving(server)
    client = opened()
    client.connect(("10.40.122.215", 3000))
    client.sendall(b"hello\n")
    assert client.recv(100) == b"HELLO\n"


def test_a_datagram_socketserver_serves_at_a_pretended_address(
    internet: Internet, serving: Callable[[Any], None], opened: Open
) -> None:
    serving(socketserver.UDPServer(("10.40.122.215", 3000), _Datagram))
    client = opened(V4, DGRAM)
    client.sendto(b"hello", ("10.40.122.215", 3000))
    assert client.recvfrom(100) == (b"HELLO", ("10.40.122.215", 3000))


def test_an_http_server_serves_at_a_pretended_address(
    internet: Internet, serving: Callable[[Any], None]
) -> None:
    server = http.server.ThreadingHTTPServer(("10.40.122.215", 8000), _Hello)
    assert server.server_port == 8000
    serving(server)
    with urllib.request.urlopen("http://10.40.122.215:8000/", timeout=5) as response:
        assert response.read() == b"hello, 127.0.0.1"
    with closing(http.client.HTTPConnection("10.40.122.215", 8000, timeout=5)) as client:
        client.request("GET", "/")
        assert client.getresponse().status == 200
