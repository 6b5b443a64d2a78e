"""Input: what a client has said and nobody has used yet."""

import asyncio
from typing import Any, cast


class Input:
    """The bytes that wait in a stream reader of asyncio, which has no public way to them.

    Arguments:
        reader: the reader that a protocol feeds.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._private = cast("Any", reader)

    def __len__(self) -> int:
        """How many bytes wait."""
        return len(self._private._buffer)

    @property
    def has_ended(self) -> bool:
        """Whether nothing waits, and nothing more will come."""
        return self._reader.at_eof()

    async def line(self) -> tuple[bytes, int]:
        """Return a line with its end, and 0; or nothing, and the octets of one far too long.

        Raises:
            asyncio.IncompleteReadError: the client left before it.
        """
        skipped = 0
        while True:
            try:
                line = await self._reader.readuntil()
            except asyncio.LimitOverrunError as error:
                skipped += len(await self._reader.read(error.consumed))
            else:
                return (b"", skipped + len(line)) if skipped else (line, 0)

    def take(self) -> bytes:
        """Return what waits; the client may go on."""
        waiting = bytes(self._private._buffer)
        self._private._buffer.clear()
        self._private._maybe_resume_transport()
        return waiting

    def put_back(self, data: bytes) -> None:
        """Let bytes be read again; feed_data refuses that behind the end of input."""
        self._private._buffer.extend(data)
