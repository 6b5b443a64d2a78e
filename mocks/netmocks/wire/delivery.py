"""Delivery: takes one answer through its fault onto a stream."""

from collections.abc import Awaitable, Callable

from netmocks.faults import End, Fault, Gate
from netmocks.wire.passage import Passage
from netmocks.wire.stream import Stream


class Delivery(Passage):
    """One stretch of bytes on its way to the client, with what goes wrong on it.

    Arguments:
        stream: the connection.
        fault: what goes wrong.
        write: writes to the stream; returns when the client can take more.
    """

    def __init__(
        self, stream: Stream, fault: Fault, write: Callable[[bytes], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._stream = stream
        self._fault = fault
        self._strike = fault.strike()
        self._write = write
        self._has_struck = False
        self._is_half_closed = False

    async def write(self, data: bytes) -> None:
        """Send bytes, or what the fault makes of them."""
        await self.take(self._strike.through(data), self._loop.time())

    async def finish(self) -> None:
        """Do what is left when all was said; a fault that had no place to strike is a finding."""
        await self.take(self._strike.finish(), self._loop.time())
        if not self._has_struck and not self._stream.is_closing():
            site = self._stream.site
            site.findings.add(
                "unused",
                f"{site.name}#{self._stream.number}",
                f"{self._fault!r} never struck: its place is beyond all that was said",
            )

    @property
    def is_closed(self) -> bool:
        return self._is_half_closed or self._stream.is_closing()

    async def pass_on(self, data: bytes) -> None:
        await self._write(data)

    async def stand_before(self, gate: Gate) -> None:
        await gate.passed(f"connection {self._stream.number}")

    def struck(self, text: str) -> None:
        self._has_struck = True
        self._stream.site.note_fault(self._stream.number, self._fault, text)

    async def end(self, end: End) -> None:
        self._is_half_closed = end is End.HALF_CLOSE
        self._stream.end(end)
