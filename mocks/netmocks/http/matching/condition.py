"""Condition: one thing that a rule says, and what several of them make together.

A condition knows what it expects and what a request has there, both as text, so that an
explanation can set them side by side.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn

from netmocks.errors import MisuseError
from netmocks.http.request import Request


class Row(NamedTuple):
    """One line of an explanation."""

    holds: bool
    subject: str
    expected: str
    received: str

    def indented(self) -> "Row":
        """Return it as a part of what stands above it."""
        return self._replace(subject=f"  {self.subject}")


class Condition:
    """One thing that a request has to have; `&`, `|` and `~` make one of several.

    Arguments:
        subject: what it is about: "method", "path", "query q", "header Accept", "body", …
        expected: what the rule wants there.
        holds: whether a request has it. It may be asked several times about the same request.
        actual: what a request has there.
        rows: how it is explained, if not by one line of these.
    """

    # No method stands between a rule and `holds`: every request passes there.
    __slots__ = ("_rows", "actual", "expected", "holds", "subject")

    def __init__(
        self,
        subject: str,
        expected: str,
        holds: Callable[[Request], bool],
        actual: Callable[[Request], str],
        rows: Callable[[Request], list[Row]] | None = None,
    ) -> None:
        self.subject = subject
        self.expected = expected
        self.holds = holds
        self.actual = actual
        self._rows = rows

    def __repr__(self) -> str:
        return f"<Condition {self.subject} {self.expected}>"

    def __and__(self, other: "Condition") -> "Condition":
        return all_of([self, _condition(other)])

    def __or__(self, other: "Condition") -> "Condition":
        return _Several("any of", [self, _condition(other)], _any_holds)

    def __invert__(self) -> "Condition":
        return _negation(self)

    def __bool__(self) -> NoReturn:
        raise MisuseError(
            "a condition is neither true nor false: write & for 'and', | for 'or', ~ for 'not'"
        )

    @property
    def conjuncts(self) -> list["Condition"]:
        """The conditions that must all hold, for it to hold."""
        return [self]

    def is_met(self, request: Request) -> bool:
        """Ask about a request it may not be meant for: a test's function may well raise then."""
        try:
            return self.holds(request)
        except Exception:
            return False

    def rows(self, request: Request) -> list[Row]:
        """Explain it: what was expected, and what a request has there."""
        if self._rows is not None:
            return self._rows(request)
        return [Row(self.is_met(request), self.subject, self.expected, self.actual(request))]


class _Several(Condition):
    """Conditions together; they are explained one by one below their heading."""

    __slots__ = ("parts",)

    def __init__(
        self,
        heading: str,
        parts: list[Condition],
        decide: Callable[[list[Condition], Request], bool],
    ) -> None:
        def holds(request: Request) -> bool:
            before = request.params
            if decide(parts, request):
                return True
            request.params = before  # captured by a part, while the whole does not hold
            return False

        super().__init__(heading, "", holds, lambda _: "", self._explained)
        self.parts = parts

    @property
    def conjuncts(self) -> list[Condition]:
        return self.parts if self.subject == "all of" else [self]

    def _explained(self, request: Request) -> list[Row]:
        below = [row.indented() for part in self.parts for row in part.rows(request)]
        return [Row(self.is_met(request), self.subject, "", ""), *below]


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of these hold."""
    parts = [part for condition in conditions for part in condition.conjuncts]
    return parts[0] if len(parts) == 1 else _Several("all of", parts, _all_hold)


def _all_hold(parts: list[Condition], request: Request) -> bool:
    return all(part.holds(request) for part in parts)


def _any_holds(parts: list[Condition], request: Request) -> bool:
    return any(part.holds(request) for part in parts)


def _negation(condition: Condition) -> Condition:
    def holds(request: Request) -> bool:
        before = request.params
        if not condition.holds(request):
            return True
        request.params = before
        return False

    if isinstance(condition, _Several):
        return _Several("not", [condition], lambda _, request: holds(request))
    return Condition(f"not {condition.subject}", condition.expected, holds, condition.actual)


def _condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    raise MisuseError(f"{value!r} is no condition to combine: write when(where={value!r})")
