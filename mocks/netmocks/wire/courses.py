"""Courses: both directions of a connection on which faults were placed."""

from typing import TYPE_CHECKING

from netmocks.faults import End, Fault, Placed
from netmocks.wire.course import Chunk, Course

if TYPE_CHECKING:
    from netmocks.wire.stream import Stream


class Courses:
    """What a client says, and what it is told, on its way through the faults of its connection.

    A direction without any has no course: it is passed at once.

    Arguments:
        stream: the connection.
    """

    def __init__(self, stream: "Stream") -> None:
        self._stream = stream
        self._inward: Course | None = None
        self._outward: Course | None = None
        stream.site.faulty[stream.number] = self

    # -- the faults -----------------------------------------------------------------------------

    def place(self, placed: Placed, fault: Fault) -> None:
        """Let a fault strike what is said from now on."""
        site, number = self._stream.site, self._stream.number
        if placed.direction == "in":
            if self._inward is None:
                leave, settle = self._leave_inward, self._settle_inward
                self._inward = Course(site, number, "in", leave, settle)
                self._stream.balance_reading()
            self._inward.add(placed, fault.strike())
        else:
            if self._outward is None:
                leave, settle = self._leave_outward, self._settle_outward
                self._outward = Course(site, number, "out", leave, settle)
                self._stream.balance_writing()
            self._outward.add(placed, fault.strike())

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more, and hold up nothing."""
        for course in self._both:
            course.withdraw(placed)

    def event(self, count: int) -> None:
        """Take note that the connection has had so many events."""
        for course in self._both:
            course.event(count)

    def close(self) -> None:
        """The connection is over: what is under way is lost."""
        self._stream.site.faulty.pop(self._stream.number, None)
        for course in self._both:
            course.close()

    @property
    def _both(self) -> list[Course]:
        return [course for course in (self._inward, self._outward) if course is not None]

    # -- what the client says -------------------------------------------------------------------

    def hear(self, plaintext: bytes) -> None:
        """Take what the client said."""
        if self._inward is None:
            self._stream.take_in(plaintext)
        else:
            self._inward.feed(plaintext)

    def hear_end(self) -> bool:
        """The client says no more; true where the engine hears of it behind what is under way."""
        if self._inward is None:
            return False
        self._inward.feed(b"", End.HALF_CLOSE)
        return True

    def pace_inward(self, is_engine_busy: bool) -> bool:
        """Let nothing through to an engine that is busy; return whether to read no more."""
        if self._inward is None:
            return is_engine_busy
        self._inward.shut_exit(is_engine_busy)
        return self._inward.is_full

    def _settle_inward(self) -> None:
        if self._inward is not None and self._inward.is_empty:
            self._inward = None
        self._stream.balance_reading()

    def _leave_inward(self, chunk: Chunk) -> None:
        stream = self._stream
        if stream.is_closing():
            return
        if chunk.end is None:
            stream.take_in(chunk.data)
        elif chunk.end is not End.HALF_CLOSE:
            stream.end(chunk.end)
        elif not stream.finish_reading():
            stream.close()

    # -- what it is told ------------------------------------------------------------------------

    def say(self, plaintext: bytes) -> None:
        """Take what the engine said."""
        if self._outward is None:
            self._stream.send(plaintext)
        else:
            self._outward.feed(plaintext)

    def say_end(self, end: End) -> None:
        """End the connection, or its side of it, behind what is under way."""
        if self._outward is None:
            self._end(end)
        else:
            self._outward.feed(b"", end)

    async def said(self) -> None:
        """Wait until the client has been told all that is under way, or never will be."""
        if self._outward is not None:
            await self._outward.drained()

    @property
    def size(self) -> int:
        """Bytes under way to the client."""
        return 0 if self._outward is None else self._outward.size

    def pace_outward(self, is_clogged: bool) -> bool:
        """Let nothing out to a client that can't keep up; return whether the engine is to pause."""
        if self._outward is None:
            return is_clogged
        self._outward.shut_exit(is_clogged)
        return self._outward.is_full

    def _settle_outward(self) -> None:
        if self._outward is not None and self._outward.is_empty:
            self._outward = None
        self._stream.balance_writing()

    def _leave_outward(self, chunk: Chunk) -> None:
        if self._stream.carrier.is_closing():
            return
        if chunk.end is None:
            self._stream.send(chunk.data)
        else:
            self._end(chunk.end)

    def _end(self, end: End) -> None:
        match end:
            case End.CLOSE:
                self._stream.shut()
            case End.RESET:
                self._stream.reset()
            case End.HALF_CLOSE:
                self._stream.shut_half()
