"""A bare asyncio datagram protocol that sends everything back."""

import asyncio
from typing import Any, cast

from contenders.background import BackgroundLoop
from contenders.serving import serve


class Echo(asyncio.DatagramProtocol):
    """Sends everything back."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Send it back."""
        self._transport.sendto(data, addr)


if __name__ == "__main__":
    loop = BackgroundLoop().loop
    starting = loop.create_datagram_endpoint(Echo, ("127.0.0.1", 0))
    transport, _ = asyncio.run_coroutine_threadsafe(starting, loop).result()
    serve(transport.get_extra_info("sockname")[1])
