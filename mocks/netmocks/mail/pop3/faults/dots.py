"""Dots: those that end a multi-line reply, and those that are to be hidden in it."""

from collections.abc import Iterator

from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike

FINAL = b".\r\n"


class NoFinalDot(AnswerFault):
    """A multi-line reply lacks the line that ends it.

    The client waits for it; with `close=True` it learns that none will come.
    """

    def strike(self) -> Strike:
        return _Dotless()


class _Dotless(LineStrike):
    def line(self, line: bytes) -> Iterator[Step]:
        if line == FINAL:
            yield Struck("no final dot")
        else:
            yield line


class BareDots(AnswerFault):
    """Lines that begin with a dot are sent as they are, so that one of a dot alone ends too early.

    What follows that is read as the reply to the next command.
    """

    def strike(self) -> Strike:
        return _Baring()


class _Baring(LineStrike):
    def line(self, line: bytes) -> Iterator[Step]:
        if line.startswith(b".."):
            yield Struck("a dot that is not hidden")
            line = line[1:]
        yield line
