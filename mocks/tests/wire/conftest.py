"""What tests of the wire have: the loop thread, a site, and IPv6 where there is any."""

import socket
from collections.abc import Iterator

import pytest

from netmocks import Findings, Journal
from netmocks.wire.loop import LoopThread, shared
from netmocks.wire.site import Site


@pytest.fixture
def loop_thread() -> Iterator[LoopThread]:
    """The loop thread of this process, leased for the test."""
    shared.acquire()
    yield shared
    shared.release()


@pytest.fixture
def site() -> Site:
    """A mock as the wire sees it."""
    return Site("wire", Journal(), Findings())


@pytest.fixture
def ipv6() -> str:
    """The loopback address of IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    return "::1"
