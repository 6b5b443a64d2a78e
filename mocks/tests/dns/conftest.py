import socket
from contextlib import ExitStack

import dns.message
import pytest

from netmocks.record import PATIENCE


@pytest.fixture
def query():
    """Make a query of dnspython, `query("A", "www.example.com")`, EDNS if a payload is given."""

    def make(kind="A", name="www.example.com", **options):
        return dns.message.make_query(name, kind, **options)

    return make


@pytest.fixture
def udp():
    """A datagram socket that has patience."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        yield client


@pytest.fixture
def tcp():
    """Connect to a mock by TCP; the test's end closes what is open."""
    with ExitStack() as stack:
        yield lambda mock: stack.enter_context(
            socket.create_connection(mock.address, timeout=PATIENCE)
        )


@pytest.fixture
def ask(udp, query):
    """Ask a mock by UDP and return the response as dnspython reads it."""

    def ask(mock, kind="A", name="www.example.com", **options):
        udp.sendto(query(kind, name, **options).to_wire(), mock.address)
        return dns.message.from_wire(udp.recv(65536))

    return ask


@pytest.fixture
def values():
    """The data of the answer section, as text."""
    return lambda response: [data.to_text() for rrset in response.answer for data in rrset]
