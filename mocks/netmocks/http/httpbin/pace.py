"""Pace: endpoints that take their time.

Their waits end when the client leaves or the mock stops.
"""

import asyncio
import math
from collections.abc import AsyncIterator

from netmocks.http.httpbin import mirror, parameters
from netmocks.http.httpbin.answers import OCTETS, Refusal, as_json
from netmocks.http.httpbin.mirror import Mirror
from netmocks.http.request import Request
from netmocks.http.response import Response

#: The longest delay, in seconds.
LONGEST = 10.0

#: The most bytes that /drip sends.
MOST = 10 * 1024 * 1024

#: Seconds between two pieces of a drip, at least: more often than that, nobody could tell.
TICK = 0.01


async def delay(request: Request) -> Response:
    """Answer as late as asked for, with what was sent."""
    await asyncio.sleep(min(parameters.as_seconds(request.params["delay"], "delay"), LONGEST))
    shown = Mirror(request).of("url", "args", "headers", "origin")
    return as_json(shown | mirror.body(request))


async def drip(request: Request) -> Response:
    """After a delay, send so many bytes over so many seconds."""
    wait = parameters.seconds(request, "delay")
    duration = parameters.seconds(request, "duration", 2.0)
    count = min(parameters.whole(request, "numbytes", 10), MOST)
    status = parameters.whole(request, "code", 200)
    if count < 1:
        raise Refusal(f"numbytes={count}: a drip has one byte at least")
    await asyncio.sleep(wait)
    if status in (204, 304):  # they have no content
        return Response(status=status, headers=[OCTETS])
    size = math.ceil(count * min(TICK / duration, 1.0)) if duration else count
    return Response(
        stream=paced(b"*" * count, size, duration / count),
        status=status,
        headers=[OCTETS, ("Content-Length", str(count))],
    )


async def paced(content: bytes, size: int, pause: float) -> AsyncIterator[bytes]:
    """Yield content in pieces of a size, with a pause in seconds for each byte behind it."""
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        yield piece
        await asyncio.sleep(pause * len(piece))
