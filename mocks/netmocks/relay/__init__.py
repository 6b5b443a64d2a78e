"""A mock that stands before a real server: faults and journal for a service that is no mock."""

from netmocks.relay.mock import RelayMock

__all__ = ["RelayMock"]
