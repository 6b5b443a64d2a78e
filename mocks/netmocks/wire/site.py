"""Site: what all connections of one mock share."""

import traceback
from dataclasses import dataclass, field
from itertools import count

from netmocks.findings import Findings
from netmocks.journal import Journal

#: Turns of the loop in which a stopping mock still reads what its clients had said before.
LAST_TURNS = 64


@dataclass
class Site:
    """A mock as the wire sees it: a name, and where to write what happens."""

    name: str
    journal: Journal
    findings: Findings
    #: numbers the connections, from 1, across all listeners of the mock
    ordinals: "count[int]" = field(default_factory=lambda: count(1))

    def report(self, error: BaseException, connection: int) -> None:
        """Keep an exception of the test's own code, or of an engine, as a finding."""
        trace = "".join(traceback.format_exception(error)).rstrip()
        culprit = f"{self.name}#{connection}" if connection else self.name
        self.findings.add("handler", culprit, f"an exception while serving\n{trace}")
        # Last, so that who waits for it finds the finding too.
        self.journal.write(
            self.name, "error", connection=connection, value=f"{type(error).__name__}: {error}"
        )
