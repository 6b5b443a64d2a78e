"""A bare asyncio protocol that says canned replies: the least POP3 can cost."""

import asyncio
from typing import cast

from contenders.background import BackgroundLoop, port_of
from contenders.serving import serve
from load_pop3 import MESSAGE, MESSAGES, SIZE

LISTING = b"".join(b"%d %d\r\n" % (number, SIZE) for number in range(1, MESSAGES + 1))

REPLIES = {
    b"LIST": b"+OK\r\n%b.\r\n" % LISTING,
    b"RETR": b"+OK\r\n%b.\r\n" % MESSAGE,
}


class BarePOP3(asyncio.Protocol):
    """Takes each piece that arrives for one command."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"+OK\r\n")

    def data_received(self, data: bytes) -> None:
        """Reply."""
        self._transport.write(REPLIES.get(data[:4], b"+OK\r\n"))


if __name__ == "__main__":
    serve(port_of(BackgroundLoop().listen(BarePOP3)))
