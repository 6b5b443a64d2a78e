"""Children: what it costs to run a program inside an internet instead of plainly.

    python -m probes.children RUNS

Prints the seconds of each run by contender, as JSON; without those of the seal where this system
allows none.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable

from rounds import turns

from netharness import Internet
from netharness.sealed import probe
from netmocks.wire.loop import shared

TRUE = ["true"]

#: A program that will speak, so that it is led; nothing keeps `socket` from being imported.
PYTHON = [sys.executable, "-c", "import socket"]


def plainly(command: list[str]) -> float:
    """Return the seconds of a plain subprocess."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def led() -> float:
    """Return the seconds of a plain subprocess that is led by its start-up module."""
    with Internet(sealed="off"):
        return plainly(PYTHON)


def newly_sealed() -> float:
    """Return the seconds of a program and of the seal that is made for it."""
    with Internet(sealed="required") as internet:
        began = time.perf_counter()
        internet.run(TRUE)
        return time.perf_counter() - began


def sealed() -> float:
    """Return the seconds of a program where the seal stands."""
    with Internet(sealed="required") as internet:
        internet.run(TRUE)
        began = time.perf_counter()
        internet.run(TRUE)
        return time.perf_counter() - began


def measure(runs: int) -> dict[str, list[float]]:
    """Return the seconds of each run by contender."""
    contenders: dict[str, Callable[[], float]] = {
        "plain": lambda: plainly(TRUE),
        "plain Python": lambda: plainly(PYTHON),
        "led Python": led,
    }
    if not probe.refusal():
        contenders |= {"newly sealed": newly_sealed, "sealed": sealed}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    shared.acquire()
    for name in turns([*contenders], runs):
        seconds[name].append(contenders[name]())
    shared.release()
    return seconds


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
