"""HTTP requests a second: 32 connections, kept alive by those servers that do so, one rule."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "HTTPMock": "contenders.http_netmocks",
    "bare protocol": "contenders.http_bare",
    "aiohttp.web.Server": "contenders.http_aiohttp",
    "pytest-httpserver": "contenders.http_pytest_httpserver",
}

TARGETS = {
    "bare protocol": at_least(0.4),
    "aiohttp.web.Server": at_least(1.5),
    "pytest-httpserver": at_least(12),
}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_http", CONTENDERS, effort)
    rows = [
        Row("HTTP requests", "1/s", rates["HTTPMock"], rates[peer], target)
        for peer, target in TARGETS.items()
    ]
    return Outcome(rows, rates.notes)
