"""Datagram mocks: UDP (RFC 768)."""

from netmocks.udp.behaviours import Datagram, echo, ignore
from netmocks.udp.mock import UDPMock
from netmocks.udp.script import DatagramScript

__all__ = ["Datagram", "DatagramScript", "UDPMock", "echo", "ignore"]
