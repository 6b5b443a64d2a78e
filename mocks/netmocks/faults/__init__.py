"""Faults: what goes wrong with bytes on their way, exact and on purpose.

    web.on("GET", "/file").reply(data, fault=Cut(after=1000))

A fault says what is to happen; it knows no socket, clock or thread. `noop.py` is the template of a
new one.
"""

from netmocks.faults.bandwidth import Bandwidth
from netmocks.faults.corrupt import Corrupt
from netmocks.faults.cut import Cut, Reset
from netmocks.faults.fault import End, Fault, Pause, Step, Strike, Struck
from netmocks.faults.gate import Gate
from netmocks.faults.noop import Noop
from netmocks.faults.silence import Silence
from netmocks.faults.slices import Slices
from netmocks.faults.stall import Stall

__all__ = [
    "Bandwidth",
    "Corrupt",
    "Cut",
    "End",
    "Fault",
    "Gate",
    "Noop",
    "Pause",
    "Reset",
    "Silence",
    "Slices",
    "Stall",
    "Step",
    "Strike",
    "Struck",
]
