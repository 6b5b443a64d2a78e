"""Rules: those of one mock, in the order in which they are asked."""

import re

from netmocks.errors import MisuseError
from netmocks.http.rule import Rule

#: Paths whose rules are remembered: those of a long test.
REMEMBERED = 1024

Rank = tuple[Rule, ...]


class Rules:
    """The rules of a mock: the latest first, and behind them those of last resort.

    A request meets only those whose path it may have, which are found once for each path: so a
    hundred rules cost no more than one.
    """

    def __init__(self) -> None:
        # Both are replaced, never changed: the loop thread reads them while a test adds to them.
        self._all: Rank = ()
        self._by_path: dict[str, Rank] = {}

    @property
    def all(self) -> Rank:
        """Every rule, in the order in which they are asked."""
        return self._all

    def add(self, rule: Rule) -> None:
        """Put a rule before those that are there, or, of last resort, before others of these."""
        first = [other for other in self._all if not other.is_last_resort]
        last = [other for other in self._all if other.is_last_resort]
        (last if rule.is_last_resort else first).insert(0, rule)
        self._replace((*first, *last))

    def remove(self, rule: Rule) -> None:
        """Withdraw a rule, and with it what refuses those that it does not let in.

        Raises:
            MisuseError: it is not here.
        """
        if rule not in self._all:
            raise MisuseError(f"{rule!r} is no rule of this mock, or was withdrawn before")
        self._replace(tuple(other for other in self._all if other not in (rule, rule.refusal)))

    def _replace(self, rules: Rank) -> None:
        self._all = rules
        self._by_path = {}

    def of(self, path: str) -> Rank:
        """Return the rules that a request with this path may match, in their order."""
        by_path = self._by_path
        rules = by_path.get(path)
        if rules is None:
            if len(by_path) >= REMEMBERED:
                by_path.clear()
            rules = tuple(rule for rule in self._all if _may_match(rule.path, path))
            by_path[path] = rules
        return rules


def _may_match(expected: str | re.Pattern[str], path: str) -> bool:
    """Tell apart what can be told without looking at the request: a template by its beginning."""
    if not isinstance(expected, str):
        return True
    before, brace, _ = expected.partition("{")
    return path.startswith(before) if brace else path == expected
