"""Pair: one address and port of both transports, as DNS has it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from netmocks.errors import MisuseError
from netmocks.faults import Placed
from netmocks.wire.datagram import Datagrams
from netmocks.wire.endpoint import Address, Endpoint
from netmocks.wire.listener import Listener
from netmocks.wire.site import Site

#: Ports tried until one is found that both transports have free.
TRIES = 32


class Pair:
    """A listener, and datagrams at the same place.

    Arguments:
        site: the mock that it belongs to.
        endpoint: where to stand.
        streams: makes the protocol that speaks on a connection.
        datagrams: makes the protocol that gets the datagrams.

    Raises:
        MisuseError: the endpoint can't be bound by both.
    """

    def __init__(
        self,
        site: Site,
        endpoint: Endpoint,
        streams: Callable[[], asyncio.BaseProtocol],
        datagrams: Callable[[], asyncio.DatagramProtocol],
    ) -> None:
        if endpoint.path is not None or endpoint.sock is not None:
            raise MisuseError(
                f"{site.name} stands at an address and port, with UDP and TCP: neither path= nor"
                " sock= can say both; leave them out"
            )
        for turn in range(TRIES):
            listener = Listener(site, endpoint, streams)
            place = replace(endpoint, port=int(listener.address[1]))
            try:
                self.datagrams = Datagrams(site, place, datagrams)
                break
            except MisuseError:
                listener.discard()
                if endpoint.port or turn == TRIES - 1:
                    raise
        self.listener = listener
        #: where clients find it
        self.address: Address = listener.address

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to serve; runs in the loop thread."""
        self.listener.start(loop)
        self.datagrams.start(loop)

    def place(self, placed: Placed) -> None:
        """Let a fault strike what is said from now on."""
        self.listener.place(placed)
        self.datagrams.place(placed)

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more."""
        self.listener.withdraw(placed)
        self.datagrams.withdraw(placed)

    def hear(self) -> bool:
        """Let the engines have what has come already; false if that is nothing."""
        heard = [self.datagrams.hear(), self.listener.hear()]
        return any(heard)

    def close_if_idle(self) -> bool:
        """Close everything if nobody is or comes here; tell whether that was so."""
        return self.datagrams.close_if_idle() and self.listener.close_if_idle()

    async def stop(self) -> None:
        """Close everything, once what came before is read."""
        await self.datagrams.stop()
        await self.listener.stop()

    def discard(self) -> None:
        """Close the sockets of an endpoint that was never started."""
        self.datagrams.discard()
        self.listener.discard()
