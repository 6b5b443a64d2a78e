"""Rule: what every rule is, whatever its protocol: a sequence of answers, and a spy."""

from typing import Any, Generic, TypeVar

from netmocks.errors import MisuseError
from netmocks.record import PATIENCE, Record
from netmocks.slice import Slice

C = TypeVar("C")
A = TypeVar("A")


class Rule(Generic[C, A]):
    """An expectation with its answers, and what it has answered.

    Arguments:
        calls: what came to its mock; each item has the attribute `rule`, the one that answered.
        first: what it answers until it is told otherwise.
        times: how often it answers before it steps aside; without end if None.
        required: whether it is a finding if it never answers.
        spelling: the Python that made it, for explanations.

    Raises:
        MisuseError: times that no rule can have.
    """

    def __init__(
        self, calls: Record[C], first: A, *, times: int | None, required: bool, spelling: str
    ) -> None:
        if times is not None and (not isinstance(times, int) or times < 1):
            raise MisuseError(
                f"times={times!r}: a rule answers at least once; leave it out for ever"
            )
        self.times = times
        self.required = required
        #: the Python that made it, for explanations
        self.spelling = spelling
        #: what it answered, waitable
        self.calls: Slice[C] = Slice(calls, self._is_mine)
        self._count = 0
        # The one used last, then those that wait for their turn.
        self._answers: list[A | None] = [None, first]

    def __repr__(self) -> str:
        return f"<Rule {self.spelling}>"

    def _is_mine(self, call: Any) -> bool:
        return call.rule is self

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

    def next_answer(self) -> A:
        """Return the answer whose turn it is; the last of a sequence stays."""
        if len(self._answers) > 1:
            del self._answers[0]
        self._count += 1
        answer = self._answers[0]
        assert answer is not None
        return answer

    def _answer_from_now_on(self, answer: A) -> None:
        self._answers = [None, answer]

    def _answer_then(self, answer: A) -> None:
        self._answers.append(answer)
