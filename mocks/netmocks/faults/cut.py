"""Cut, reset and half-close: the connection, or one side of it, ends at a place."""

from collections.abc import Iterator

from netmocks.faults.fault import End, Fault, Step, Strike, Struck
from netmocks.faults.number import count_from
from netmocks.faults.place import AtPlace, Place, checked


class Cut(Fault):
    """The connection is closed (FIN) at a place.

    Arguments:
        after: the place: a number of bytes, bytes behind which it is, or `Nth`.
        more: bytes to let pass behind these.

    Raises:
        MisuseError: no such place can be.
    """

    end = End.CLOSE

    def __init__(self, after: Place, more: int = 0) -> None:
        self.after = checked(after, "after")
        self.more = count_from(0, more, "more")

    def strike(self) -> Strike:
        return _Ending(self.after, self.more, self.end)


class Reset(Cut):
    """The connection is reset (RST, RFC 9293 §3.10.7.4) at a place.

    What the client's system has not received by then is lost, as it is with any reset.
    """

    end = End.RESET


class HalfClose(Cut):
    """Nothing is said behind a place, and its hearer is told so (FIN); the other side goes on.

    With TLS it is a close_notify (RFC 8446 §6.1).
    """

    end = End.HALF_CLOSE


class _Ending(AtPlace):
    def __init__(self, after: Place, more: int, end: End) -> None:
        super().__init__(after, more)
        self._end = end

    def at(self) -> Iterator[Step]:
        yield Struck(f"{self._end.value} after {self.where}")
        yield self._end

    def beyond(self, data: bytes) -> Iterator[Step]:
        return iter(())
