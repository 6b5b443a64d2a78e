"""HTTPS requests a second: 32 connections, kept alive, over the same TLS."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "HTTPMock": "contenders.https_netmocks",
    "aiohttp.web.Server": "contenders.https_aiohttp",
}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_http", CONTENDERS, effort, "--tls")
    peer = rates["aiohttp.web.Server"]
    return Outcome(
        [Row("HTTPS requests", "1/s", rates["HTTPMock"], peer, at_least(0.8))], rates.notes
    )
