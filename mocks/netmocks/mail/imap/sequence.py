"""SequenceSet: which messages a command is about (RFC 3501 §9, sequence-set)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from netmocks.mail.imap.reply import Bad

#: The greatest number there is (RFC 3501 §9, nz-number).
GREATEST = 2**32 - 1

RANGE = re.compile(rb"(?:([1-9]\d{0,9})|\*)(?::(?:([1-9]\d{0,9})|(\*)))?")


class SequenceSet:
    """Ranges of numbers; "*" is the last number there is.

    Arguments:
        text: such as b"1,3:5,7:*".

    Raises:
        Bad: it is no sequence set.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        #: both ends of each range, None for "*"
        self._ranges: list[tuple[int | None, int | None]] = []
        for piece in text.split(b","):
            match = RANGE.fullmatch(piece)
            if match is None:
                raise Bad(f"{piece[:40].decode('ascii', 'replace')!r} is no number or range")
            first = int(match[1]) if match[1] else None
            last = first if b":" not in piece else int(match[2]) if match[2] else None
            if max(first or 0, last or 0) > GREATEST:
                raise Bad(f"{piece.decode()}: the greatest number is {GREATEST}")
            self._ranges.append((first, last))

    def within(self, last: int) -> list[tuple[int, int]]:
        """Return the ranges, in order and without overlap, where "*" is that number."""
        ends = sorted(
            (min(pair), max(pair))
            for pair in (
                (last if a is None else a, last if b is None else b) for a, b in self._ranges
            )
        )
        merged: list[tuple[int, int]] = []
        for low, high in ends:
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged

    def places(self, numbers: Sequence[int]) -> list[int]:
        """Return the places in an ascending sequence of the numbers that are in this set."""
        last = numbers[-1] if numbers else 0
        found: list[int] = []
        for low, high in self.within(last):
            found += range(bisect_left(numbers, low), bisect_right(numbers, high))
        return found

    def beyond(self, last: int) -> int | None:
        """Return a number in it that is greater than the last one there is; None if none is."""
        named = (number for pair in self._ranges for number in pair if number is not None)
        if last == 0 and all(None in pair for pair in self._ranges):
            return None  # "1:*" of nothing is nothing
        return next((number for number in named if number > last), None)


def compact(numbers: Sequence[int]) -> bytes:
    """Return ascending numbers as a sequence set (RFC 4315 §4, uid-set)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)
