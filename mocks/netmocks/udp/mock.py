"""UDPMock: a server of datagrams."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, Unpack, cast

from netmocks.errors import MisuseError, PeerError
from netmocks.faults import DatagramFault
from netmocks.journal import LIMIT
from netmocks.mock import Mock, MockOptions
from netmocks.record import PATIENCE, Record, anything
from netmocks.transcript import address as shown
from netmocks.udp.behaviours import QUICK, Answers, Behaviour, Datagram, each, ignore
from netmocks.udp.script import DatagramScript
from netmocks.wire.datagram import Datagrams
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.loop import shared
from netmocks.wire.worker import in_thread


class UDPMock(Mock):
    """A UDP server.

        with UDPMock(echo) as server:
            sock.sendto(b"hello", server.address)

    Arguments:
        behaviour: a function from a `Datagram` to one answer, several (an iterable), or None. A
            plain function runs in a worker thread, one datagram at a time; an async one on the
            mocks' loop. Or a `DatagramScript`. Without one, every datagram is taken in silence.
        options: see `MockOptions`.

    Raises:
        MisuseError: the behaviour is no function, or an option makes no sense.
    """

    default_name = "udp"
    transports = ("udp",)
    fault_kinds = (DatagramFault,)
    fault_example = "DropDatagram(nth=2)"

    def __init__(self, behaviour: Behaviour = ignore, **options: Unpack[MockOptions]) -> None:
        super().__init__(**options)
        if any(endpoint.tls for endpoint in self.endpoints):
            raise MisuseError("tls=True: TLS runs over streams; DTLS is not supported")
        self.become(behaviour)
        #: every datagram received, waitable
        self.datagrams: Record[Datagram] = Record(limit=LIMIT)

    def become(self, behaviour: Behaviour) -> None:
        """Take another behaviour, for the datagrams that come from now on.

        Raises:
            MisuseError: the behaviour is no function.
        """
        if not callable(behaviour):
            raise MisuseError(
                f"behaviour={behaviour!r}: a UDP mock takes a function from a datagram to its"
                " answers, such as UDPMock(lambda datagram: datagram.data.upper())"
            )
        self.behaviour = behaviour

    def wait_for_datagram(
        self, predicate: Callable[[Datagram], object] = anything, *, timeout: float = PATIENCE
    ) -> Datagram:
        """Return the first datagram, past or future, that matches; see `Record.wait_for`."""
        return self.datagrams.wait_for(predicate, timeout=timeout)

    @property
    def peers(self) -> list[Any]:
        """The addresses of those who sent something, in order."""
        return [peer for door in self._doors for peer in cast("Datagrams", door).peers]

    def send(self, data: bytes, *, to: Any) -> None:
        """Send a datagram that nobody asked for, to a peer that was heard of before.

        Raises:
            MisuseError: the peer never sent anything, or the mock does not run.
        """
        for door in self._doors:
            datagrams = cast("Datagrams", door)
            if to in datagrams.peers:
                shared.call(datagrams.sendto, data, to)
                return
        known = ", ".join(shown(peer) for peer in self.peers) or "none"
        raise MisuseError(
            f"{self.name} knows no peer {shown(to)}; the peers it heard of: {known}. Wait for one:"
            " peer = mock.wait_for_datagram().peer"
        )

    def _open(self, endpoint: Endpoint) -> Datagrams:
        return Datagrams(self.site, endpoint, lambda: _Engine(self))

    def _conclude(self) -> None:
        if isinstance(self.behaviour, DatagramScript):
            for text in self.behaviour.unfinished():
                self.findings.add("script", self.name, text)


class _Engine(asyncio.DatagramProtocol):
    """Gives each datagram to the behaviour and sends what it answers, in order."""

    transport: Datagrams

    def __init__(self, mock: UDPMock) -> None:
        self._mock = mock
        # Datagrams whose answers take their time; they are answered in order.
        self._queue: asyncio.Queue[tuple[Behaviour, Datagram]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("Datagrams", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        datagram = Datagram(data, addr)
        self._mock.datagrams.append(datagram, len(data))
        behaviour = self._mock.behaviour
        if behaviour in QUICK or isinstance(behaviour, DatagramScript):
            self._answer_at_once(behaviour, datagram)
            return
        if self._queue is None:
            self._queue = asyncio.Queue()
            self._mock.spawn(self._answer_in_turn(self._queue), behaviour)
        self._queue.put_nowait((behaviour, datagram))

    def _answer_at_once(self, behaviour: Behaviour, datagram: Datagram) -> None:
        try:
            self._send(cast("Answers", behaviour(datagram)), datagram.peer)
        except PeerError as error:
            peer = shown(datagram.peer)
            self._mock.findings.add("script", self._mock.name, f"{peer} departs: {error}")

    async def _answer_in_turn(self, queue: asyncio.Queue[tuple[Behaviour, Datagram]]) -> None:
        """Answer datagrams one after the other, though each may take its time."""
        while True:
            behaviour, datagram = await queue.get()
            try:
                if inspect.iscoroutinefunction(behaviour):
                    answers = await behaviour(datagram)
                else:
                    answers = await in_thread(partial(behaviour, datagram))
                    if inspect.isawaitable(answers):
                        answers = await answers
                self._send(answers, datagram.peer)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # pytest.fail() and sys.exit() too: the test is told
                self.transport.report(error, datagram.peer)

    def _send(self, answers: Answers, peer: Any) -> None:
        for answer in each(answers):
            self.transport.sendto(answer, peer)
