"""A bare asyncio protocol that says canned pieces: the least that a dialogue can cost."""

import asyncio
from collections.abc import Sequence
from typing import cast


class Replay(asyncio.Protocol):
    """Greets, and answers each piece that arrives with the next that is to be said.

    Arguments:
        said: what a server has said in such a dialogue, piece by piece; then the client is left.
    """

    def __init__(self, said: Sequence[bytes]) -> None:
        self._said = iter(said)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self._go_on()

    def _go_on(self) -> None:
        piece = next(self._said, b"")
        if piece:
            self._transport.write(piece)
        else:
            self._transport.close()
