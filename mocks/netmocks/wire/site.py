"""Site: what all connections of one mock share."""

import traceback
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Literal

from netmocks.faults import AnyFault, Placed
from netmocks.findings import Findings
from netmocks.journal import Journal

if TYPE_CHECKING:
    from netmocks.wire.courses import Courses

#: Turns of the loop in which a stopping mock still reads what its clients had said before.
LAST_TURNS = 64


@dataclass
class Site:
    """A mock as the wire sees it: a name, and where to write what happens."""

    name: str
    journal: Journal
    findings: Findings
    #: the names in its certificate
    names: tuple[str, ...] = ()
    #: numbers the connections, from 1, across all listeners of the mock
    ordinals: "count[int]" = field(default_factory=lambda: count(1))
    #: the faults on its wires, in the order of their placing
    plan: list[Placed] = field(default_factory=list)
    #: how many events each open connection has had, where there were any
    events: dict[int, int] = field(default_factory=dict)
    #: the open connections on which faults were placed
    faulty: "dict[int, Courses]" = field(default_factory=dict)

    def report(self, error: BaseException, connection: int) -> None:
        """Keep an exception of the test's own code, or of an engine, as a finding."""
        trace = "".join(traceback.format_exception(error)).rstrip()
        culprit = f"{self.name}#{connection}" if connection else self.name
        self.findings.add("handler", culprit, f"an exception while serving\n{trace}")
        # Last, so that who waits for it finds the finding too.
        self.journal.write(
            self.name, "error", connection=connection, value=f"{type(error).__name__}: {error}"
        )

    def note_event(self, connection: int, value: object) -> None:
        """Write what an engine made of what its client said: a request, a command, a message.

        Faults may be placed from such an event on, so every room writes its events here.
        """
        self.journal.write(self.name, "event", connection, "", b"", value)
        events = self.events
        events[connection] = number = events.get(connection, 0) + 1
        if self.faulty and connection in self.faulty:
            self.faulty[connection].event(number)

    def note_fault(
        self,
        connection: int,
        fault: AnyFault,
        text: str,
        direction: Literal["in", "out", ""] = "",
    ) -> None:
        """Write which fault struck, and what it did."""
        value = f"{type(fault).__name__}: {text}"
        self.journal.write(self.name, "fault", connection, direction, value=value)

    def note_hit(
        self,
        connection: int,
        placed: Placed,
        text: str,
        direction: Literal["in", "out", ""] = "",
    ) -> None:
        """Write that a placed fault struck, and let it know."""
        self.note_fault(connection, placed.fault, text, direction)
        placed.struck(connection, text)
