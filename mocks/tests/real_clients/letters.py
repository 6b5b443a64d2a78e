"""Letters by aiosmtplib, which leaves its connection to the loop that it ran in."""

import asyncio
from typing import Any

import aiosmtplib


async def send(letter: Any, **options: Any) -> None:
    """Send a letter as `aiosmtplib.send` does, and wait until the connection is gone.

    Closing TLS takes an answer of the server's: a loop that ended before would leave a socket.

    Arguments:
        letter: a message, or its bytes.
        options: those of `aiosmtplib.send`.
    """
    envelope = {name: options.pop(name) for name in ("sender", "recipients") if name in options}
    client = aiosmtplib.SMTP(**options)
    async with client:
        gone = _end_of(client)
        if isinstance(letter, bytes):
            await client.sendmail(envelope["sender"], envelope["recipients"], letter)
        else:
            await client.send_message(letter, **envelope)
    await gone.wait()


def _end_of(client: aiosmtplib.SMTP) -> asyncio.Event:
    """Return what is set once a client's connection is gone."""
    gone = asyncio.Event()
    protocol = client.protocol
    if protocol is None:  # the server has cut it off since it was greeted
        gone.set()
        return gone
    tell = protocol.connection_lost

    def connection_lost(error: Exception | None) -> None:
        tell(error)
        gone.set()

    protocol.connection_lost = connection_lost  # type: ignore[method-assign]  # of this one alone
    return gone
