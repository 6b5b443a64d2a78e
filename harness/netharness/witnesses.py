"""Witnesses: the mocks and internets of a test, which testify when it fails."""

from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from netmocks.findings import Findings

#: Entries of the journal that a failing test shows: what was said last.
SHOWN = 150


class Witness(Protocol):
    """A mock or an internet."""

    @property
    def findings(self) -> "Findings":
        """What went wrong."""

    @property
    def journal(self) -> Any:
        """What was said, as `Journal` or `JournalSlice`."""

    def start(self) -> Any:
        """Begin to serve."""

    def stop(self) -> None:
        """Stop serving."""

    def verify(self) -> None:
        """Raise what went wrong."""


_CALLED = pytest.StashKey[list[Witness]]()
_UNPASSED = pytest.StashKey[bool]()


def call(item: pytest.Item, witness: Witness) -> None:
    """Let a witness testify for a test."""
    item.stash.setdefault(_CALLED, []).append(witness)


def has_passed(item: pytest.Item) -> bool:
    """Whether a test has passed so far; else its findings are shown already, or don't matter."""
    return not item.stash.get(_UNPASSED, False)


def testify(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add to a failing report what was said, and in the test's own phases what was found."""
    if not report.passed:
        item.stash[_UNPASSED] = True
    if not report.failed:
        return
    for witness in item.stash.get(_CALLED, []):
        from netmocks import findings, transcript

        name = type(witness).__name__
        if report.when != "teardown" and (found := witness.findings.all):
            report.sections.append((f"{name}: findings", findings.str_of(found)))
        if children := getattr(witness, "children", []):
            text = "\n\n".join(str(child) for child in children)
            report.sections.append((f"{name}: children", text))
        entries = list(witness.journal)
        if entries:
            older = f"({len(entries) - SHOWN} older entries)\n" if len(entries) > SHOWN else ""
            text = older + transcript.of(entries[-SHOWN:])
            report.sections.append((f"{name}: transcript", text))


def dismiss(item: pytest.Item) -> None:
    """Let a test's witnesses go: an item lives as long as its session, and they would with it."""
    item.stash[_CALLED] = []
    item.stash[_UNPASSED] = False
