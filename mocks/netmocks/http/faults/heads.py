"""Heads: answers that begin with what is no HTTP (RFC 9112 §4, §5)."""

from collections.abc import Iterator
from itertools import count

from netmocks.faults.fault import AnswerFault, Step, Strike
from netmocks.http.faults.head import HeadStrike, Lines, joined


class BadStatusLine(AnswerFault):
    """The answer begins with another line than a status line.

    Arguments:
        line: what stands there instead.
    """

    def __init__(self, line: str = "HTTP/1.1 twohundred OK") -> None:
        self.line = line

    def strike(self) -> Strike:
        return _Lines("no status line", 0, 1, self.line)


class BadField(AnswerFault):
    """A line among the fields is none.

    Arguments:
        line: what stands there; first among the fields.
    """

    def __init__(self, line: str = "this line has no colon") -> None:
        self.line = line

    def strike(self) -> Strike:
        return _Lines("a line that is no field", 1, 1, self.line)


class _Lines(HeadStrike):
    """Puts a line in the place of those from `start` to `end`."""

    def __init__(self, text: str, start: int, end: int, line: str) -> None:
        super().__init__(f"{text}: {line!r}")
        self._place = slice(start, end)
        self._line = line.encode("latin-1", errors="replace")

    def head(self, lines: Lines) -> Iterator[Step]:
        lines[self._place] = [self._line]
        yield joined(lines)


class EndlessHead(AnswerFault):
    """Fields come without an end, until the client leaves or the mock stops."""

    def strike(self) -> Strike:
        return _Endless("fields without end")


class _Endless(HeadStrike):
    def head(self, lines: Lines) -> Iterator[Step]:
        yield b"\r\n".join(lines) + b"\r\n"
        for number in count(1):
            yield b"X-Endless-%d: %b\r\n" % (number, b"x" * 1000)
