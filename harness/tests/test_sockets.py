import asyncio
import errno
import http.client
import http.server
import re
import select
import socket
import socketserver
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from pathlib import Path
from socket import socket as imported_socket
from typing import Any

import pytest

from netharness import Internet, place
from netharness.letgo import ServerLetGo
from netmocks import tcp, udp
from netmocks.errors import UnexpectedTraffic
from netmocks.wire.authority import authority

Found = Callable[[], list[str]]
InThread = Callable[..., "Future[Any]"]
Open = Callable[..., socket.socket]

STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
V4, V6 = socket.AF_INET, socket.AF_INET6


@pytest.fixture
def opened(in_thread: object) -> Iterator[Open]:
    """Open a socket, a blocking one with a timeout; the test's end closes it."""
    with ExitStack() as stack:

        def open(family: int = V4, kind: int = STREAM) -> socket.socket:
            sock = stack.enter_context(socket.socket(family, kind))
            sock.settimeout(5)
            return sock

        yield open


@pytest.fixture
def echo_address(internet: Internet) -> tuple[str, int]:
    """The address of an echo service that lives at echo.example.com:7, of both transports."""
    internet.tcp("echo.example.com", 7, tcp.echo)
    internet.udp("echo.example.com", 7, udp.echo)
    return ("198.18.0.1", 7)


# -- ways out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["echo.example.com", "ECHO.example.com.", b"echo.example.com"])
def test_connect_reaches_a_mock_by_its_name(
    echo_address: tuple[str, int], opened: Open, host: Any
) -> None:
    client = opened()
    client.connect((host, 7))
    client.sendall(b"hello")
    assert client.recv(100) == b"hello"
    assert client.getpeername() == echo_address


def test_connect_reaches_a_mock_by_its_address(echo_address: tuple[str, int], opened: Open) -> None:
    client = opened()
    client.connect(echo_address)
    client.sendall(b"hello")
    assert client.recv(100) == b"hello"


def test_an_ipv6_socket_reaches_an_ipv4_mock_by_its_mapped_address(
    echo_address: tuple[str, int], opened: Open, ipv6: None
) -> None:
    client = opened(V6)
    client.connect((f"::ffff:{echo_address[0]}", 7))
    client.sendall(b"hello")
    assert client.recv(100) == b"hello"
    assert client.getpeername() == (f"::ffff:{echo_address[0]}", 7, 0, 0)


def test_a_mock_lives_at_a_pretended_ipv6_address(
    internet: Internet, opened: Open, ipv6: None
) -> None:
    internet.tcp("2001:db8::7", 7, tcp.echo)
    client = opened(V6)
    client.connect(("2001:db8:0::7", 7, 0, 0))
    client.sendall(b"hello")
    assert client.recv(100) == b"hello"
    assert client.getpeername() == ("2001:db8::7", 7, 0, 0)


def test_a_class_that_was_imported_before_is_routed(echo_address: tuple[str, int]) -> None:
    with imported_socket(V4, STREAM) as client:
        client.connect(("echo.example.com", 7))
        assert client.getpeername() == echo_address


def test_a_subclass_of_socket_is_routed(echo_address: tuple[str, int]) -> None:
    class Own(socket.socket):
        pass

    with Own(V4, STREAM) as client:
        client.connect(("echo.example.com", 7))
        assert client.getpeername() == echo_address


def test_connect_ex_returns_zero_or_the_error_s_number(
    internet: Internet, echo_address: tuple[str, int], opened: Open
) -> None:
    internet.refused("down.example.com", 80)
    assert opened().connect_ex(("echo.example.com", 7)) == 0
    assert opened().connect_ex(("down.example.com", 80)) == errno.ECONNREFUSED


def test_a_non_blocking_connect_reaches_the_mock(
    echo_address: tuple[str, int], opened: Open
) -> None:
    client = opened()
    client.setblocking(False)
    assert client.connect_ex(("echo.example.com", 7)) in (0, errno.EINPROGRESS)
    assert select.select([], [client], [], 5)[1] == [client]
    assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert client.getpeername() == echo_address


def test_create_connection_takes_a_pretended_source_address(
    internet: Internet, opened: Open
) -> None:
    server = opened()
    server.bind(("10.0.0.1", 3000))
    server.listen()
    with socket.create_connection(("10.0.0.1", 3000), 5, ("10.0.0.2", 4000)) as client:
        assert client.getsockname() == ("10.0.0.2", 4000)
        connection, peer = server.accept()
        with connection:
            assert peer == connection.getpeername() == ("10.0.0.2", 4000)


@pytest.mark.parametrize("host", ["echo.example.com", "198.18.0.1"])
def test_sendto_and_recvfrom_know_the_pretended_address(
    echo_address: tuple[str, int], opened: Open, host: str
) -> None:
    client = opened(V4, DGRAM)
    assert client.sendto(b"hello", (host, 7)) == 5
    assert client.recvfrom(100) == (b"hello", echo_address)
    assert client.sendto(b"again", 0, (host, 7)) == 5
    buffer = bytearray(100)
    assert client.recvfrom_into(buffer) == (5, echo_address)
    assert buffer[:5] == b"again"


@pytest.mark.skipif(not hasattr(socket.socket, "sendmsg"), reason="this system has no sendmsg")
def test_sendmsg_goes_by_its_address_or_its_connection(
    echo_address: tuple[str, int], opened: Open
) -> None:
    client = opened(V4, DGRAM)
    client.sendmsg([b"hel", b"lo"], [], 0, ("echo.example.com", 7))
    assert client.recvfrom(100) == (b"hello", echo_address)
    client.connect(("echo.example.com", 7))
    client.sendmsg([b"again"])
    assert client.recv(100) == b"again"


def test_a_connected_datagram_socket_has_the_pretended_peer(
    echo_address: tuple[str, int], opened: Open
) -> None:
    client = opened(V4, DGRAM)
    client.connect(("echo.example.com", 7))
    assert client.getpeername() == echo_address
    client.send(b"hello")
    assert client.recvfrom(100) == (b"hello", echo_address)


def test_datagrams_go_to_a_pretended_ipv6_address(
    internet: Internet, opened: Open, ipv6: None
) -> None:
    internet.udp("2001:db8::7", 7, udp.echo)
    client = opened(V6, DGRAM)
    client.sendto(b"hello", ("2001:db8::7", 7))
    assert client.recvfrom(100) == (b"hello", ("2001:db8::7", 7, 0, 0))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda sock: sock.connect("echo.example.com"), TypeError),
        (lambda sock: sock.connect(("echo.example.com",)), TypeError),
        (lambda sock: sock.connect(("echo.example.com", "7")), TypeError),
        (lambda sock: sock.connect((7, "echo.example.com")), TypeError),
        (lambda sock: sock.connect(("nobody.example.com", 65536)), OverflowError),
        (lambda sock: sock.connect_ex(("10.0.0.1", -1)), OverflowError),
        (lambda sock: sock.bind(("10.0.0.1", 65536)), OverflowError),
        (lambda sock: sock.bind(None), TypeError),
        (lambda sock: sock.sendto(b"hello"), TypeError),
        (lambda sock: sock.sendto(b"hello", 0, 0, ("10.0.0.1", 7)), TypeError),
        (lambda sock: sock.sendto("hello", ("echo.example.com", 7)), TypeError),
    ],
)
def test_bad_arguments_raise_what_they_always_raise(
    echo_address: tuple[str, int], opened: Open, call: Callable[..., Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(opened())


# -- where nobody lives ---------------------------------------------------------------------------


def _sendto(sock: socket.socket, address: Any) -> None:
    sock.sendto(b"hello", address)


def _connect_ex(sock: socket.socket, address: Any) -> None:
    if number := sock.connect_ex(address):
        raise OSError(number, "connect_ex said so")  # a subclass, by its number


TRIES: dict[str, tuple[int, Callable[[socket.socket, Any], None]]] = {
    "connect": (STREAM, lambda sock, address: sock.connect(address)),
    "connect_ex": (STREAM, _connect_ex),
    "connect of datagrams": (DGRAM, lambda sock, address: sock.connect(address)),
    "sendto": (DGRAM, _sendto),
    "sendmsg": (DGRAM, lambda sock, address: sock.sendmsg([b"hello"], [], 0, address)),
}


@pytest.mark.parametrize(("kind", "attempt"), TRIES.values(), ids=TRIES)
def test_an_unserved_address_is_refused_and_found_even_if_that_is_swallowed(
    internet: Internet,
    opened: Open,
    found: Found,
    kind: int,
    attempt: Callable[[socket.socket, Any], None],
) -> None:
    try:
        attempt(opened(V4, kind), ("10.40.122.215", 3000))
    except ConnectionRefusedError as error:
        assert error.errno == errno.ECONNREFUSED  # noqa: PT017  # swallowed, as careless code does
    (text,) = found()
    transport = "tcp" if kind == STREAM else "udp"
    assert text.startswith(f"nobody serves 10.40.122.215:3000/{transport}, tried at ")
    assert f"{Path(__file__).name}:" in text


def test_the_finding_names_the_place_the_neighbours_and_the_line_to_add(
    internet: Internet, opened: Open, found: Found
) -> None:
    internet.http("API.example.com")
    with pytest.raises(ConnectionRefusedError) as caught:
        opened().connect(("api.example.com", 8080))
    line = caught.traceback[0].lineno + 1
    (text,) = found()
    shown = re.search(r"tried at (\S+):(\d+) in (\w+)", text)
    assert shown
    assert Path(shown[1]).resolve() == Path(__file__)
    assert int(shown[2]) == line
    assert text == (
        f"nobody serves api.example.com:8080/tcp (198.18.0.1), {shown[0]}; api.example.com serves"
        " 80/tcp, 443/tcp\n"
        "To let somebody live there, write:\n"
        "    internet.tcp('api.example.com', 8080, behaviour)\n"
        "or, if it is meant to refuse:\n"
        "    internet.refused('api.example.com', 8080)"
    )
    assert str(caught.value) == f"[Errno {errno.ECONNREFUSED}] {text}"


@pytest.mark.parametrize(
    ("kind", "port", "line"),
    [
        (STREAM, 80, "internet.http('10.0.0.1')"),
        (STREAM, 443, "internet.http('10.0.0.1')"),
        (STREAM, 587, "internet.smtp('10.0.0.1')"),
        (STREAM, 3000, "internet.tcp('10.0.0.1', 3000, behaviour)"),
        (DGRAM, 53, "internet.udp('10.0.0.1', 53, behaviour)"),
    ],
)
def test_the_proposed_lines_make_the_attempt_work_or_no_finding(
    internet: Internet, opened: Open, found: Found, kind: int, port: int, line: str
) -> None:
    with pytest.raises(ConnectionRefusedError):
        opened(V4, kind).connect(("10.0.0.1", port))
    (text,) = found()
    serving, refusing = re.findall(r"^    (.*)$", text, re.MULTILINE)
    assert serving == line
    behaviour = tcp.echo if kind == STREAM else udp.echo
    with Internet() as other:
        eval(serving, {"internet": other, "behaviour": behaviour})
        opened(V4, kind).connect(("10.0.0.1", port))
    with Internet() as other:
        eval(refusing, {"internet": other})
        with pytest.raises(ConnectionRefusedError):
            opened(V4, kind).connect(("10.0.0.1", port))


def test_the_proposed_line_fits_what_lives_there_already(
    internet: Internet, opened: Open, found: Found
) -> None:
    internet.http("api.example.com", 80)
    with pytest.raises(ConnectionRefusedError):
        opened().connect(("api.example.com", 443))
    serving, _ = re.findall(r"^    (.*)$", found()[0], re.MULTILINE)
    eval(serving, {"internet": internet, "behaviour": tcp.echo})
    opened().connect(("api.example.com", 443))


def test_a_thread_s_attempt_is_found_with_its_place(
    internet: Internet, opened: Open, found: Found, in_thread: InThread
) -> None:
    def careless() -> None:
        try:
            opened().connect(("10.0.0.1", 80))
        except OSError:
            pass

    in_thread(careless).result(5)
    assert " in careless\n" in found()[0]


def test_a_refused_port_is_no_finding(internet: Internet, opened: Open, found: Found) -> None:
    internet.refused("down.example.com", 80)
    with pytest.raises(ConnectionRefusedError, match=r"down\.example\.com:80/tcp refuses"):
        opened().connect(("down.example.com", 80))
    assert found() == []
    with pytest.raises(ConnectionRefusedError):
        opened().connect(("down.example.com", 81))
    assert len(found()) == 1


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
def test_a_refused_host_refuses_what_nobody_serves_there(
    internet: Internet, opened: Open, found: Found, kind: int
) -> None:
    internet.refused("down.example.com")
    internet.tcp("down.example.com", 7, tcp.echo)
    internet.udp("down.example.com", 7, udp.echo)
    with pytest.raises(ConnectionRefusedError, match="refuses connections"):
        opened(V4, kind).connect(("down.example.com", 80))
    opened(V4, kind).connect(("down.example.com", 7))
    assert found() == []


def test_a_claimed_place_refuses_until_its_server_listens(
    internet: Internet, opened: Open, found: Found
) -> None:
    internet.host("127.0.0.1", 9999)
    with pytest.raises(ConnectionRefusedError, match=r"127\.0\.0\.1:9999/tcp refuses"):
        opened().connect(("127.0.0.1", 9999))
    assert found() == []


# -- loopback -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "", "0.0.0.0"])
def test_other_loopback_traffic_passes(
    internet: Internet, opened: Open, found: Found, host: str
) -> None:
    server = opened()
    server.bind(("127.0.0.1", 0))
    server.listen()
    address = server.getsockname()
    client = opened()
    client.connect((host, address[1]))
    assert client.getpeername() == address
    connection, peer = server.accept()
    with connection:
        assert peer == connection.getpeername() == client.getsockname()
        assert connection.getsockname() == address
    assert found() == []


def test_other_loopback_datagrams_pass(internet: Internet, opened: Open, found: Found) -> None:
    server, client = opened(V4, DGRAM), opened(V4, DGRAM)
    server.bind(("", 0))
    client.sendto(b"hello", ("localhost", server.getsockname()[1]))
    data, peer = server.recvfrom(100)
    server.sendto(data.upper(), peer)
    assert client.recvfrom(100) == (b"HELLO", ("127.0.0.1", server.getsockname()[1]))
    assert found() == []


def test_other_ipv6_loopback_traffic_passes(
    internet: Internet, opened: Open, found: Found, ipv6: None
) -> None:
    server = opened(V6)
    server.bind(("::1", 0))
    server.listen()
    client = opened(V6)
    client.connect(server.getsockname())
    assert client.getpeername() == server.getsockname()
    assert found() == []


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
def test_loopback_can_be_refused_too(opened: Open, kind: int) -> None:
    with socket.socket(V4, kind) as server:
        server.bind(("127.0.0.1", 0))
        if kind == STREAM:
            server.listen()
        host, port = server.getsockname()
        with Internet(loopback="refused") as internet:
            with pytest.raises(ConnectionRefusedError):
                opened(V4, kind).connect((host, port))
            transport = "tcp" if kind == STREAM else "udp"
            with pytest.raises(
                UnexpectedTraffic, match=rf"nobody serves (localhost|{host}):{port}/{transport}"
            ):
                internet.verify()
        opened(V4, kind).connect((host, port))


def test_where_loopback_is_refused_mocks_and_claimed_places_are_reached(opened: Open) -> None:
    with Internet(loopback="refused") as internet:
        internet.tcp("localhost", 7, tcp.echo)
        internet.tcp("echo.example.com", 7, tcp.echo)
        internet.host("127.0.0.1", 9999)
        server = opened()
        server.bind(("127.0.0.1", 9999))
        server.listen()
        for address in [("127.0.0.1", 7), ("echo.example.com", 7), ("localhost", 9999)]:
            opened().connect(address)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_unix_sockets_are_left_alone(internet: Internet, opened: Open, tmp_path: Path) -> None:
    path = str(tmp_path / "stream")
    server, client = opened(socket.AF_UNIX), opened(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    client.connect(path)
    assert client.getpeername() == path
    connection, _ = server.accept()
    with connection:
        assert connection.getsockname() == path
        client.sendall(b"hello")
        assert connection.recv(100) == b"hello"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_unix_datagrams_are_left_alone(internet: Internet, opened: Open, tmp_path: Path) -> None:
    here, there = opened(socket.AF_UNIX, DGRAM), opened(socket.AF_UNIX, DGRAM)
    here.bind(str(tmp_path / "here"))
    there.bind(str(tmp_path / "there"))
    here.sendto(b"hello", str(tmp_path / "there"))
    assert there.recvfrom(100) == (b"hello", str(tmp_path / "here"))


# -- servers under test ---------------------------------------------------------------------------

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


@pytest.mark.asyncio
async def test_asyncio_s_low_level_connect_is_routed(echo_address: tuple[str, int]) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        await loop.sock_connect(client, ("echo.example.com", 7))
        await loop.sock_sendall(client, b"hello")
        assert await loop.sock_recv(client, 100) == b"hello"
        assert client.getpeername() == echo_address


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


@pytest.mark.asyncio
async def test_an_asyncio_client_of_an_unserved_place_is_refused_and_found(
    internet: Internet, found: Found
) -> None:
    with pytest.raises(OSError, match="nobody serves"):
        await asyncio.open_connection("10.40.122.215", 3000)
    assert found()[0].startswith("nobody serves 10.40.122.215:3000/tcp, tried at ")


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


# -- threads --------------------------------------------------------------------------------------


def test_every_thread_is_routed(echo_address: tuple[str, int], in_thread: InThread) -> None:
    def talk(number: int) -> bytes:
        with socket.create_connection(("echo.example.com", 7), timeout=5) as client:
            assert client.getpeername() == echo_address
            client.sendall(b"%d" % number)
            return client.recv(100)

    futures = [in_thread(talk, number) for number in range(8)]
    assert [future.result(5) for future in futures] == [b"%d" % number for number in range(8)]


def test_a_place_is_shown_as_the_code_under_test_s(internet: Internet, found: Found) -> None:
    expected = place.here().partition(":")[0]
    with socket.socket() as client, pytest.raises(ConnectionRefusedError):
        client.connect(("10.0.0.1", 1))
    assert f"tried at {expected}:" in found()[0]
