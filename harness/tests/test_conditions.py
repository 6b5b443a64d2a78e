"""Conditions of hosts by name: refused, unreachable, timeout; for every kind of client."""

import asyncio
import errno
import select
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future

import aiohttp
import httpx
import pytest
import requests

from netharness import Internet
from netharness.routing import abyss
from netmocks import MisuseError
from netmocks.tcp import greet

#: Seconds of a client's patience: what it waits for never comes, so any time is long enough.
SOON = 0.02

CODES = [errno.EHOSTUNREACH, errno.ENETUNREACH]


@pytest.fixture
def slow(internet: Internet) -> tuple[str, int]:
    """A place that never answers."""
    internet.timeout("slow.example.com")
    return ("slow.example.com", 80)


# -- unreachable ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["far.example.com", "10.9.9.9"])
@pytest.mark.parametrize("code", CODES)
def test_no_way_leads_to_an_unreachable_host(
    internet: Internet, opened: Callable[..., socket.socket], host: str, code: int
) -> None:
    internet.unreachable(host, code=code)
    with pytest.raises(OSError, match=f"{host}:80 is .* no route leads") as caught:
        opened().connect((host, 80))
    assert caught.value.errno == code
    assert opened().connect_ex((host, 80)) == code
    sender = opened(kind=socket.SOCK_DGRAM)
    with pytest.raises(OSError, match="no route leads") as caught:
        sender.sendto(b"hello", (host, 53))
    assert caught.value.errno == code


def test_a_route_is_a_way_though(internet: Internet, opened: Callable[..., socket.socket]) -> None:
    internet.unreachable("far.example.com")
    internet.tcp("far.example.com", 7, greet(b"hello"))
    client = opened()
    client.connect(("far.example.com", 7))
    assert client.recv(100) == b"hello"
    assert opened().connect_ex(("far.example.com", 8)) == errno.EHOSTUNREACH


def test_asyncio_is_told_too(internet: Internet) -> None:
    internet.unreachable("far.example.com")
    with pytest.raises(OSError, match="no route leads"):
        asyncio.run(asyncio.open_connection("far.example.com", 80))


@pytest.mark.parametrize("code", [errno.ECONNREFUSED, 0, None])
def test_other_codes_are_refused(internet: Internet, code: int) -> None:
    with pytest.raises(MisuseError, match=r"EHOSTUNREACH or errno\.ENETUNREACH"):
        internet.unreachable("far.example.com", code=code)


# -- timeout --------------------------------------------------------------------------------------


def test_a_blocking_client_waits_as_long_as_it_likes(slow: tuple[str, int]) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            socket.create_connection(slow, timeout=SOON)


def test_many_clients_wait_side_by_side(
    slow: tuple[str, int], opened: Callable[..., socket.socket]
) -> None:
    clients = [opened() for _ in range(50)]
    for client in clients:
        client.setblocking(False)
        assert client.connect_ex(slow) == errno.EINPROGRESS
    assert select.select([], clients, [], SOON) == ([], [], [])


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")
def test_who_polls_is_told_nothing(
    slow: tuple[str, int], opened: Callable[..., socket.socket]
) -> None:
    client = opened()
    client.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.connect(slow)
    poll = select.poll()
    poll.register(client, select.POLLIN | select.POLLOUT)
    assert poll.poll(SOON * 1000) == []


def test_asyncio_gives_up_when_it_is_told_to(slow: tuple[str, int]) -> None:
    async def main() -> None:
        async with asyncio.timeout(SOON):
            await asyncio.open_connection(*slow)

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_an_ipv6_socket_waits_too(
    slow: tuple[str, int], opened: Callable[..., socket.socket], ipv6: None
) -> None:
    client = opened(socket.AF_INET6)
    client.settimeout(SOON)
    with pytest.raises(TimeoutError):
        client.connect(slow)


def test_requests_and_httpx_tell_a_connect_timeout(slow: tuple[str, int]) -> None:
    with pytest.raises(requests.exceptions.ConnectTimeout):
        requests.get("http://slow.example.com/", timeout=(SOON, 5))
    with pytest.raises(httpx.ConnectTimeout):
        httpx.get("http://slow.example.com/", timeout=httpx.Timeout(5, connect=SOON))


def test_aiohttp_tells_a_connect_timeout(slow: tuple[str, int]) -> None:
    async def main() -> None:
        patience = aiohttp.ClientTimeout(sock_connect=SOON)
        async with aiohttp.ClientSession(timeout=patience) as session:
            await session.get("http://slow.example.com/")

    with pytest.raises(aiohttp.ConnectionTimeoutError):
        asyncio.run(main())


def test_datagrams_vanish(slow: tuple[str, int], opened: Callable[..., socket.socket]) -> None:
    sender = opened(kind=socket.SOCK_DGRAM)
    for _ in range(1000):
        assert sender.sendto(b"x" * 1000, slow) == 1000
    sender.settimeout(SOON)
    with pytest.raises(TimeoutError):
        sender.recv(100)


def test_one_port_can_be_silent_while_others_refuse(
    internet: Internet, opened: Callable[..., socket.socket]
) -> None:
    internet.refused("half.example.com")
    internet.timeout("half.example.com", 443)
    assert opened().connect_ex(("half.example.com", 80)) == errno.ECONNREFUSED
    with pytest.raises(TimeoutError):
        socket.create_connection(("half.example.com", 443), timeout=SOON)


def test_the_end_of_the_internet_ends_the_wait(
    in_thread: Callable[..., "Future[BaseException]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting = threading.Event()

    def note(self: abyss.Abyss, sock: socket.socket) -> None:
        swallow(self, sock)
        connecting.set()

    def client() -> BaseException:
        with socket.socket() as sock:  # without a timeout
            try:
                sock.connect(("slow.example.com", 80))
            except OSError as error:
                return error
        raise AssertionError("somebody answered")

    swallow = abyss.Abyss.swallow
    monkeypatch.setattr(abyss.Abyss, "swallow", note)
    with Internet() as internet:
        internet.timeout("slow.example.com")
        waiting = in_thread(client)
        assert connecting.wait(5)
    # Refused where its connect had not begun yet.
    assert isinstance(waiting.result(5), ConnectionResetError | ConnectionRefusedError)
    assert abyss.abysses == {}


def test_the_end_of_the_internet_is_told_at_once_to_who_selects(
    opened: Callable[..., socket.socket],
) -> None:
    client = opened()
    client.setblocking(False)
    with Internet() as internet:
        internet.timeout("slow.example.com")
        assert client.connect_ex(("slow.example.com", 80)) == errno.EINPROGRESS
        assert select.select([], [client], [], 0)[1] == []
    assert select.select([], [client], [], 0)[1] == [client]
    assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET


def test_a_system_that_takes_every_connection_is_misuse(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abyss, "FILLERS", 0)
    with pytest.raises(MisuseError, match=r"timeout\('slow.example.com'\): this system takes more"):
        internet.timeout("slow.example.com")
