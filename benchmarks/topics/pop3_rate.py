"""POP3 messages a second: poplib lists and retrieves 1,000 messages of 4 KB in each session."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "POP3Mock": "contenders.pop3_netmocks",
    "bare protocol": "contenders.pop3_bare",
}

TARGETS = {"bare protocol": at_least(0.5)}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_pop3", CONTENDERS, effort)
    rows = [
        Row("POP3 messages", "1/s", rates["POP3Mock"], rates[peer], target)
        for peer, target in TARGETS.items()
    ]
    return Outcome(rows, rates.notes)
