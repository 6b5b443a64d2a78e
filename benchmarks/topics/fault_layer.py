"""An idle fault layer against the same build without one: TCP echo and HTTP requests."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

LOADS = {
    "TCP echo, 64 KiB, no fault": ("load_echo", "echo"),
    "HTTP requests, no fault": ("load_http", "http"),
}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    outcome = Outcome()
    for what, (load, contender) in LOADS.items():
        rates = Rates(
            load,
            {
                "with the layer": f"contenders.{contender}_netmocks",
                "without": f"contenders.{contender}_without_faults",
            },
            effort,
        )
        ours, peer = rates["with the layer"], rates["without"]
        outcome.rows.append(Row(what, "1/s", ours, peer, at_least(0.97)))
        outcome.notes += rates.notes
    return outcome
