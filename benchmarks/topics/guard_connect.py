"""A connect with the guard on against one without a guard."""

import child
from effort import Effort
from probes.guard_connect import PLACES
from row import Outcome, Row, Samples, at_most_more


def measure(effort: Effort) -> Outcome:
    """Compare the seconds of a connect."""
    found = [
        child.result("probes.guard_connect", effort.operations * 10) for _ in range(effort.rounds)
    ]
    rows = []
    for place in PLACES:
        bare, guarded = (
            Samples(name, [seconds for one in found for seconds in one[name][place]])
            for name in ("bare", "guarded")
        )
        what = f"connect to {place}, guarded"
        rows.append(Row(what, "s", guarded, bare, at_most_more(5e-6)))
    return Outcome(rows)
