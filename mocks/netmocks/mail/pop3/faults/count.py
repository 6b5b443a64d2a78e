"""Count: a message that has not the bytes that were told."""

import re
from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike

#: Where a size is told: by RETR, and by STAT and LIST, behind another number.
TOLD = re.compile(rb"(\+OK )(\d+)( octets\r\n)|((?:\+OK )?\d+ )(\d+)(\r\n)")


class WrongCount(AnswerFault):
    """RETR, LIST and STAT tell a wrong number of bytes.

    Arguments:
        by: how many too many; too few where it is negative. None is told to be less than empty.

    Raises:
        MisuseError: 0, which would be right.
    """

    def __init__(self, by: int = -1) -> None:
        if by == 0:
            raise MisuseError("by=0: that would be the right number of bytes")
        self.by = by

    def strike(self) -> Strike:
        return _Miscounting(self.by)


class _Miscounting(LineStrike):
    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by
        self._is_content = False

    def line(self, line: bytes) -> Iterator[Step]:
        told = None if self._is_content else TOLD.fullmatch(line)
        if told:
            before, size, after = told.group(1, 2, 3) if told[1] else told.group(4, 5, 6)
            self._is_content = bool(told[1])  # a line of a message may look like one of LIST
            wrong = b"%d" % max(0, int(size) + self._by)
            yield Struck(f"{wrong.decode()} bytes instead of {size.decode()}")
            line = before + wrong + after
        yield line
