"""LimitData: so many bytes pass, and the first one too many has consequences."""

from collections.abc import Iterator
from typing import Literal, get_args

from netmocks.errors import MisuseError
from netmocks.faults.fault import End, Fault, Step, Strike, Struck
from netmocks.faults.number import count_from

#: What the first byte too many does.
Then = Literal["close", "reset", "drop"]

ENDS = {"close": End.CLOSE, "reset": End.RESET}


class LimitData(Fault):
    """So many bytes pass; unlike `Cut`, it strikes only when more is said.

    Arguments:
        limit: how many bytes.
        then: what the first byte too many does: "close" or "reset" the connection, or "drop",
            where it and all behind it are lost while the connection stays open.

    Raises:
        MisuseError: a limit below none, or no such consequence.
    """

    def __init__(self, limit: int, *, then: Then = "close") -> None:
        if then not in get_args(Then):
            raise MisuseError(f"then={then!r}: it is 'close', 'reset' or 'drop'")
        self.limit = count_from(0, limit, "limit")
        self.then: Then = then

    def strike(self) -> Strike:
        return _Limiting(self.limit, ENDS.get(self.then))


class _Limiting(Strike):
    def __init__(self, limit: int, end: End | None) -> None:
        self._text = f"{end.value if end else 'dropped'}, for more than {limit} bytes were said"
        self._left = limit
        self._end = end
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if self._left:
            yield data[: self._left]
        is_more = len(data) > self._left
        self._left = max(0, self._left - len(data))
        if is_more and not self._has_struck:
            self._has_struck = True
            yield Struck(self._text)
            if self._end is not None:
                yield self._end
