"""Guard connect: what the guard's judgement adds to a connect.

    python -m probes.guard_connect OPERATIONS

Prints the seconds of a connect, one figure for each block of them, as JSON: bare, and with the
guard on. A hook can't be taken away, so the bare ones come first.

The sockets are of UDP, whose connect is one call of the system and wakes nobody: with TCP, a
handshake and somebody who accepts would be measured, which are ten times as much as what is sought.
For the guard both are one event, `socket.connect` (PEP 578), judged by the same code.
"""

import json
import socket
import sys
import time

from netharness.guard.hook import guard
from netharness.guard.policy import Policy

#: Connects timed together: a clock would cost more than one of them.
BLOCK = 200

#: The address that is known at a glance, and one of this machine that has to be judged (Linux).
PLACES = {"127.0.0.1": ("127.0.0.1", 9), "127.0.0.2": ("127.0.0.2", 9)}


def connects(place: tuple[str, int], operations: int) -> list[float]:
    """Return the seconds of a connect, for each block."""
    seconds = []
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        connect = client.connect
        for _ in range(operations // BLOCK + 1):
            began = time.perf_counter()
            for _ in range(BLOCK):
                connect(place)
            seconds.append((time.perf_counter() - began) / BLOCK)
    return seconds


def measure(operations: int) -> dict[str, dict[str, list[float]]]:
    """Return the seconds by place, bare and guarded."""
    bare = {name: connects(place, operations) for name, place in PLACES.items()}
    guard.policy = Policy("on")
    guard.install()
    guarded = {name: connects(place, operations) for name, place in PLACES.items()}
    if guard.take():
        raise SystemExit("the guard refused what stays on this machine")
    return {"bare": bare, "guarded": guarded}


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
