"""Loops: event loops of asyncio, which look names up in threads, far from the code that asks.

So they are asked before, where the code that asks can still be named.
"""

import asyncio
import socket
from typing import Any

from netharness.guard.hook import guard
from netharness.routing.patches import Patches

_getaddrinfo = asyncio.BaseEventLoop.getaddrinfo
_getnameinfo = asyncio.BaseEventLoop.getnameinfo


async def getaddrinfo(self: Any, host: Any, port: Any, **named: Any) -> Any:
    """Stand in for the loop's own."""
    if not (guard.is_idle or named.get("flags", 0) & socket.AI_NUMERICHOST):
        guard.looking_up(host, port)
    return await _getaddrinfo(self, host, port, **named)


async def getnameinfo(self: Any, sockaddr: Any, flags: int = 0) -> Any:
    """Stand in for the loop's own."""
    if not (guard.is_idle or flags & socket.NI_NUMERICHOST):
        guard.looking_back(sockaddr)
    return await _getnameinfo(self, sockaddr, flags)


PATCHES = Patches(
    {asyncio.BaseEventLoop: {"getaddrinfo": getaddrinfo, "getnameinfo": getnameinfo}},
    beneath=True,  # an internet leads where the guard only judges
)
