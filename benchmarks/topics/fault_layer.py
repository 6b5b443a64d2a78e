"""An idle fault layer against the same build without one: TCP echo and HTTP requests."""

import child
from effort import Effort
from row import Outcome, Row, Samples, at_least

LOADS = {"TCP echo of 64 KiB": "load_echo", "HTTP requests": "load_http"}

#: Turns for one of the other topics, and shorter ones: what is sought is small, the noise is not.
TIMES = 10


def measure(effort: Effort) -> Outcome:
    """Compare what a second of the server's processor time carries."""
    rows = []
    for what, load in LOADS.items():
        rounds, seconds = effort.rounds * TIMES, effort.seconds / TIMES
        rates = child.result("probes.fault_layer", load, rounds, seconds)
        ours, peer = Samples("idle layer", rates["with"]), Samples("no layer", rates["without"])
        what = f"{what}, no fault, a second of the server's processor"
        rows.append(Row(what, "1/s", ours, peer, at_least(0.97)))
    return Outcome(rows)
