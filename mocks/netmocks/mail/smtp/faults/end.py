"""End: a reply that has none."""

from collections.abc import Iterator

from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike


class NoLastLine(AnswerFault):
    """Every line says that another follows, and none does: "250-" where "250 " was meant.

    The client waits for the rest; with `close=True` it learns that none will come.
    """

    def strike(self) -> Strike:
        return _Endless()


class _Endless(LineStrike):
    def line(self, line: bytes) -> Iterator[Step]:
        if line[3:4] == b" ":
            yield Struck(f"{line[:3].decode()} without a last line")
            line = line[:3] + b"-" + line[4:]
        yield line
