"""Fault times: how exactly latency and bandwidth are what they were told to be.

    python -m probes.fault_times OPERATIONS

Prints the seconds that each answer took, and bytes a second, as JSON.
"""

import json
import socket
import sys
import time

from netmocks.faults import Bandwidth, Latency
from netmocks.tcp import TCPMock, echo

#: What the faults are told.
LATENCY = 0.02
RATE = 1_000_000

#: Bytes whose rate is measured.
MUCH = 300_000


def answers(client: socket.socket, operations: int) -> list[float]:
    """Return the seconds that each answer took."""
    seconds = []
    for _ in range(operations):
        began = time.perf_counter()
        client.sendall(b"x")
        client.recv(1)
        seconds.append(time.perf_counter() - began)
    return seconds


def rate(client: socket.socket) -> float:
    """Return bytes a second, behind the first piece."""
    client.sendall(bytes(MUCH))
    left = timed = MUCH - len(client.recv(65536))
    began = time.perf_counter()
    while left:
        left -= len(client.recv(65536))
    return timed / (time.perf_counter() - began)


def measure(operations: int) -> dict[str, list[float]]:
    """Return all of it."""
    with TCPMock(echo) as mock, socket.create_connection(mock.address) as client:
        with mock.fault(Latency(LATENCY)):
            seconds = answers(client, operations)
        rates = []
        for _ in range(max(3, operations // 20)):
            with mock.fault(Bandwidth(RATE)):
                rates.append(rate(client))
    return {"seconds": seconds, "rates": rates}


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
