"""Literal: a string that has not the bytes that were announced."""

import re
from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike

#: What announces a literal at the end of a line (RFC 3501 §4.3).
ANNOUNCED = re.compile(rb"\{(\d+)\}\r\n\Z")


class ShortLiteral(AnswerFault):
    """The first literal has fewer bytes than it announces: the last ones are missing.

    The client takes what follows for them, and waits for more in the end; with `close=True` it
    learns that none will come.

    Arguments:
        by: how many are missing; a literal that has no more is left empty.

    Raises:
        MisuseError: fewer than one.
    """

    def __init__(self, by: int = 1) -> None:
        if by < 1:
            raise MisuseError(f"by={by!r}: one byte or more is missing")
        self.by = by

    def strike(self) -> Strike:
        return _Shortening(self.by)


class _Shortening(LineStrike):
    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by
        #: bytes of the literal that are still to come; None before it, 0 behind it
        self._left: int | None = None

    def line(self, line: bytes) -> Iterator[Step]:
        if self._left is None:
            announced = ANNOUNCED.search(line)
            if announced and (size := int(announced[1])):
                yield Struck(f"a literal of {max(0, size - self._by)} bytes announced as {size}")
                self._left = size
            yield line
            return
        content, rest = line[: self._left], line[self._left :]
        # Of the literal's last bytes, those are kept back that this line has.
        self._left -= len(content)
        yield content[: max(0, len(content) - max(0, self._by - self._left))] + rest
