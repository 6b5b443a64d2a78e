"""Generation: how many URLs Hypothesis makes a second, and how many requests a law makes."""

import child
from effort import Effort
from row import Outcome, Row, Samples, no_less_than


def measure(effort: Effort) -> Outcome:
    """Compare with Hypothesis' own URLs, and with requests that no example is made for."""
    rates = child.result("probes.generation", effort.rounds)
    ours, theirs = Samples("urls", rates["urls"]), Samples("provisional", rates["provisional"])
    law, plain = Samples("law", rates["law"]), Samples("http.client alone", rates["plain"])
    return Outcome(
        [
            Row("URLs generated", "1/s", ours, theirs, no_less_than(1000)),
            Row("requests of a law", "1/s", law, plain, no_less_than(300)),
        ]
    )
