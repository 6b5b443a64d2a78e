"""Fault layer: what an idle one costs the server, which a generator of load can't show.

    python -m probes.fault_layer LOAD TURNS SECONDS

Prints operations a second of the loop thread's processor time, with the layer and without, as JSON.
Both are measured in this one process, in turns: two processes differ by more than the layer costs.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import child
from probes.without_faults import taken_out
from rounds import turns

from netmocks.http import HTTPMock
from netmocks.mock import Mock
from netmocks.tcp import TCPMock, echo
from netmocks.wire.loop import shared


def web() -> Mock:
    """Return a server of pages."""
    mock = HTTPMock()
    mock.on("GET", "/hello").reply("hello, world")
    return mock


SERVERS: dict[str, Callable[[], Mock]] = {"load_echo": lambda: TCPMock(echo), "load_http": web}

LAYERS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "with": nullcontext,
    "without": taken_out,
}


def measure(load: str, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Return the rates."""
    rates: dict[str, list[float]] = {name: [] for name in LAYERS}
    with SERVERS[load]() as mock:
        for name in turns([*LAYERS], rounds):
            with LAYERS[name]():
                before = shared.call(time.thread_time)
                loaded = child.result(load, mock.port, seconds)
                used = shared.call(time.thread_time) - before
            rates[name].append(loaded["rate"] * loaded["seconds"] / used)
    return rates


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])), sys.stdout)
