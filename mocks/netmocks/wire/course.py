"""Course: one direction of a connection where faults are placed.

    bytes ─ stage ─ stage ─ … ─ where they were to go

Each placed fault is a stage: a queue, and a task that takes what its strike makes of the bytes.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from netmocks.faults import End, Gate, Placed, Step, Strike, Struck
from netmocks.faults.placed import Direction
from netmocks.wire.passage import Passage
from netmocks.wire.site import Site

#: Bytes under way at which a course asks for no more, and at which it asks again.
HIGH = 1024 * 1024
LOW = HIGH // 4


class Chunk(NamedTuple):
    """Bytes under way, or an end behind them; neither only tells how many events there were."""

    data: bytes
    end: End | None
    #: when it came to the stage, by the loop's clock
    came: float
    #: how many events the connection had had when it entered the course
    events: int


class Course:
    """One direction of one connection, with its faults in the order of their placing.

    Arguments:
        site: the mock.
        number: the connection's ordinal.
        direction: which way it leads.
        leave: takes what comes out at its end: bytes or an end.
        settle: called when `is_full` or `is_empty` changes.
    """

    def __init__(
        self,
        site: Site,
        number: int,
        direction: Direction,
        leave: Callable[[Chunk], None],
        settle: Callable[[], None],
    ) -> None:
        self.site = site
        self.number = number
        self.direction: Direction = direction
        self._leave = leave
        self._settle = settle
        self._stages: list[_Stage] = []
        self._exit = asyncio.Event()
        self._exit.set()
        self._under_way = 0
        #: whether it wants no more for now
        self.is_full = False
        #: whether nothing can enter or leave it any more
        self.is_closed = False

    @property
    def is_empty(self) -> bool:
        """Whether no fault is left in it, nor anything under way."""
        return not self._stages

    @property
    def size(self) -> int:
        """Bytes under way."""
        return self._under_way

    def add(self, placed: Placed, strike: Strike) -> None:
        """Let one more fault strike, behind those that are here."""
        stage = _Stage(self, placed, strike)
        self._stages.append(stage)
        stage.put(self._chunk(b"", None))

    def feed(self, data: bytes, end: End | None = None) -> None:
        """Send bytes, or an end, on their way."""
        if not self.is_closed:
            self._stages[0].put(self._chunk(data, end))

    def _chunk(self, data: bytes, end: End | None) -> Chunk:
        return Chunk(data, end, 0.0, self.site.events.get(self.number, 0))

    def event(self, count: int) -> None:
        """The connection has had so many events: where a stretch begins now, tell its stage."""
        if any(stage.placed.from_event == count for stage in self._stages):
            self.feed(b"")

    def weigh(self, by: int) -> None:
        """Take note that so many bytes more, or fewer, are under way."""
        self._under_way += by
        is_full = self._under_way > (LOW if self.is_full else HIGH)
        if is_full is not self.is_full:
            self.is_full = is_full
            if not self.is_closed:
                self._settle()

    async def behind(self, stage: "_Stage", chunk: Chunk) -> None:
        """Take what comes out of a stage."""
        if stage is not self._stages[-1]:
            self._stages[self._stages.index(stage) + 1].put(chunk)
            return
        await self._exit.wait()
        if (chunk.data or chunk.end) and not self.is_closed:
            self._leave(chunk)

    def shut_exit(self, shut: bool) -> None:
        """Let nothing leave for now, because who takes it can't keep up; or let it again."""
        if shut:
            self._exit.clear()
        else:
            self._exit.set()

    async def drained(self) -> None:
        """Wait until nothing is under way, or never will be."""
        for stage in tuple(self._stages):
            await stage.idle.wait()

    def withdraw(self, placed: Placed) -> None:
        """Let a fault go: what it holds up goes on."""
        for stage in tuple(self._stages):
            if stage.placed is placed:
                stage.withdraw()
                self.leave_out(stage)

    def leave_out(self, stage: "_Stage") -> None:
        """Lead past a stage that does nothing any more, if it is one."""
        if stage.is_over:
            self._stages.remove(stage)
            if self.is_empty and not self.is_closed:
                self._settle()

    def fail(self, error: Exception) -> None:
        """Tell the test that a fault is broken itself, and end the connection."""
        self.site.report(error, self.number)
        self._leave(Chunk(b"", End.RESET, 0.0, 0))

    def close(self) -> None:
        """Give up: what is under way is lost."""
        self.is_closed = True
        for stage in self._stages:
            stage.cancel()


class _Stage(Passage):
    """One placed fault in a course: a queue, and the task that empties it."""

    def __init__(self, course: Course, placed: Placed, strike: Strike) -> None:
        super().__init__()
        self.placed = placed
        self._course = course
        self._strike = strike
        self._queue: deque[Chunk] = deque()
        self._task: asyncio.Task[None] | None = None
        self._withdrawn = self._loop.create_future()
        #: set while nothing is in it
        self.idle = asyncio.Event()
        self.idle.set()
        self._is_passive = False  # it lets everything pass from now on
        self._has_struck = False
        self._has_finished = False
        self._ended: End | None = None  # that the fault made
        self._chunk = Chunk(b"", None, 0.0, 0)  # that it is at work on
        self._has_begun = False

    def put(self, chunk: Chunk) -> None:
        """Take bytes or an end, to be dealt with in their turn."""
        chunk = chunk._replace(came=self._loop.time())
        self._course.weigh(len(chunk.data))
        self._queue.append(chunk)
        self.idle.clear()
        if self._task is None:
            self._task = self._loop.create_task(self._run())

    async def _run(self) -> None:
        while self._queue:
            chunk = self._chunk = self._queue.popleft()
            try:
                await self._pass(chunk)
            except Exception as error:  # a fault of the test's own is broken
                self._course.fail(error)
                return
            self._course.weigh(-len(chunk.data))
        self._task = None
        self.idle.set()
        self._course.leave_out(self)

    async def _pass(self, chunk: Chunk) -> None:
        if self._ended is not None:  # what comes behind a half-close is lost; a whole one is not
            if chunk.end in (End.CLOSE, End.RESET) and self._ended is End.HALF_CLOSE:
                await self._hand_on(chunk)
            return
        if chunk.events < self.placed.from_event:
            await self._hand_on(chunk)
            return
        if not self._has_begun:
            self._has_begun = True
            await self.take(self._struck_by(self._strike.open), chunk.came)
        if chunk.end is not None:
            if not self._has_finished:
                self._has_finished = True
                await self.take(self._struck_by(self._strike.finish), chunk.came)
            if self._ended is None:
                await self._hand_on(chunk)
        elif chunk.data:
            steps = self._struck_by(lambda: self._strike.through(chunk.data), chunk.data)
            await self.take(steps, chunk.came)
        elif self._ended is None:
            await self._hand_on(chunk)

    def _struck_by(self, strike: Callable[[], Iterable[Step]], data: bytes = b"") -> Iterable[Step]:
        """Return what becomes of bytes; where its times are used up, they pass."""
        whole = (data,) if data else ()
        if self._is_passive or (self.placed.is_spent and not self._has_struck):
            self._is_passive = True
            return whole
        steps = iter(strike())
        return steps if self._has_struck else self._first_strike(steps, whole)

    def _first_strike(self, steps: Iterator[Step], whole: Iterable[Step]) -> Iterable[Step]:
        """Take one of the fault's times where it strikes; before that, all passes unchanged."""
        before: list[Step] = []
        for step in steps:
            if isinstance(step, Struck):
                if not self.placed.claim():
                    self._is_passive = True
                    return whole
                self._has_struck = True
                return chain(before, (step,), steps)
            before.append(step)
        return before

    @property
    def is_over(self) -> bool:
        """Whether it was withdrawn, and all has left it; what ended a side keeps that shut."""
        return self._withdrawn.done() and self.idle.is_set() and self._ended is None

    # -- what a passage asks for ----------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        return self._course.is_closed or self._ended is not None

    async def pass_on(self, data: bytes) -> None:
        await self._hand_on(self._chunk._replace(data=data, end=None))

    def _hand_on(self, chunk: Chunk) -> Awaitable[None]:
        return self._course.behind(self, chunk)

    async def wait_until(self, time: float) -> None:
        seconds = time - self._loop.time()
        if not self._withdrawn.done():
            await asyncio.wait([self._withdrawn], timeout=max(0.0, seconds))

    async def stand_before(self, gate: Gate) -> None:
        if self._withdrawn.done():
            return
        passed = self._loop.create_task(gate.passed(f"connection {self._course.number}"))
        try:
            await asyncio.wait([passed, self._withdrawn], return_when=asyncio.FIRST_COMPLETED)
        finally:
            passed.cancel()

    def struck(self, text: str) -> None:
        course = self._course
        course.site.note_hit(course.number, self.placed, text, course.direction)

    async def end(self, end: End) -> None:
        self._ended = end
        await self._hand_on(self._chunk._replace(data=b"", end=end))

    # -- its end --------------------------------------------------------------------------------

    def withdraw(self) -> None:
        """Hold up nothing any more."""
        self._is_passive = True
        if not self._withdrawn.done():
            self._withdrawn.set_result(None)

    def cancel(self) -> None:
        """Give up."""
        self._queue.clear()
        self.idle.set()
        if self._task is not None:
            self._task.cancel()
