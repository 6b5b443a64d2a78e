"""Findings: what went wrong where no caller could be told, kept until the test ends.

A mock answers its client as the protocol says; that the request was not expected, or that the
test's own handler raised, is the test's business. It becomes a finding, and `verify` raises.
"""

import threading
from collections.abc import Collection
from typing import Literal, NamedTuple

from netmocks.errors import MisuseError, UnexpectedTraffic

Kind = Literal["unmatched", "handler", "script", "unused", "unrouted", "outside"]

#: What each kind means; the keys are what `tolerate` takes.
MEANINGS: dict[Kind, str] = {
    "unmatched": "a request that no rule matches",
    "handler": "the test's own handler raised, or never ended",
    "script": "the client departed from the script",
    "unused": "a required rule that never fired",
    "unrouted": "traffic to a name or address where nobody lives",
    "outside": "a program that the internet of its test does not hold",
}


class Finding(NamedTuple):
    """One thing that went wrong."""

    #: one of the keys of `MEANINGS`
    kind: Kind
    #: the mock, or the part of the internet, that saw it
    culprit: str
    #: what happened, what was expected, and the line to write next
    text: str


class Findings:
    """The findings of one mock, or of all mocks of one internet.

    Arguments:
        tolerate: kinds that are not to fail the test.

    Raises:
        MisuseError: an unknown kind.
    """

    def __init__(self, tolerate: Collection[str] = ()) -> None:
        if isinstance(tolerate, str):
            tolerate = (tolerate,)
        if unknown := sorted(set(tolerate) - MEANINGS.keys()):
            raise MisuseError(
                f"tolerate={unknown!r} names no kind of finding;"
                f" the kinds are: {', '.join(MEANINGS)}"
            )
        self.tolerated = frozenset(tolerate)
        self._found: list[Finding] = []
        self._lock = threading.Lock()

    def add(self, kind: Kind, culprit: str, text: str) -> None:
        """Keep one finding, unless its kind is tolerated."""
        if kind not in self.tolerated:
            with self._lock:
                self._found.append(Finding(kind, culprit, text))

    @property
    def all(self) -> tuple[Finding, ...]:
        """What was found so far, in order."""
        with self._lock:
            return tuple(self._found)

    def clear(self) -> None:
        """Forget what was found so far: the test has dealt with it."""
        with self._lock:
            self._found.clear()

    def verify(self) -> None:
        """Raise what was found, then forget it, so that it is told once.

        Raises:
            UnexpectedTraffic: there were findings; its text holds them all.
        """
        with self._lock:
            found, self._found = self._found, []
        if found:
            raise UnexpectedTraffic(str_of(found))


def str_of(found: Collection[Finding]) -> str:
    """Render findings for a person, one paragraph each, and how to tolerate them."""
    paragraphs = [f"[{f.kind}] {f.culprit}: {f.text}" for f in found]
    kinds = ", ".join(repr(kind) for kind in dict.fromkeys(f.kind for f in found))
    paragraphs.append(f"(to let this pass: tolerate=[{kinds}])")
    return "\n\n".join(paragraphs)
