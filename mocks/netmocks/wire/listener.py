"""Listener: a bound socket that accepts connections and makes each a stream."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from netmocks.faults import Placed, Refuse, SlowAccept
from netmocks.wire.carrier import Carrier
from netmocks.wire.endpoint import (
    BACKLOG,
    Address,
    Endpoint,
    address_of,
    refusing,
    vacate,
)
from netmocks.wire.site import LAST_TURNS, Site
from netmocks.wire.stream import Stream

#: Connections accepted at one turn of the loop, so that a burst can't starve the others.
ACCEPTED_AT_ONCE = 64

#: Seconds until it tries to accept again, when the system had nothing left to accept with.
ACCEPT_AGAIN = 0.1


class Listener:
    """One endpoint of a stream mock.

    The socket is bound and listens when the constructor returns: a client that connects before
    `start` waits in the backlog and is served, so there is no race.

    Arguments:
        site: the mock that it belongs to.
        endpoint: where to listen.
        engine: makes the protocol that speaks on a connection.
        tls: makes the server context, once a client comes, where clients speak TLS from the
            first byte.

    Raises:
        MisuseError: the endpoint can't be bound.
    """

    def __init__(
        self,
        site: Site,
        endpoint: Endpoint,
        engine: Callable[[], asyncio.BaseProtocol],
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self.site = site
        self._engine = engine
        self._tls = tls
        self._socket = endpoint.bind(socket.SOCK_STREAM)
        #: where clients find it: (host, port), or a path
        self.address: Address = address_of(self._socket)
        self._is_local = isinstance(self.address, str)  # on a Unix socket
        self._loop: asyncio.AbstractEventLoop
        self._streams: set[Stream] = set()
        self._arriving: set[asyncio.Task[object]] = set()
        self._held: set[asyncio.Task[object]] = set()
        self._is_refusing = False
        self._emptied: asyncio.Event | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to accept; runs in the loop thread."""
        self._loop = loop
        self._attend()
        for placed in self.site.plan:
            self.place(placed)

    def _attend(self) -> None:
        # It is closed when the listener stopped while it paused.
        if self._socket.fileno() != -1 and not self._is_refusing:
            self._loop.add_reader(self._socket.fileno(), self._accept)

    def _accept(self) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            if self._is_refusing:  # since who was just served wanted it so, perhaps
                return
            try:
                sock, peer = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # out of descriptors: say so, and serve when some are free
                self.site.journal.write(self.site.name, "error", value=f"can't accept: {error}")
                self._loop.remove_reader(self._socket.fileno())
                self._loop.call_later(ACCEPT_AGAIN, self._attend)
                return
            sock.setblocking(False)
            if not self._is_local:
                try:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                except OSError:
                    pass  # macOS, where the client has left: reading tells
            self._welcome(sock, peer)

    def _welcome(self, sock: socket.socket, peer: object) -> None:
        try:
            stream = Stream(self.site, self._engine, self._made, self._lost, self._tls)
        except Exception as error:  # there can be no certificate for such names
            sock.close()
            self.site.report(error, 0)
            return
        if not any(isinstance(placed.fault, SlowAccept) for placed in self.site.plan):
            self._carry(sock, peer, stream)
            return
        task = self._loop.create_task(self._hold_up(sock, peer, stream))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _hold_up(self, sock: socket.socket, peer: object, stream: Stream) -> None:
        if await self._is_attended(stream.number):
            self._carry(sock, peer, stream)
        else:
            sock.close()

    def _carry(self, sock: socket.socket, peer: object, stream: Stream) -> None:
        try:
            Carrier(sock, peer, stream)
        except Exception as error:  # a fault of the test's own is broken
            stream.report(error)

    async def _is_attended(self, number: int) -> bool:
        """Hold a connection up as its faults say; false where the mock stops meanwhile."""
        for placed in tuple(self.site.plan):
            fault = placed.fault
            if isinstance(fault, SlowAccept) and placed.concerns(number) and placed.claim():
                self.site.note_hit(number, placed, fault.text)
                holding = self._loop.create_task(placed.gate.passed(f"connection {number}"))
                self._held.add(holding)
                await asyncio.wait([holding], timeout=fault.seconds)
                self._held.discard(holding)
                if holding.cancelled():
                    return False
                holding.cancel()
        return True

    def _made(self, stream: Stream) -> None:
        # Not before: a stream places the faults itself that are there when it is connected.
        self._streams.add(stream)

    def _lost(self, stream: Stream) -> None:
        self._streams.discard(stream)
        if not self._streams and self._emptied is not None:
            self._emptied.set()

    def place(self, placed: Placed) -> None:
        """Let a fault strike the connections that are open, too."""
        if isinstance(placed.fault, Refuse):
            self._refuse(placed, placed.fault)
        for stream in tuple(self._streams):
            stream.place(placed)

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more."""
        if self._is_refusing and not self._refusals:
            self._refuse_no_more()
        for stream in tuple(self._streams):
            stream.withdraw(placed)

    @property
    def _refusals(self) -> list[Placed]:
        return [placed for placed in self.site.plan if isinstance(placed.fault, Refuse)]

    def _refuse(self, placed: Placed, fault: Refuse) -> None:
        """Let the system refuse who comes from now on; who came before is served."""
        if not placed.count and placed.claim():  # the mock's other listeners refuse with it
            self.site.note_hit(0, placed, fault.text)
        if self._is_refusing:
            return
        self._accept()
        self._is_refusing = True
        self._loop.remove_reader(self._socket.fileno())
        self._socket = refusing(self._socket, self.address)

    def _refuse_no_more(self) -> None:
        self._is_refusing = False
        self._socket.listen(BACKLOG)
        self._attend()

    def close_if_idle(self) -> bool:
        """Close the socket if nobody is or comes here; tell whether that was so."""
        self.hear()
        for stream in tuple(self._streams):
            stream.carrier.settle()
        if self._streams or self._arriving:
            return False
        self._close()
        return True

    def _close(self) -> None:
        self._loop.remove_reader(self._socket.fileno())
        vacate(self._socket)

    async def stop(self) -> None:
        """Close the socket and every connection, and wait until they are gone."""
        for holding in tuple(self._held):
            holding.cancel()
        await self._hear_out()
        self._close()
        if self._streams:
            self._emptied = asyncio.Event()
            for stream in tuple(self._streams):
                stream.stop()
            await self._emptied.wait()

    async def _hear_out(self) -> None:
        """Let the engines have what their clients said before, unless it never ends."""
        for _ in range(LAST_TURNS):
            has_heard = self.hear()
            if self._arriving:
                await asyncio.wait(self._arriving)
            elif not has_heard:
                return
            await asyncio.sleep(0)

    def hear(self) -> bool:
        """Let the engines have what clients have said already; false if that is nothing."""
        self._accept()
        heard = [stream.carrier.hear() for stream in tuple(self._streams)]
        return any(heard)

    def discard(self) -> None:
        """Close the socket of a listener that was never started."""
        vacate(self._socket)
