"""Tunnel: bytes carried between a client and its destination, both ways, unread."""

import asyncio
from typing import cast

from netmocks.wire.stream import Stream


class Tunnel(asyncio.Protocol):
    """The destination's side of a tunnel; what comes goes to the client, and its pace is kept."""

    transport: asyncio.Transport

    def __init__(self, client: Stream) -> None:
        self._client = client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def eof_received(self) -> bool:
        if not self._client.can_write_eof():
            return False
        self._client.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.close()

    def pause_writing(self) -> None:
        self._client.pause_reading()

    def resume_writing(self) -> None:
        self._client.resume_reading()
