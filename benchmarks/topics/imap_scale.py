"""IMAP with 10,000 messages: what each costs against one of 1,000, and how long a search takes."""

import child
from effort import Effort
from probes.imap_scale import FEW, MANY
from row import Outcome, Row, Samples, at_most

#: Seconds that a search may take.
PATIENCE = 1.0


def measure(effort: Effort) -> Outcome:
    """Compare the seconds a message, and those of a search with what it may take."""
    seconds = child.result("probes.imap_scale", effort.rounds)
    many = Samples(f"of {MANY:,}", [spent / MANY for spent in seconds["many"]])
    few = Samples(f"of {FEW:,}", [spent / FEW for spent in seconds["few"]])
    search = Samples(f"in {MANY:,}", seconds["search"])
    limit = Samples("what it may take", [PATIENCE])
    return Outcome(
        [
            Row("IMAP FETCH of a header", "s", many, few, at_most(1.3)),
            Row("IMAP SEARCH in a header field", "s", search, limit, at_most(1)),
        ]
    )
