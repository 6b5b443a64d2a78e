"""Fault: what is to go wrong; strike: its work on one stretch of bytes; step: what is then done.

    bytes ─ strike.through ─ steps: bytes, a pause, a gate, the end of the connection

A stretch is what one side says on one connection, or one answer. Who delivers it takes the steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from netmocks.errors import MisuseError
from netmocks.faults.gate import Gate


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


class Fault(ABC):
    """What is to go wrong; the same one may strike many stretches."""

    @abstractmethod
    def strike(self) -> Strike:
        """Begin with a new stretch of bytes."""

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name}={value!r}" for name, value in vars(self).items() if not name.startswith("_")
        )
        return f"{type(self).__name__}({told})"


class AnswerFault(Fault):
    """What is to go wrong with one whole answer, as a protocol knows it; no fault of wires."""


def checked_fault(fault: Fault | None) -> Fault | None:
    """Return what a reply was given as its fault.

    Raises:
        MisuseError: it is none.
    """
    if fault is not None and not isinstance(fault, Fault):
        raise MisuseError(f"fault={fault!r}: give a fault, such as Cut(after=100)")
    return fault
