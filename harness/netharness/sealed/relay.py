"""Relay: lets sealed programs reach a server of the code under test that is not in the seal."""

import asyncio
import contextlib
import socket
from typing import Any

from netharness.routing.table import Route
from netmocks.tcp import TCPMock
from netmocks.udp import Datagram, UDPMock
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.loop import shared

#: Bytes carried at once: no datagram has more.
CHUNK = 65536

#: Clients that are remembered, so that they get what a server of datagrams says later.
MOST = 256


def relay(endpoint: Endpoint, route: Route) -> "TCPMock | DatagramRelay":
    """Return a server, not started, that carries what is said between its clients and a route.

    Arguments:
        endpoint: where sealed programs find it.
        route: where its clients are led, by the switchboard.
    """
    return _streams(endpoint, route) if route.transport == "tcp" else DatagramRelay(endpoint, route)


def _streams(endpoint: Endpoint, route: Route) -> TCPMock:

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(route.address, route.port)
        except OSError:  # its server has gone: so has this connection
            writer.transport.abort()
            return
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
        there[1].close()

    return TCPMock(carry, name=f"relay to {route}", endpoints=[endpoint])


class DatagramRelay(UDPMock):
    """Carries datagrams to a route, and its answers back: each client has a socket of its own."""

    def __init__(self, endpoint: Endpoint, route: Route) -> None:
        super().__init__(self._carry, name=f"relay to {route}", endpoints=[endpoint])
        self._target = (route.address, route.port)
        self._sockets: dict[Any, socket.socket] = {}

    async def _carry(self, datagram: Datagram) -> None:
        sock = self._sockets.get(datagram.peer) or self._welcome(datagram.peer)
        with contextlib.suppress(OSError):  # its server has gone, and datagrams may be lost
            sock.send(datagram.data)

    def _welcome(self, peer: Any) -> socket.socket:
        if len(self._sockets) == MOST:
            self._forget(next(iter(self._sockets)))
        family = socket.AF_INET6 if ":" in self._target[0] else socket.AF_INET
        sock = self._sockets[peer] = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.connect(self._target)
        shared.current().add_reader(sock.fileno(), self._carry_back, sock, peer)
        return sock

    def _carry_back(self, sock: socket.socket, peer: Any) -> None:
        with contextlib.suppress(OSError):
            self.send(sock.recv(CHUNK), to=peer)

    def _forget(self, peer: Any) -> None:
        sock = self._sockets.pop(peer)
        shared.current().remove_reader(sock.fileno())
        sock.close()

    def stop(self) -> None:
        """Stop, and close the sockets of all clients."""
        if self.running:
            shared.call(self._forget_all)
        super().stop()

    def _forget_all(self) -> None:
        for peer in tuple(self._sockets):
            self._forget(peer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way, until their end, which is carried too."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()
    except ConnectionError:
        writer.transport.abort()
