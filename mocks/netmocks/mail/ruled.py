"""RuledMock: a mail server whose answers a test may change by rules."""

from collections import deque
from collections.abc import Iterable
from typing import Any, Generic, TypeVar, Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mail.rule import MailRule
from netmocks.mail.sin import Sins
from netmocks.mock import MockOptions, StreamMock

RuleT = TypeVar("RuleT", bound=MailRule[Any, Any])

#: How many commands are remembered for who asks why a rule was not met, and the bytes that one may
#: hold: a message is kept by its server alone.
REMEMBERED = 20
SMALL = 4096


class RuledMock(StreamMock, Generic[RuleT]):
    """A mail server with rules; each protocol's `on` makes them.

    Arguments:
        spelling: how the test calls the mock, for explanations.
        options: see `MockOptions`.
    """

    def __init__(self, *, spelling: str = "mock", **options: Unpack[MockOptions]) -> None:
        super().__init__(**options)
        self.spelling = spelling
        # Replaced, never changed: the loop thread reads it while a test adds to it.
        self._rules: tuple[RuleT, ...] = ()
        self._latest: deque[Any] = deque(maxlen=REMEMBERED)
        #: what clients did against the protocol, waitable
        self.sins = Sins(limit=LIMIT)

    @property
    def rules(self) -> tuple[RuleT, ...]:
        """The rules in the order in which they are asked: the latest first."""
        return self._rules

    def _add(self, rule: RuleT) -> RuleT:
        self._rules = (rule, *self._rules)
        return rule

    def remove(self, rule: RuleT) -> None:
        """Withdraw a rule; what it saw stays readable.

        Raises:
            MisuseError: it is no rule of this mock.
        """
        if rule not in self._rules:
            raise MisuseError(f"{rule!r} is no rule of {self.name}, or was withdrawn before")
        self._rules = tuple(other for other in self._rules if other is not rule)

    @property
    def latest(self) -> Iterable[Any]:
        """The latest commands for which rules were asked, but for large ones."""
        return tuple(self._latest)

    def rule_for(self, command: Any) -> RuleT | None:
        """Return the rule that answers a command, if one does."""
        if command.size <= SMALL:
            self._latest.append(command)
        for rule in self._rules:
            if rule.matches(command):
                return rule
        return None

    def _conclude(self) -> None:
        for rule in self._rules:
            rule.report_unused()
