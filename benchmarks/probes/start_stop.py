"""Start and stop: what one server costs that lives for a moment only.

    python -m probes.start_stop OPERATIONS

Prints the seconds of each operation by contender, as JSON. The contenders take turns operation by
operation: once while a lease keeps the mocks' loop thread alive, as the plugin does, and once
without, so that each mock starts it and ends it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from functools import partial

from contenders.smtp_aiosmtpd import controller, free_port
from rounds import turns

from netmocks.http import HTTPMock
from netmocks.mail import SMTPMock
from netmocks.mock import Mock
from netmocks.tcp import TCPMock
from netmocks.udp import UDPMock
from netmocks.wire.loop import shared

MOCKS: tuple[type[Mock], ...] = (TCPMock, UDPMock, HTTPMock, SMTPMock)

#: Operations in a row with the lease, then as many without it.
BLOCK = 10


def mock(kind: type[Mock]) -> float:
    """Return the seconds from before a mock is made until it has stopped."""
    began = time.perf_counter()
    kind().start().stop()
    return time.perf_counter() - began


def bare() -> float:
    """Return the seconds of asyncio's own server, on a running loop and seen from within it."""
    return shared.wait(_bare())


async def _bare() -> float:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    server.close()
    return time.perf_counter() - began


def aiosmtpd() -> float:
    """Return the seconds of aiosmtpd's controller, which runs a thread of its own."""
    port = free_port()
    began = time.perf_counter()
    server = controller(port)
    server.start()
    server.stop()
    return time.perf_counter() - began


def measure(operations: int) -> dict[str, list[float]]:
    """Return the seconds of each operation by contender."""
    leased: dict[str, Callable[[], float]] = {"bare": bare, "aiosmtpd": aiosmtpd}
    unleased: dict[str, Callable[[], float]] = {}
    for kind in MOCKS:
        leased[kind.__name__] = partial(mock, kind)
        unleased[f"{kind.__name__} alone"] = partial(mock, kind)
    seconds: dict[str, list[float]] = {name: [] for name in (*leased, *unleased)}
    for _ in range(operations // BLOCK):
        shared.acquire()
        for name, operate in turns([*leased.items()], BLOCK):
            seconds[name].append(operate())
        shared.release()
        for name, operate in turns([*unleased.items()], BLOCK):
            seconds[name].append(operate())
    return seconds


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
