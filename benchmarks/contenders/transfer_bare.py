"""A bare asyncio protocol that sends what it is asked for, and drops what it is sent."""

import asyncio
from typing import cast

from contenders.background import BackgroundLoop, port_of
from contenders.serving import serve
from contenders.transfer import PIECE, SIZE

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


class BareTransfer(asyncio.Protocol):
    """Takes the first bytes for a head; those of an upload count down."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._left = 0
        self._writable = asyncio.Event()
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Send, or go on to count."""
        if self._left == 0 and data.startswith(b"GET"):
            self._sending = asyncio.create_task(self._send())
            return
        if self._left == 0:
            _, _, data = data.partition(b"\r\n\r\n")
            self._left = SIZE
        self._left -= len(data)
        if self._left == 0:
            self._transport.write(HEAD % 0)

    def pause_writing(self) -> None:
        """The client does not keep up."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It does again."""
        self._writable.set()

    async def _send(self) -> None:
        self._transport.write(HEAD % SIZE)
        for _ in range(SIZE // len(PIECE)):
            self._transport.write(PIECE)
            await self._writable.wait()


if __name__ == "__main__":
    serve(port_of(BackgroundLoop().listen(BareTransfer)))
