"""What the web scenarios share: two sites."""

import pytest


@pytest.fixture
def baidu(internet):
    return internet.http("www.baidu.com")


@pytest.fixture
def httpbin(internet):
    """The service that tells what it was asked; rules of a test come first."""
    mock = internet.http("httpbin.org")
    mock.httpbin()
    return mock
