"""Stream mocks without a protocol of their own: TCP (RFC 9293)."""

from netmocks.tcp.behaviours import Behaviour, broadcast, discard, echo, greet
from netmocks.tcp.mock import TCPMock
from netmocks.tcp.script import Script

__all__ = ["Behaviour", "Script", "TCPMock", "broadcast", "discard", "echo", "greet"]
