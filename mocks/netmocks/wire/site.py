"""Site: what all connections of one mock share."""

import traceback
from dataclasses import dataclass, field
from itertools import count

from netmocks.findings import Findings
from netmocks.journal import Journal


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
        self.journal.write(
            self.name, "error", connection=connection, value=f"{type(error).__name__}: {error}"
        )
        trace = "".join(traceback.format_exception(error)).rstrip()
        self.findings.add(
            "handler", f"{self.name}#{connection}", f"an exception while serving\n{trace}"
        )
