"""Client: the client's side of a proxy connection, until its bytes go through a tunnel."""

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, cast

from netmocks.errors import PeerError
from netmocks.wire.mouth import Mouth
from netmocks.wire.stream import Stream
from netmocks.wire.tunnel import Tunnel

if TYPE_CHECKING:
    from netmocks.proxy.mock import ProxyMock


class Client(Mouth):
    """What the dialects of proxies share: they talk, then they tunnel."""

    stream: Stream

    def __init__(self, mock: "ProxyMock", said: bytes = b"") -> None:
        self.mock = mock
        #: what came and is not used yet
        self.buffer = said
        self._is_connecting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)

    def data_received(self, data: bytes) -> None:
        if self._tunnel is not None:
            self._tunnel.transport.write(data)
            return
        self.buffer += data
        if not self._is_connecting:
            self.go_on()

    def eof_received(self) -> bool:
        if self._tunnel is None:
            return self._is_connecting
        self._tunnel.end()
        return True

    def go_on(self) -> None:
        """Take what is complete in the buffer; what is malformed ends the connection."""
        try:
            self.converse()
        except PeerError as error:
            site = self.mock.site
            site.journal.write(site.name, "error", connection=self.stream.number, value=str(error))
            self.refuse(str(error))

    @abstractmethod
    def converse(self) -> None:
        """Take what is complete in the buffer.

        Raises:
            PeerError: it is malformed.
        """

    @abstractmethod
    def refuse(self, why: str) -> None:
        """Say that the dialogue is malformed, and close."""

    @abstractmethod
    def unreachable(self, error: OSError) -> None:
        """Say that the destination can't be reached, and close."""

    @abstractmethod
    def reached(self, first: bytes) -> bytes:
        """Say that the destination is reached; return what goes to it first."""

    def connect(
        self, method: str, target: str, user: str, place: tuple[str, int], first: bytes = b""
    ) -> None:
        """Connect to the destination, then tunnel; `first` is said to it before anything else."""
        self._is_connecting = True
        self.mock.spawn(self._connect(method, target, user, place, first), self.connect)

    async def _connect(
        self, method: str, target: str, user: str, place: tuple[str, int], first: bytes
    ) -> None:
        loop = asyncio.get_running_loop()
        tunnel = Tunnel(self.stream)
        try:
            address = self.mock.directory(*place)
            await loop.create_connection(lambda: tunnel, *address)
        except OSError as error:
            self.mock.note(self.stream, method, target, user, f"unreachable: {error}")
            self.unreachable(error)
            return
        self.mock.note(self.stream, method, target, user, "passed")
        if self.stream.is_closing():
            tunnel.transport.close()
            return
        self._tunnel = tunnel
        tunnel.transport.write(self.reached(first) + self.buffer)
        self.buffer = b""
