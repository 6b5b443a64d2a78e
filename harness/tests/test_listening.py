import asyncio
import contextlib
import select
import selectors
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from netharness import Internet
from netharness.letgo import ServerLetGo
from netharness.routing import listening
from netmocks.wire.authority import authority

Found = Callable[[], list[str]]
InThread = Callable[..., "Future[Any]"]


def _accept_for_ever(sock: socket.socket) -> None:
    while True:
        connection, _ = sock.accept()
        with connection:
            connection.sendall(connection.recv(100))


def _receive_for_ever(sock: socket.socket) -> None:
    while True:
        data, peer = sock.recvfrom(100)
        sock.sendto(data, peer)


def _receive_into_for_ever(sock: socket.socket) -> None:
    buffer = bytearray(100)
    while True:
        size, peer = sock.recvfrom_into(buffer)
        sock.sendto(buffer[:size], peer)


SERVERS = {
    "accept": (socket.SOCK_STREAM, _accept_for_ever),
    "recvfrom": (socket.SOCK_DGRAM, _receive_for_ever),
    "recvfrom_into": (socket.SOCK_DGRAM, _receive_into_for_ever),
}


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def server(
    request: pytest.FixtureRequest, internet: Internet
) -> Iterator[tuple[socket.socket, Callable[[socket.socket], None]]]:
    """A bound socket, and a function that serves there for ever."""
    kind, serve = request.param
    # Nobody closes it but the internet's end: an unclosed socket would be a warning.
    sock = socket.socket(socket.AF_INET, kind)
    sock.bind(("10.0.0.1", 3000))
    if kind == socket.SOCK_STREAM:
        sock.listen()
    yield sock, serve
    assert sock.fileno() == -1


Server = tuple[socket.socket, Callable[[socket.socket], None]]


def _ask(kind: int) -> bytes:
    """Ask the server of the test for an echo."""
    with socket.socket(socket.AF_INET, kind) as client:
        client.settimeout(5)
        client.connect(("10.0.0.1", 3000))
        client.send(b"hello")
        return client.recv(100)


def test_a_server_that_waits_is_let_go(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    kind = sock.type
    serving = in_thread(serve, sock)
    assert _ask(kind) == b"hello"  # so it waits for the next, or is about to
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)
    assert internet.findings.all == ()


def test_a_server_that_waits_in_several_threads_is_let_go(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    threads = [in_thread(serve, sock) for _ in range(4)]
    assert _ask(sock.type) == b"hello"
    internet.stop()
    assert all(isinstance(thread.exception(5), ServerLetGo) for thread in threads)


def test_a_server_with_a_timeout_of_its_own_is_let_go(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    sock.settimeout(0.001)

    def patiently() -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                serve(sock)

    serving = in_thread(patiently)
    assert _ask(sock.type) == b"hello"
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)


def test_a_server_that_catches_every_exception_is_let_go(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    caught: list[Exception] = []

    def stubborn() -> None:
        while True:
            try:
                serve(sock)
            except Exception as error:  # as stubborn servers do
                caught.append(error)

    serving = in_thread(stubborn)
    assert _ask(sock.type) == b"hello"
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)
    assert caught == []


def test_a_server_that_is_busy_when_it_ends_is_let_go_when_it_comes_back(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    busy, go_on = threading.Event(), threading.Event()

    def work() -> None:
        busy.set()
        assert go_on.wait(5)
        serve(sock)

    serving = in_thread(work)
    assert busy.wait(5)
    internet.stop()
    assert not serving.done()
    go_on.set()
    assert isinstance(serving.exception(5), ServerLetGo)


def test_a_server_that_served_and_is_busy_when_it_ends_is_let_go(
    internet: Internet, in_thread: InThread
) -> None:
    busy, go_on = threading.Event(), threading.Event()
    server = socket.create_server(("10.0.0.1", 3000))

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            with connection:
                busy.set()
                assert go_on.wait(5)

    serving = in_thread(serve)
    with socket.create_connection(("10.0.0.1", 3000), timeout=5):
        assert busy.wait(5)
        internet.stop()
        go_on.set()
        assert isinstance(serving.exception(5), ServerLetGo)
    assert server.fileno() == -1


def test_a_tls_server_that_is_busy_when_it_ends_is_let_go(
    internet: Internet, in_thread: InThread
) -> None:
    busy, go_on = threading.Event(), threading.Event()
    plain = socket.create_server(("10.0.0.1", 443))
    server = authority().server_context("10.0.0.1").wrap_socket(plain, server_side=True)

    def serve() -> None:
        busy.set()
        assert go_on.wait(5)
        server.accept()

    serving = in_thread(serve)
    assert busy.wait(5)
    internet.stop()
    go_on.set()
    assert isinstance(serving.exception(5), ServerLetGo)
    assert server.fileno() == -1


def test_a_server_that_closes_behind_itself_is_let_go(
    internet: Internet, in_thread: InThread
) -> None:
    ready = threading.Event()

    def serve() -> None:
        with socket.create_server(("10.0.0.1", 3000)) as server:
            ready.set()
            server.accept()

    serving = in_thread(serve)
    assert ready.wait(5)
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)


def _serve_by_socketserver() -> None:
    socketserver.TCPServer(("10.0.0.1", 3000), socketserver.BaseRequestHandler).serve_forever()


def _serve_by_datagram_socketserver() -> None:
    socketserver.UDPServer(("10.0.0.1", 3000), socketserver.BaseRequestHandler).serve_forever()


def _serve_by_selector() -> None:
    with socket.create_server(("10.0.0.1", 3000)) as server, selectors.SelectSelector() as selector:
        server.setblocking(False)
        selector.register(server, selectors.EVENT_READ)
        while selector.select():
            server.accept()[0].close()


async def _close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _serve_by_asyncio() -> None:
    async def main() -> None:
        async with await asyncio.start_server(_close, "10.0.0.1", 3000) as server:
            await server.serve_forever()

    asyncio.run(main())


def _serve_by_asyncio_datagrams() -> None:
    async def main() -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("10.0.0.1", 3000)
        )
        try:
            await asyncio.Event().wait()
        finally:
            transport.close()

    asyncio.run(main())


SELECTING = {
    "socketserver": (socket.SOCK_STREAM, _serve_by_socketserver),
    "socketserver of datagrams": (socket.SOCK_DGRAM, _serve_by_datagram_socketserver),
    "selectors": (socket.SOCK_STREAM, _serve_by_selector),
    "asyncio": (socket.SOCK_STREAM, _serve_by_asyncio),
    "asyncio datagrams": (socket.SOCK_DGRAM, _serve_by_asyncio_datagrams),
}


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(("kind", "serve"), SELECTING.values(), ids=SELECTING)
def test_a_server_that_selects_is_let_go(
    internet: Internet, in_thread: InThread, kind: int, serve: Callable[[], None], asked: bool
) -> None:
    serving = in_thread(serve)
    internet.wait_until_listening("10.0.0.1", 3000)
    if asked:
        with socket.socket(socket.AF_INET, kind) as client:
            client.connect(("10.0.0.1", 3000))
            if kind == socket.SOCK_DGRAM:
                client.send(b"hello")
            else:  # asyncio would lose a connection that it has accepted and not yet begun to serve
                assert client.recv(1) == b""
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)


@pytest.mark.asyncio
async def test_a_server_in_the_test_s_own_loop_is_left_to_the_test(unchanged: None) -> None:
    async with Internet():
        server = await asyncio.start_server(_close, "10.0.0.1", 3000)
    # No knock waits at it, which would end the test's loop.
    assert select.select([server.sockets[0].fileno()], [], [], 0)[0] == []
    assert server.is_serving()
    server.close()
    await server.wait_closed()


def test_a_server_of_an_outer_internet_goes_on_when_the_inner_ends(
    internet: Internet, server: Server, in_thread: InThread
) -> None:
    sock, serve = server
    kind = sock.type
    serving = in_thread(serve, sock)
    with Internet():
        assert _ask(kind) == b"hello"
    assert _ask(kind) == b"hello"
    assert not serving.done()
    internet.stop()
    assert isinstance(serving.exception(5), ServerLetGo)


def test_a_server_on_unclaimed_loopback_is_the_test_s_own_business(unchanged: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with Internet():
            pass
        with socket.create_connection(server.getsockname(), timeout=5):
            server.accept()[0].close()


def test_a_socket_that_never_waited_stays_open(unchanged: None) -> None:
    with Internet():
        server = socket.create_server(("10.0.0.1", 3000))
    assert server.fileno() != -1
    server.close()


def test_a_server_that_can_t_be_let_go_is_a_finding(
    internet: Internet, found: Found, in_thread: InThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "GRACE", 0.01)
    monkeypatch.setattr(listening, "_wake", str)  # which wakes nobody
    with socket.create_server(("10.0.0.1", 3000)) as server:
        (route,) = internet.table.routes
        waiting = threading.Event()
        wait = listening.places.waiting

        @contextlib.contextmanager
        def noted(sock: socket.socket) -> Iterator[None]:
            with wait(sock):
                waiting.set()
                yield

        monkeypatch.setattr(listening.places, "waiting", noted)
        serving = in_thread(server.accept)
        assert waiting.wait(5)
        internet.stop()
        assert found() == ["the server at 10.0.0.1:3000/tcp can't be let go"]
        assert route.target
        with socket.create_connection(route.target, timeout=5):
            assert isinstance(serving.exception(5), ServerLetGo)
