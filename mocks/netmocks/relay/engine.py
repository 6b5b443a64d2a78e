"""RelayEngine: the client's side of a relay."""

import asyncio
import os
from typing import TYPE_CHECKING, cast

from netmocks.transcript import address as shown
from netmocks.wire.mouth import Mouth
from netmocks.wire.outbound import reach
from netmocks.wire.stream import Stream
from netmocks.wire.tunnel import Tunnel

if TYPE_CHECKING:
    from netmocks.relay.mock import RelayMock


class RelayEngine(Mouth):
    """Passes on what a client says, once its server is reached."""

    def __init__(self, mock: "RelayMock") -> None:
        self._mock = mock
        self._stream: Stream
        self._early: list[bytes] = []  # what came before the server was reached
        self._has_eof = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = cast("Stream", transport)
        self._stream.pause_reading()
        self._mock.spawn(self._reach(), self._reach)

    async def _reach(self) -> None:
        to = self._mock.to
        try:
            sock = await reach(to, self._mock.way_in(to))
        except OSError as error:
            self._note(f"{shown(to)} can't be reached: {_why(error)}")
            self._stream.reset()
            return
        tunnel = self._new_tunnel(self._stream)
        await asyncio.get_running_loop().create_connection(lambda: tunnel, sock=sock)
        if self._stream.is_closing():
            tunnel.transport.close()
            return
        self._tunnel = tunnel
        tunnel.transport.writelines(self._early)
        if self._has_eof:
            tunnel.end()
        self._stream.resume_reading()

    def _new_tunnel(self, client: Stream) -> Tunnel:
        """Return the server's side; for subclasses that listen."""
        return Tunnel(client)

    def _note(self, text: str) -> None:
        site = self._stream.site
        site.journal.write(site.name, "error", connection=self._stream.number, value=text)

    def data_received(self, data: bytes) -> None:
        if self._tunnel is None:
            self._early.append(data)
        else:
            self._tunnel.transport.write(data)

    def eof_received(self) -> bool:
        self._has_eof = True
        if self._tunnel is not None:
            self._tunnel.end()
        return True


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
