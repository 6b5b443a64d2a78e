"""Tunnel: bytes carried between a client and its destination, both ways, unread."""

import asyncio
from typing import cast

from netmocks.wire.stream import Stream, reset


class Tunnel(asyncio.Protocol):
    """The destination's side of a tunnel; what comes goes to the client, and its pace is kept."""

    transport: asyncio.Transport

    def __init__(self, client: Stream) -> None:
        self._client = client
        self._has_client_ended = False
        self._has_ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def end(self) -> None:
        """The client says no more; once both have, the tunnel is closed."""
        self._has_client_ended = True
        if self._has_ended or not self.transport.can_write_eof():
            self.transport.close()
        else:
            try:
                self.transport.write_eof()
            except OSError:
                pass  # the destination has reset the connection, which the loop is about to tell

    def leave(self) -> None:
        """The client is gone: so goes the destination, by a reset where the client went by one."""
        if self._client.was_reset and not self.transport.is_closing():
            reset(self.transport)
        else:
            self.transport.close()

    def eof_received(self) -> bool:
        self._has_ended = True
        if self._has_client_ended or not self._client.can_write_eof():
            return False
        self._client.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, ConnectionResetError) and not self._client.is_closing():
            site = self._client.site
            text = "the destination reset the connection"
            site.journal.write(site.name, "error", connection=self._client.number, value=text)
            self._client.reset()
        else:
            self._client.close()

    def pause_writing(self) -> None:
        self._client.pause_reading()

    def resume_writing(self) -> None:
        self._client.resume_reading()
