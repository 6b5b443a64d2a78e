"""Faults: what goes wrong with bytes on their way, exact and on purpose.

    web.on("GET", "/file").reply(data, fault=Cut(after=1000))

A fault says what is to happen; it knows no socket, clock or thread. `noop.py` is the template of a
new one.
"""

from netmocks.faults.bandwidth import Bandwidth
from netmocks.faults.cut import Cut, HalfClose, Reset
from netmocks.faults.datagrams import (
    CorruptDatagram,
    DatagramFault,
    DelayDatagram,
    DropDatagram,
    DuplicateDatagram,
    ReorderDatagrams,
    TruncateDatagram,
)
from netmocks.faults.door import Refuse, SlowAccept
from netmocks.faults.fault import (
    AnswerFault,
    AnyFault,
    Delay,
    End,
    Fault,
    Pause,
    Step,
    Strike,
    Struck,
)
from netmocks.faults.gate import Gate
from netmocks.faults.latency import Latency
from netmocks.faults.limit import LimitData
from netmocks.faults.noop import Noop
from netmocks.faults.place import Nth
from netmocks.faults.placed import Placed
from netmocks.faults.ranges import Corrupt, Drop, Duplicate
from netmocks.faults.silence import Silence
from netmocks.faults.slices import Slices
from netmocks.faults.stall import Stall

__all__ = [
    "AnswerFault",
    "AnyFault",
    "Bandwidth",
    "Corrupt",
    "CorruptDatagram",
    "Cut",
    "DatagramFault",
    "Delay",
    "DelayDatagram",
    "Drop",
    "DropDatagram",
    "Duplicate",
    "DuplicateDatagram",
    "End",
    "Fault",
    "Gate",
    "HalfClose",
    "Latency",
    "LimitData",
    "Noop",
    "Nth",
    "Pause",
    "Placed",
    "Refuse",
    "ReorderDatagrams",
    "Reset",
    "Silence",
    "Slices",
    "SlowAccept",
    "Stall",
    "Step",
    "Strike",
    "Struck",
    "TruncateDatagram",
]
