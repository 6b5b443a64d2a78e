"""Loop resolver: the name function of asyncio's event loops; see `netharness.routing.resolver`."""

import asyncio
import socket
from contextvars import copy_context
from functools import partial
from typing import Any

from netharness.routing.patches import Patches
from netharness.routing.switchboard import switchboard


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
    """Answer the event loop's own: at once, so that a report can still name the caller's place.

    A name server may take its time, and the loop has other things to do meanwhile.
    """
    if not switchboard.asks_servers:
        return socket.getaddrinfo(host, port, family, type, proto, flags)
    from netharness import place  # it takes longer to import than all else here

    context = copy_context()
    context.run(place.elsewhere.set, place.here())
    look_up = partial(context.run, socket.getaddrinfo, host, port, family, type, proto, flags)
    return await self.run_in_executor(None, look_up)


PATCHES = Patches({asyncio.BaseEventLoop: {"getaddrinfo": loop_getaddrinfo}})
