"""Mouth: the client's side of a tunnel, before it is dug and while it stands."""

import asyncio

from netmocks.wire.tunnel import Tunnel


class Mouth(asyncio.Protocol):
    """Keeps the client's pace, and lets the destination go with it."""

    #: None until the destination is reached
    _tunnel: Tunnel | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._tunnel is not None:
            self._tunnel.leave()

    def pause_writing(self) -> None:
        if self._tunnel is not None:
            self._tunnel.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._tunnel is not None:
            self._tunnel.transport.resume_reading()
