"""httpbin's /get, requests a second: 4 connections, kept alive by those servers that do so.

No more, for the peer's backlog has five places: who comes beyond waits a second for another try.
"""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "HTTPMock.httpbin": "contenders.httpbin_netmocks",
    "pytest-httpbin": "contenders.httpbin_pytest_httpbin",
}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_http", CONTENDERS, effort, "--path", "/get", "--connections", 4)
    peer = rates["pytest-httpbin"]
    return Outcome(
        [Row("httpbin /get", "1/s", rates["HTTPMock.httpbin"], peer, at_least(5))], rates.notes
    )
