"""A bare asyncio protocol that says the same whatever it hears: the least HTTP can cost."""

import asyncio
from typing import cast

from contenders.background import BackgroundLoop, port_of
from contenders.serving import serve

ANSWER = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 12\r\n"
    b"\r\n"
    b"hello, world"
)


class BareHTTP(asyncio.Protocol):
    """Takes each piece that arrives for one request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self._transport.write(ANSWER)


if __name__ == "__main__":
    serve(port_of(BackgroundLoop().listen(BareHTTP)))
