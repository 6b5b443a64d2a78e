"""Datagrams: one bound UDP socket, standing between the event loop and the engine."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from netmocks.errors import MisuseError
from netmocks.faults import DatagramFault, Placed
from netmocks.transcript import address as shown
from netmocks.wire.endpoint import Address, Endpoint, address_of, vacate
from netmocks.wire.flight import FlightPath
from netmocks.wire.site import LAST_TURNS, Site
from netmocks.wire.stream import Buffer

#: Bytes that one datagram can hold: 65535 (RFC 768) less the headers of UDP and IPv4.
LARGEST = 65535 - 8 - 20

#: Bytes read at once: more than a datagram of any kind has.
READ_SIZE = 65536

#: Datagrams read at one turn of the loop, so that a flood can't starve the others.
READ_AT_ONCE = 64


class Datagrams(asyncio.DatagramTransport):
    """One endpoint of a datagram mock; to the engine it is the transport.

    A peer counts as a connection of the mock, opened when it was first heard of.

    Arguments:
        site: the mock that it belongs to.
        endpoint: where to bind.
        engine: makes the protocol that gets the datagrams.

    Raises:
        MisuseError: the endpoint can't be bound.
    """

    def __init__(
        self, site: Site, endpoint: Endpoint, engine: Callable[[], asyncio.DatagramProtocol]
    ) -> None:
        super().__init__()
        self.site = site
        self._engine = engine()
        self._socket = endpoint.bind(socket.SOCK_DGRAM)
        #: where clients find it
        self.address: Address = address_of(self._socket)
        self._loop: asyncio.AbstractEventLoop
        self._peers: dict[Any, int] = {}
        self._pending: deque[tuple[bytes, Any]] = deque()
        self._closed = False
        # Where faults are placed: datagrams pass them first.
        self._inward: FlightPath | None = None
        self._outward: FlightPath | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to read; runs in the loop thread."""
        self._loop = loop
        self._engine.connection_made(self)
        for placed in self.site.plan:
            self.place(placed)
        loop.add_reader(self._socket.fileno(), self.hear)

    def hear(self) -> bool:
        """Let the engine have what has come already; true if there may be more."""
        for _ in range(READ_AT_ONCE):
            if self._closed:
                return False
            try:
                data, peer = self._socket.recvfrom(READ_SIZE)
            except (BlockingIOError, InterruptedError):
                return False
            except OSError as error:  # an ICMP error for something sent earlier
                self._fail(error, "receive")
                return False
            if self._inward is None:
                self._deliver(data, peer)
            else:
                self._inward.send(data, peer)
        return True

    def _deliver(self, data: bytes, peer: Any) -> None:
        """Hand one datagram to the engine."""
        self._note("received", "in", data, peer)
        try:
            self._engine.datagram_received(data, peer)
        except BaseException as error:  # pytest.fail() or sys.exit() must not end the loop
            self.report(error, peer)

    def _fail(self, error: OSError, verb: str, peer: Any = None) -> None:
        self.site.journal.write(
            self.site.name,
            "error",
            connection=self._peers.get(peer, 0),
            value=f"can't {verb}: {error}",
        )
        self._engine.error_received(error)

    def report(self, error: BaseException, peer: Any) -> None:
        """Keep an exception of the test's own code as a finding."""
        self.site.report(error, self.number_of(peer))

    def _note(self, kind: Any, direction: Any, data: bytes, peer: Any) -> None:
        self.site.journal.write(
            self.site.name,
            kind,
            connection=self.number_of(peer),
            direction=direction,
            data=data,
            value=peer,
        )

    def number_of(self, peer: Any) -> int:
        """Return the peer's ordinal, the next one for a new peer."""
        number = self._peers.get(peer)
        if number is None:
            number = self._peers[peer] = next(self.site.ordinals)
        return number

    @property
    def peers(self) -> list[Any]:
        """The addresses of the peers seen so far, in order."""
        return list(self._peers)

    def sendto(self, data: Buffer, addr: Any = None) -> None:
        """Send one datagram.

        Raises:
            MisuseError: no peer given, or more bytes than a datagram holds.
        """
        if addr is None:
            raise MisuseError("sendto without a peer: say to whom, mock.send(data, to=peer)")
        sent = bytes(data)
        if len(sent) > LARGEST:
            raise MisuseError(
                f"{len(sent)} bytes to {shown(addr)}: one datagram holds at most {LARGEST}"
            )
        if self._closed:
            return
        if self._outward is None:
            self._send(sent, addr)
        else:
            self._outward.send(sent, addr)

    def _send(self, sent: bytes, addr: Any) -> None:
        self._note("sent", "out", sent, addr)
        self._pending.append((sent, addr))
        if len(self._pending) == 1:
            self._flush()

    def _flush(self) -> None:
        while self._pending:
            data, peer = self._pending[0]
            try:
                self._socket.sendto(data, peer)
            except BlockingIOError:
                self._loop.add_writer(self._socket.fileno(), self._flush)
                return
            except OSError as error:
                self._fail(error, "send", peer)
            self._pending.popleft()
        self._loop.remove_writer(self._socket.fileno())

    def place(self, placed: Placed) -> None:
        """Let a fault strike what is said from now on."""
        if not isinstance(placed.fault, DatagramFault):
            return
        if placed.direction == "in":
            if self._inward is None:
                self._inward = FlightPath(self.site, "in", self.number_of, self._deliver)
            self._inward.add(placed, placed.fault)
        else:
            if self._outward is None:
                self._outward = FlightPath(self.site, "out", self.number_of, self._send)
            self._outward.add(placed, placed.fault)

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more."""
        for path in (self._inward, self._outward):
            if path is not None:
                path.withdraw(placed)

    def close(self) -> None:
        """Close the socket; what is pending is lost, as datagrams may be."""
        if not self._closed:
            self._closed = True
            for path in (self._inward, self._outward):
                if path is not None:
                    path.close()
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            vacate(self._socket)
            self._engine.connection_lost(None)

    def abort(self) -> None:
        self.close()

    def close_if_idle(self) -> bool:
        """Close once what came before is read, as nobody has to be waited for; true."""
        for _ in range(LAST_TURNS):
            if not self.hear():
                break
        self.close()
        return True

    async def stop(self) -> None:
        """Close, as a listener does."""
        self.close_if_idle()

    def discard(self) -> None:
        """Close the socket of an endpoint that was never started."""
        vacate(self._socket)

    def is_closing(self) -> bool:
        return self._closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        match name:
            case "sockname":
                return self.address
            case "socket":
                return self._socket
            case _:
                return default
