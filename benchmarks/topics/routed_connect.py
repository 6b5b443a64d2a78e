"""A connection to a made-up place against one to plain loopback."""

import child
from effort import Effort
from row import Outcome, Row, Samples, at_most_more


def measure(effort: Effort) -> Outcome:
    """Compare the seconds of connect and close."""
    seconds = child.result("probes.routed_connect", effort.operations)
    routed = Samples("routed", seconds["routed"])
    plain = Samples("plain loopback", seconds["plain"])
    return Outcome([Row("routed connect+close", "s", routed, plain, at_most_more(50e-6))])
