"""MailRule: which commands it answers, and the spy that keeps them; what all of mail has of it."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from netmocks import rule
from netmocks.mail.condition import Condition
from netmocks.record import Record

CommandT = TypeVar("CommandT")
AnswerT = TypeVar("AnswerT")


class Ruled(rule.Ruled, Protocol):
    """A mail server that has rules."""

    @property
    def latest(self) -> Iterable[Any]:
        """The latest commands for which rules were asked."""


class MailRule(rule.Rule[CommandT, AnswerT | Callable[[CommandT], Any]]):
    """One rule of a mail server.

    Arguments:
        mock: the mock that it belongs to.
        conditions: what a command has to have; the first is what it is about.
        first: what it answers until it is told.
        limit: bytes of commands that it keeps.
        times, required, spelling: see `netmocks.rule.Rule`.
    """

    noun = "client"

    _mock: Ruled

    def __init__(
        self,
        mock: Ruled,
        conditions: Sequence[Condition],
        first: AnswerT,
        limit: int,
        *,
        times: int | None,
        required: bool,
        spelling: str,
    ) -> None:
        # Not a part of the mock's: one command may be answered by several rules.
        self._commands: Record[CommandT] = Record(limit=limit)
        super().__init__(
            mock, self._commands, first, times=times, required=required, spelling=spelling
        )
        self.conditions = conditions

    @abstractmethod
    def _made(self, said: Any) -> AnswerT:
        """Return the answer that a test's function meant.

        Raises:
            MisuseError: it is none.
        """

    @abstractmethod
    def _weight(self, command: CommandT) -> int:
        """Return the bytes that a command holds."""

    def matches(self, command: CommandT) -> bool:
        """Whether it answers this command."""
        return not self.is_spent and all(condition.holds(command) for condition in self.conditions)

    async def answer(self, command: CommandT) -> AnswerT:
        """Keep a command, and return what it gets."""
        answer = self.next_answer()
        self._commands.append(command, self._weight(command))
        if callable(answer):
            return self._made(await rule.returned(answer, command))
        return answer

    def _instead(self) -> str:
        kind, *others = self.conditions
        came = dict.fromkeys(str(one) for one in self._mock.latest if kind.holds(one))
        return f"; what came instead: {', '.join(came)}" if others and came else ""
