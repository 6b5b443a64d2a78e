"""What the proxy tests share: an origin to reach, a proxy, and one with a guard."""

import pytest

from netmocks.http import HTTPMock
from netmocks.proxy import ProxyMock


@pytest.fixture
def origin():
    """A web server on loopback."""
    with HTTPMock() as mock:
        mock.on("*", "/hello", required=False).reply(lambda request: b"hello, " + request.body)
        yield mock


@pytest.fixture
def proxy():
    with ProxyMock() as mock:
        yield mock


@pytest.fixture
def guarded():
    """A proxy that demands a login."""
    with ProxyMock(accounts={"me": "secret"}) as mock:
        yield mock
