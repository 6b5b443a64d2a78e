"""Mock servers on loopback whose traffic is recorded, asserted and broken on purpose.

Each room is imported on its own, so that a test of HTTP never loads what mail needs:

    from netmocks.http import HTTPMock
    from netmocks.mail import SMTPMock
    from netmocks.tcp import TCPMock
    from netmocks.udp import UDPMock

A Python child inside an internet has this package before its program begins, be that pytest, which
would warn that it comes too late to rewrite it: PYTEST_DONT_REWRITE.
"""

TYPE_CHECKING = False  # what `typing` would say, which child processes have no time to import
if TYPE_CHECKING:
    from netmocks.errors import (
        MisuseError,
        NetmocksError,
        PeerError,
        UnexpectedTraffic,
        WaitTimeout,
    )
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


def __getattr__(name: str) -> object:
    """Import what is asked for: a child process needs the errors, and asyncio costs it 40 ms."""
    if name in __all__:
        from netmocks import errors, findings, journal

        for module in (errors, findings, journal):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
