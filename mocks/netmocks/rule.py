"""Rule: what the rules of every protocol are: a sequence of answers, and a spy."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from netmocks.errors import MisuseError
from netmocks.findings import Findings
from netmocks.record import PATIENCE, Record
from netmocks.slice import Slice
from netmocks.wire.worker import in_thread, name_of

C = TypeVar("C")
A = TypeVar("A")


class Ruled(Protocol):
    """A mock that has rules."""

    @property
    def name(self) -> str:
        """What the journal calls it."""

    @property
    def findings(self) -> Findings:
        """What went wrong."""

    def remove(self, rule: Any) -> None:
        """Withdraw a rule; what it saw stays readable."""


class Rule(Generic[C, A]):
    """An expectation with its answers, and what it has answered.

    As a `with` block, it ends with the block: it is withdrawn, and that it was never used is a
    finding then.

    Arguments:
        mock: the mock that it belongs to.
        calls: what it will have answered.
        first: what it answers until it is told otherwise.
        times: how often it answers before it steps aside; None for ever.
        required: whether it is a finding if it never answers.
        spelling: the Python that made it, for explanations.

    Raises:
        MisuseError: times that no rule can have.
    """

    #: what its calls are called
    noun: ClassVar[str]

    def __init__(
        self,
        mock: Ruled,
        calls: Record[C] | Slice[C],
        first: A,
        *,
        times: int | None = None,
        required: bool = True,
        spelling: str,
    ) -> None:
        if times is not None and (not isinstance(times, int) or times < 1):
            raise MisuseError(
                f"times={times!r}: a rule answers at least once; leave it out for ever"
            )
        self._mock = mock
        self.times = times
        self.required = required
        self.spelling = spelling
        #: what it answered, waitable
        self.calls = calls
        self._count = 0
        # The one used last, then those that wait for their turn.
        self._answers: list[A | None] = [None, first]
        self._cycles = False

    def __repr__(self) -> str:
        return f"<Rule {self.spelling}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._mock.remove(self)
        if kind is None:
            self.report_unused()

    # -- what it answers ----------------------------------------------------------------------

    def _answer_from_now_on(self, answer: A) -> None:
        self._answers = [None, answer]
        self._cycles = False

    def _answer_then(self, answer: A) -> None:
        if self._cycles:
            raise MisuseError("cycle() ends a sequence: write reply(...).then(...).cycle()")
        self._answers.append(answer)

    def cycle(self) -> Self:
        """Begin the sequence anew when its last answer was given."""
        self._cycles = True
        return self

    def next_answer(self) -> A:
        """Return the answer whose turn it is; the last of a sequence stays."""
        answers = self._answers
        if len(answers) > 1:
            given = answers.pop(0)
            if self._cycles and given is not None:
                answers.append(given)
        self._count += 1
        answer = answers[0]
        assert answer is not None
        return answer

    # -- what it saw --------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How often it answered."""
        return self._count

    @property
    def is_spent(self) -> bool:
        """Whether it has answered as often as it may."""
        return self.times is not None and self._count >= self.times

    def wait_for_calls(self, count: int = 1, *, timeout: float = PATIENCE) -> list[C]:
        """Return the first `count` that it answered, once they are there.

        See `Record.wait_for_count`.
        """
        return self.calls.wait_for_count(count, timeout=timeout)

    async def wait_for_calls_async(self, count: int = 1, *, timeout: float = PATIENCE) -> list[C]:
        """`wait_for_calls` for coroutines."""
        return await self.calls.wait_for_count_async(count, timeout=timeout)

    def report_unused(self) -> None:
        """Keep a finding if it was required and never answered."""
        if self.required and not self._count:
            self._mock.findings.add(
                "unused",
                self._mock.name,
                f"no {self.noun} came for {self.spelling}{self._instead()}; if that is no fault of"
                " the code under test, add required=False",
            )

    def _instead(self) -> str:
        """Say what came instead of what it was made for, if anything is known; for subclasses."""
        return ""


async def returned(handler: Callable[[C], Any], call: C) -> Any:
    """Return what a test's own function says to a call.

    An async function runs on the mocks' loop, a plain one in a worker thread.
    """
    task = asyncio.current_task()
    assert task is not None
    task.set_name(name_of(handler))  # which a report would name, should it never end
    if inspect.iscoroutinefunction(handler):
        return await handler(call)
    said = await in_thread(partial(handler, call))
    return await said if inspect.isawaitable(said) else said
