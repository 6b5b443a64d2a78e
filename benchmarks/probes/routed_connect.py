"""Routed connect: what it costs to reach a made-up address instead of a plain loopback one.

    python -m probes.routed_connect OPERATIONS

Prints the seconds of each connect and close by contender, as JSON. Both ways lead to the same kind
of server, a TCPMock, for a server in the same process takes its share of the interpreter from its
clients. The next client comes when it has seen the last one go.
"""

import asyncio
import json
import socket
import sys
import threading
import time

from netharness import Internet
from netmocks.tcp import TCPMock
from netmocks.wire.loop import shared

#: Connects in a row to one server, then as many to the other.
BLOCK = 25

PLACE = ("peer.example.com", 7)


class Doorkeeper(asyncio.Protocol):
    """Tells when a client has gone."""

    gone = threading.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell it."""
        self.gone.set()


def connects(address: tuple[str, int]) -> list[float]:
    """Return the seconds of each connect and close of a block."""
    seconds = []
    for _ in range(BLOCK):
        Doorkeeper.gone.clear()
        began = time.perf_counter()
        client = socket.socket()
        client.connect(address)
        client.close()
        seconds.append(time.perf_counter() - began)
        Doorkeeper.gone.wait()
    return seconds


def routed() -> list[float]:
    """Connect to the address of a made-up name."""
    with Internet() as internet:
        internet.tcp(*PLACE, Doorkeeper)
        address = socket.getaddrinfo(*PLACE, type=socket.SOCK_STREAM)[0][4]
        return connects((str(address[0]), int(address[1])))


def plain() -> list[float]:
    """Connect to the loopback address of a mock, with no internet up."""
    with TCPMock(Doorkeeper) as mock:
        return connects((mock.host, mock.port))


def measure(operations: int) -> dict[str, list[float]]:
    """Return the seconds by contender."""
    seconds: dict[str, list[float]] = {"routed": [], "plain": []}
    shared.acquire()
    for _ in range(operations // BLOCK):
        seconds["routed"] += routed()
        seconds["plain"] += plain()
    shared.release()
    return seconds


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
