"""What tests of httpbin share: a mock that answers as it does, and a client of that."""

from typing import Any

import pytest

from netmocks.http import HTTPMock, Rule, httpbin


@pytest.fixture
def rule(web: HTTPMock) -> Rule:
    """The rule by which `web` answers as httpbin."""
    return httpbin.add_to(web)


@pytest.fixture
def client(rule: Rule, client: Any) -> Any:
    """A client of a mock that answers as httpbin."""
    return client
