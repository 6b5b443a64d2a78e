"""Loop resolver: the name function of asyncio's event loops; see `netharness.routing.resolver`."""

import asyncio
import socket
from typing import Any

from netharness.routing.patches import Patches


async def loop_getaddrinfo(
    self: asyncio.BaseEventLoop,
    host: Any,
    port: Any,
    *,
    family: int = 0,
    type: int = 0,
    proto: int = 0,
    flags: int = 0,
) -> list[Any]:
    """Answer the event loop's own: at once, so that a report can still name the caller's place."""
    return socket.getaddrinfo(host, port, family, type, proto, flags)


PATCHES = Patches({asyncio.BaseEventLoop: {"getaddrinfo": loop_getaddrinfo}})
