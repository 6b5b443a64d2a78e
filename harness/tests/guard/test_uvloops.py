"""Event loops of uvloop, which no hook hears of."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from netharness.guard.attempt import Attempt
from netmocks.tcp import TCPMock, greet
from netmocks.udp import UDPMock, echo

uvloop = pytest.importorskip("uvloop", reason="uvloop is not made for this system")

from netharness.guard import uvloops  # noqa: E402  # which imports uvloop

FAR = ("192.0.2.1", 80)
NAME = "api.example.com"


@pytest.fixture(autouse=True)
def _judged(guarded: Callable[..., None]) -> Iterator[None]:
    """Guard the loops of uvloop, too."""
    was_installed = uvloops.PATCHES.is_installed
    if not was_installed:
        uvloops.PATCHES.install()
    guarded("on", "198.51.100.0/24")
    yield
    if not was_installed:
        uvloops.PATCHES.remove()


def run(act: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, Any]]) -> Any:
    """Run a coroutine on a loop of uvloop, for as long as an open route might take."""

    async def main() -> Any:
        async with asyncio.timeout(1):
            return await act(asyncio.get_running_loop())

    return uvloop.run(main())


ROUTES: dict[str, Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, Any]]] = {
    "connect to 192.0.2.1:80": lambda loop: loop.create_connection(asyncio.Protocol, *FAR),
    "connect to 192.0.2.1:81": lambda loop: loop.create_connection(
        asyncio.Protocol, host=b"192.0.2.1", port="81"
    ),
    "look up api.example.com:80": lambda loop: loop.create_connection(asyncio.Protocol, NAME, 80),
    "connect to 192.0.2.1:53": lambda loop: loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("192.0.2.1", 53)
    ),
    "look up api.example.com:443": lambda loop: loop.getaddrinfo(NAME, 443),
    "look up 192.0.2.1": lambda loop: loop.getnameinfo(FAR),
}


@pytest.mark.parametrize("said", ROUTES)
def test_nothing_leaves_by_it(attempts: Callable[[], list[Attempt]], said: str) -> None:
    with pytest.raises(OSError, match=f"the guard refused to {said}, tried at "):
        run(ROUTES[said])
    assert len(attempts()) == 1


def test_this_machine_and_what_is_allowed_are_open() -> None:
    async def use(loop: asyncio.AbstractEventLoop) -> bytes:
        reader, writer = await asyncio.open_connection(stream.host, stream.port)
        said = await reader.read()
        writer.close()
        for place in (datagrams.address, ("198.51.100.1", 9)):
            transport, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=place
            )
            transport.close()
        assert await loop.getaddrinfo("192.0.2.1", 80, flags=socket.AI_NUMERICHOST)
        flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
        assert await loop.getnameinfo(FAR, flags) == ("192.0.2.1", "80")
        return said

    with TCPMock(greet(b"hello")) as stream, UDPMock(echo) as datagrams:
        assert run(use) == b"hello"
