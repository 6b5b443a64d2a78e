"""HTTP requests a second where 200 rules stand, and the match is next to last."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "200 rules": "contenders.http_200_rules",
    "1 rule": "contenders.http_netmocks",
}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_http", CONTENDERS, effort)
    row = Row("HTTP, 200 rules", "1/s", rates["200 rules"], rates["1 rule"], at_least(0.5))
    return Outcome([row], rates.notes)
