"""Mock servers on loopback whose traffic is recorded, asserted and broken on purpose.

Each room is imported on its own, so that a test of HTTP never loads what mail needs:

    from netmocks.http import HTTPMock
    from netmocks.mail import SMTPMock
    from netmocks.tcp import TCPMock
    from netmocks.udp import UDPMock
"""

from netmocks.errors import MisuseError, NetmocksError, PeerError, UnexpectedTraffic, WaitTimeout
from netmocks.findings import Finding, Findings
from netmocks.journal import Entry, Journal, JournalSlice

__all__ = [
    "Entry",
    "Finding",
    "Findings",
    "Journal",
    "JournalSlice",
    "MisuseError",
    "NetmocksError",
    "PeerError",
    "UnexpectedTraffic",
    "WaitTimeout",
]
