"""Event loops of uvloop in an internet: led like asyncio's own."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from netharness import Internet
from netmocks.tcp import greet
from netmocks.udp import echo

uvloop = pytest.importorskip("uvloop", reason="uvloop is not made for this system")

Found = Callable[[], list[str]]


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a loop of uvloop, with a timeout that only bounds failure."""

    async def whole() -> Any:
        async with asyncio.timeout(5):
            return await main

    return uvloop.run(whole())


class Heard(asyncio.DatagramProtocol):
    """Keeps the first datagram that it gets."""

    def __init__(self) -> None:
        self.first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.first.set_result(data)


async def said_at(host: str, port: int, **named: Any) -> bytes:
    """Return all that a server says."""
    reader, writer = await asyncio.open_connection(host, port, **named)
    said = await reader.read()
    writer.close()
    return said


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("host", ["api.example.com", "10.1.2.3"])
def test_a_connection_is_led(internet: Internet, host: str, tls: bool) -> None:
    internet.tcp(host, 99, greet(b"hello"), tls=tls)
    assert run(said_at(host, 99, ssl=tls or None)) == b"hello"


def test_a_certificate_is_verified_for_the_name_that_was_asked_for(internet: Internet) -> None:
    internet.tcp("api.example.com", 99, greet(b"hello"), tls=True)
    internet.dns("10.0.0.53").on("A", "other.example.com").reply("198.18.0.1")
    import ssl

    with pytest.raises(ssl.SSLCertVerificationError, match=r"other\.example\.com"):
        run(said_at("other.example.com", 99, ssl=True))
    assert run(said_at("other.example.com", 99, ssl=True, server_hostname="api.example.com"))


def test_the_next_address_is_tried_when_one_refuses(internet: Internet) -> None:
    internet.tcp("10.1.2.3", 99, greet(b"hello"))
    internet.refused("10.1.2.2")
    internet.dns("10.0.0.53").on("A", "two.example.com").reply("10.1.2.2", "10.1.2.3")
    assert run(said_at("two.example.com", 99)) == b"hello"


def test_conditions_of_hosts_are_felt(internet: Internet) -> None:
    internet.refused("closed.example.com")
    internet.unreachable("far.example.com")
    internet.timeout("slow.example.com")
    internet.nxdomain("gone.example.com")
    for host, error in {
        "closed.example.com": ConnectionRefusedError,
        "far.example.com": OSError,
        "gone.example.com": socket.gaierror,
    }.items():
        with pytest.raises(error):
            run(said_at(host, 80))

    async def wait() -> None:
        async with asyncio.timeout(0.02):
            await said_at("slow.example.com", 80)

    with pytest.raises(TimeoutError):
        run(wait())


@pytest.mark.parametrize("host", ["nobody.example.com", "10.9.9.9"])
def test_a_place_that_nobody_serves_is_a_finding(
    internet: Internet, found: Found, host: str
) -> None:
    with pytest.raises(OSError, match="nobody"):
        run(said_at(host, 80))
    assert len(found()) == 1


def test_datagrams_of_a_connected_socket_are_led(internet: Internet) -> None:
    internet.udp("echo.example.com", 7, echo)

    async def main() -> bytes:
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            Heard, remote_addr=("echo.example.com", 7)
        )
        transport.sendto(b"hello")
        try:
            return await protocol.first
        finally:
            transport.close()

    assert run(main()) == b"hello"


def test_a_socket_of_the_caller_s_is_led(internet: Internet) -> None:
    internet.tcp("api.example.com", 99, greet(b"hello"))

    async def main() -> bytes:
        with socket.socket() as sock:
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(sock, ("api.example.com", 99))
            return await loop.sock_recv(sock, 100)

    assert run(main()) == b"hello"


def test_lookups_are_answered(internet: Internet) -> None:
    internet.tcp("api.example.com", 99)

    async def main() -> Any:
        loop = asyncio.get_running_loop()
        (*_, address), *_ = await loop.getaddrinfo("api.example.com", 99)
        return address, await loop.getnameinfo(address, socket.NI_NUMERICSERV)

    assert run(main()) == (("198.18.0.1", 99), ("api.example.com", "99"))


@pytest.mark.parametrize("host", ["server.example.com", "10.40.122.215"])
def test_a_server_is_found_by_its_clients(internet: Internet, host: str) -> None:
    async def serve(reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    internet.host("server.example.com", 3000)

    async def main() -> bytes:
        async with await asyncio.start_server(serve, host, 3000):
            internet.wait_until_listening(host, 3000, timeout=0)
            return await said_at(host, 3000)

    assert run(main()) == b"hello"


def test_a_server_of_datagrams_is_found_by_its_clients(internet: Internet) -> None:
    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        server, heard = await loop.create_datagram_endpoint(Heard, local_addr=("10.1.2.3", 9))
        client, _ = await loop.create_datagram_endpoint(Heard, remote_addr=("10.1.2.3", 9))
        client.sendto(b"hello")
        try:
            return await heard.first
        finally:
            server.close()
            client.close()

    assert run(main()) == b"hello"


def test_loopback_is_the_test_s_own_business(internet: Internet) -> None:
    async def serve(reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def main() -> bytes:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await said_at("localhost", port)

    assert run(main()) == b""


def test_all_is_restored(unchanged: None) -> None:
    before = dict(vars(uvloop.Loop))
    with Internet():
        assert dict(vars(uvloop.Loop)) != before
    assert dict(vars(uvloop.Loop)) == before


def test_a_child_is_led_too(internet: Internet) -> None:
    internet.tcp("api.example.com", 99, greet(b"hello"))
    code = """
import asyncio, uvloop
async def main():
    reader, writer = await asyncio.open_connection("api.example.com", 99)
    print(await reader.read())
    writer.close()
uvloop.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("b'hello'\n", "")
