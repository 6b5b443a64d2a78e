"""What tests of datagrams have: clients."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from netmocks.record import PATIENCE


@pytest.fixture
def new_client() -> Iterator[Callable[[], socket.socket]]:
    """Make a client's socket; the test's end closes it."""
    with ExitStack() as stack:

        def new_client() -> socket.socket:
            client = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            client.settimeout(PATIENCE)
            client.bind(("127.0.0.1", 0))
            return client

        yield new_client


@pytest.fixture
def client(new_client: Callable[[], socket.socket]) -> socket.socket:
    """One client's socket."""
    return new_client()
