"""Cut and reset: the connection ends at a place."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import End, Fault, Step, Strike, Struck
from netmocks.faults.place import AtPlace, Place, checked, shown


class Cut(Fault):
    """The connection is closed (FIN) at a place.

    Arguments:
        after: the place: a number of bytes, or bytes behind which it is.
        more: bytes to let pass behind these.

    Raises:
        MisuseError: no such place can be.
    """

    end = End.CLOSE

    def __init__(self, after: Place, more: int = 0) -> None:
        self.after = checked(after, "after")
        if more < 0:
            raise MisuseError(f"more={more!r}: the bytes behind a place are no fewer than none")
        self.more = more

    def strike(self) -> Strike:
        return _Ending(self.after, self.more, self.end)


class Reset(Cut):
    """The connection is reset (RST, RFC 9293 §3.10.7.4) at a place.

    What the client's system has not received by then is lost, as it is with any reset.
    """

    end = End.RESET


class _Ending(AtPlace):
    def __init__(self, after: Place, more: int, end: End) -> None:
        super().__init__(after, more)
        self._text = f"{end.value} after {shown(after)}" + (f" and {more} more" if more else "")
        self._end = end

    def at(self) -> Iterator[Step]:
        yield Struck(self._text)
        yield self._end

    def beyond(self, data: bytes) -> Iterator[Step]:
        return iter(())
