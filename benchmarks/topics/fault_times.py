"""Latency and bandwidth against what they were told to be."""

import child
from effort import Effort
from probes.fault_times import LATENCY, RATE
from row import Outcome, Row, Samples, at_least, at_most, at_most_more


def measure(effort: Effort) -> Outcome:
    """Compare what was measured with what was told."""
    found = child.result("probes.fault_times", effort.operations // 10)
    late = Samples("Latency", found["seconds"])
    rate = Samples("Bandwidth", found["rates"])
    told, limit = Samples("told", [LATENCY]), Samples("told", [float(RATE)])
    return Outcome(
        [
            Row("an answer with latency", "s", late, told, at_most_more(0.002)),
            Row("the latest of them", "s", Samples("Latency", [max(late.values)]), told),
            Row("bytes at a rate, at least", "B/s", rate, limit, at_least(0.97)),
            Row("bytes at a rate, at most", "B/s", rate, limit, at_most(1.03)),
        ]
    )
