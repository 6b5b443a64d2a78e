"""Faults at the door: what happens to a connection before it can say a byte, TLS or not."""

from typing import TYPE_CHECKING

from netmocks.errors import MisuseError
from netmocks.faults.fault import EarlyFault
from netmocks.faults.number import seconds_from

if TYPE_CHECKING:
    from netmocks.faults.placed import Placed


class SlowAccept(EarlyFault):
    """A connection is taken, but nobody attends to it for a time: not even TLS is answered.

    The client's connect succeeds, for its system does that; then it waits.

    Arguments:
        seconds: how long; until the fault is withdrawn, where left out.

    Raises:
        MisuseError: no such time can be.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = None if seconds is None else seconds_from(0, seconds, "seconds")

    @property
    def text(self) -> str:
        """What the journal says of it."""
        how_long = "until withdrawn" if self.seconds is None else f"for {self.seconds:g} s"
        return f"not attended to {how_long}"


class Refuse(EarlyFault):
    """Connections are refused while it lasts; those that are open stay.

    Refused connections can't be seen by the mock: it counts as one strike, from its placing on.
    """

    text = "connections are refused"

    def check(self, placed: "Placed") -> None:
        super().check(placed)
        if placed.connection is not None or placed.times is not None:
            raise MisuseError(
                "Refuse() strikes all connections while it lasts, for those that are refused have"
                " no number: leave out connection= and times=, and withdraw it"
            )
