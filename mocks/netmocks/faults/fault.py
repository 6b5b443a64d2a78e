"""Fault: what is to go wrong; strike: its work on one stretch of bytes; step: what is then done.

    bytes ─ strike.through ─ steps: bytes, a pause, a gate, the end of the connection

A stretch is what one side says on one connection, or one answer. Who delivers it takes the steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from netmocks.errors import MisuseError
from netmocks.faults.gate import Gate

if TYPE_CHECKING:
    from netmocks.faults.placed import Placed


class Pause(NamedTuple):
    """Say nothing for so many seconds."""

    seconds: float


class Delay(NamedTuple):
    """Say what follows so many seconds after the bytes came that it was made of."""

    seconds: float


class Struck(NamedTuple):
    """The fault struck here; the journal shows the text."""

    text: str


class End(Enum):
    """The connection, or this side of it, ends here, whatever was still to be said."""

    CLOSE = "closed"
    RESET = "reset"
    HALF_CLOSE = "half-closed"


Step = bytes | Pause | Delay | Gate | Struck | End


class Strike(ABC):
    """A fault's work on one stretch of bytes.

    Until it yields its first `Struck`, all bytes have to pass as they came, and at once.
    """

    def open(self) -> Iterator[Step]:
        """Yield what is done where the stretch begins, before any byte; not asked of answers."""
        return iter(())

    @abstractmethod
    def through(self, data: bytes) -> Iterator[Step]:
        """Take the next bytes, however they were cut; yield what becomes of them."""

    def finish(self) -> Iterator[Step]:
        """Yield what is still to be done when all was said."""
        return iter(())


class AnyFault:
    """What all faults have: how they are shown, and what they can't be placed with."""

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if value is not None and not name.startswith("_")
        )
        return f"{type(self).__name__}({told})"

    def check(self, placed: "Placed") -> None:
        """Check how it is placed.

        Raises:
            MisuseError: it can't strike there.
        """

    def clash(self, earlier: "AnyFault", *, everywhere: bool) -> str:
        """Say why it can't stand behind an earlier one, and what to write; empty if it can.

        Arguments:
            earlier: one that strikes the same connections, in the same direction.
            everywhere: whether that one strikes wherever this one could.
        """
        return ""


class EarlyFault(AnyFault):
    """A fault that strikes before a connection has said anything."""

    def check(self, placed: "Placed") -> None:
        if placed.direction != "out" or placed.from_event:
            raise MisuseError(
                f"{self!r} strikes before anything is said: leave out direction= and from_event="
            )


class Fault(AnyFault, ABC):
    """What is to go wrong; the same one may strike many stretches."""

    @abstractmethod
    def strike(self) -> Strike:
        """Begin with a new stretch of bytes."""


class AnswerFault(Fault):
    """What is to go wrong with one whole answer, as a protocol knows it; no fault of wires."""


def checked_fault(fault: Fault | None) -> Fault | None:
    """Return what a reply was given as its fault.

    Raises:
        MisuseError: it is none.
    """
    if isinstance(fault, EarlyFault):
        raise MisuseError(
            f"{fault!r} strikes before anything is said, so it is none of a reply: place it on the"
            f" mock, by mock.fault({fault!r})"
        )
    if fault is not None and not isinstance(fault, Fault):
        raise MisuseError(f"fault={fault!r}: give a fault, such as Cut(after=100)")
    return fault
