"""Lengths: answers whose Content-Length is not that of their content (RFC 9112 §6.2, §6.3)."""

from collections.abc import Callable, Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike
from netmocks.http.faults.head import HeadStrike, Lines, is_field, joined


class WrongLength(AnswerFault):
    """Content-Length says another number than there are bytes.

    Arguments:
        by: how many more it says; negative for fewer. Where it says more, the client waits for
            what never comes, unless the connection is closed: "Connection: close" does that.

    Raises:
        MisuseError: it would be right.
    """

    def __init__(self, by: int) -> None:
        if by == 0:
            raise MisuseError("by=0: that length is right; by=1 says one byte too many")
        self.by = by

    def strike(self) -> Strike:
        return _Lengths(f"Content-Length wrong by {self.by}", lambda length: [length + self.by])


class NoLength(AnswerFault):
    """Content-Length is left out, and the connection stays open: where does the content end?"""

    def strike(self) -> Strike:
        return _Lengths("Content-Length left out", lambda _: [])


class ConflictingLength(AnswerFault):
    """Content-Length is said twice: rightly, then with another number.

    Arguments:
        by: how many more the second says; negative for fewer.
    """

    def __init__(self, by: int = 1) -> None:
        self.by = by

    def strike(self) -> Strike:
        return _Lengths("Content-Length said twice", lambda length: [length, length + self.by])


class _Lengths(HeadStrike):
    def __init__(self, text: str, change: Callable[[int], list[int]]) -> None:
        super().__init__(text)
        self._change = change

    def head(self, lines: Lines) -> Iterator[Step]:
        changed: Lines = []
        for line in lines:
            if is_field(line, b"content-length"):
                length = int(line.partition(b":")[2])
                changed += [b"Content-Length: %d" % max(0, n) for n in self._change(length)]
            else:
                changed.append(line)
        yield joined(changed)
