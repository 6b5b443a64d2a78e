import asyncio
import errno
import re
import select
import socket
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from socket import socket as imported_socket
from typing import Any

import pytest

from netharness import Internet, place
from netmocks import tcp, udp
from netmocks.errors import UnexpectedTraffic

Found = Callable[[], list[str]]
InThread = Callable[..., "Future[Any]"]
Open = Callable[..., socket.socket]

STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
V4, V6 = socket.AF_INET, socket.AF_INET6


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


@pytest.mark.asyncio
async def test_asyncio_s_low_level_connect_is_routed(echo_address: tuple[str, int]) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        await loop.sock_connect(client, ("echo.example.com", 7))
        await loop.sock_sendall(client, b"hello")
        assert await loop.sock_recv(client, 100) == b"hello"
        assert client.getpeername() == echo_address


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
        (DGRAM, 53, "internet.dns('10.0.0.1')"),
        (DGRAM, 123, "internet.udp('10.0.0.1', 123, behaviour)"),
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


@pytest.mark.asyncio
async def test_an_asyncio_client_of_an_unserved_place_is_refused_and_found(
    internet: Internet, found: Found
) -> None:
    with pytest.raises(OSError, match="nobody serves"):
        await asyncio.open_connection("10.40.122.215", 3000)
    assert found()[0].startswith("nobody serves 10.40.122.215:3000/tcp, tried at ")


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
