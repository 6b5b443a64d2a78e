"""Engines: what hears queries and sends responses, over UDP and over TCP."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from netmocks.dns import codec
from netmocks.dns.codec import Refusal
from netmocks.dns.framing import Frames, framed
from netmocks.dns.query import Transport
from netmocks.errors import PeerError
from netmocks.wire.datagram import Datagrams
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.dns.mock import DNSMock

#: Takes a response, empty where there is none; called exactly once for each query.
Respond = Callable[[bytes], None]


def hear(
    mock: "DNSMock",
    data: bytes,
    transport: Transport,
    peer: Any,
    connection: int,
    respond: Respond,
) -> None:
    """Take one message and see to its response."""
    heard = codec.read(data, transport, peer, connection)
    if isinstance(heard, Refusal):
        mock.site.journal.write(mock.name, "error", connection=connection, value=heard.reason)
        respond(heard.response)
    else:
        mock.serve(heard, respond)


class DatagramEngine(asyncio.DatagramProtocol):
    """Hears queries in datagrams."""

    def __init__(self, mock: "DNSMock") -> None:
        self._mock = mock
        self._transport: Datagrams

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("Datagrams", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        def respond(response: bytes) -> None:
            if response:
                self._transport.sendto(response, addr)

        hear(self._mock, data, "udp", addr, self._transport.number_of(addr), respond)


class StreamEngine(asyncio.Protocol):
    """Hears queries in a stream; their responses may overtake one another (RFC 7766 §6.2.1.1)."""

    def __init__(self, mock: "DNSMock") -> None:
        self._mock = mock
        self._stream: Stream
        self._frames = Frames()
        #: queries that have no response yet
        self._open = 0
        #: whether the client says no more
        self._heard_all = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = cast("Stream", transport)

    def data_received(self, data: bytes) -> None:
        peer = self._stream.get_extra_info("peername")
        try:
            for message in self._frames.feed(data):
                self._open += 1
                hear(self._mock, message, "tcp", peer, self._stream.number, self._respond)
        except PeerError as error:
            self._note(str(error))
            self._stream.close()

    def _respond(self, response: bytes) -> None:
        self._open -= 1
        if response:
            self._stream.write(framed(response))
        if self._heard_all and not self._open:
            self._stream.close()

    def eof_received(self) -> bool:
        if not self._frames.is_between:
            self._note("the client closed in the middle of a message")
        self._heard_all = True
        return bool(self._open)

    def _note(self, text: str) -> None:
        self._mock.site.journal.write(
            self._mock.name, "error", connection=self._stream.number, value=text
        )
