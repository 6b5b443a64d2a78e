"""Row: one comparison of ours with a peer, and whether it reaches its target."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, NamedTuple


class Samples(NamedTuple):
    """What one contender was measured at."""

    contender: str
    #: seconds, or operations a second
    values: Sequence[float]

    @property
    def median(self) -> float:
        """The value that noise moves least."""
        return median(self.values)


class Target(NamedTuple):
    """What ours must reach: a ratio to the peer, a difference from it, or a value of its own."""

    kind: Literal["ratio", "difference", "value"]
    sense: Literal["<=", ">="]
    limit: float

    def admits(self, figure: float) -> bool:
        """Whether a figure reaches it."""
        return figure <= self.limit if self.sense == "<=" else figure >= self.limit


def at_most(ratio: float) -> Target:
    """Ours may be that many times the peer's."""
    return Target("ratio", "<=", ratio)


def at_least(ratio: float) -> Target:
    """Ours must be that many times the peer's."""
    return Target("ratio", ">=", ratio)


def at_most_more(seconds: float) -> Target:
    """Ours may be that many seconds above the peer's."""
    return Target("difference", "<=", seconds)


def no_more_than(value: float) -> Target:
    """Ours must be no more than that, whatever the peer is."""
    return Target("value", "<=", value)


def no_less_than(value: float) -> Target:
    """Ours must be that or more, whatever the peer is."""
    return Target("value", ">=", value)


class Row(NamedTuple):
    """One comparison; without a target it only informs."""

    what: str
    unit: Literal["s", "1/s", "B", "B/s"]
    ours: Samples
    peer: Samples
    target: Target | None = None

    @property
    def figure(self) -> float:
        """The ratio of the medians, or what else the target is."""
        if self.target is not None and self.target.kind == "value":
            return self.ours.median
        if self.target is not None and self.target.kind == "difference":
            return self.ours.median - self.peer.median
        return self.ours.median / self.peer.median

    @property
    def verdict(self) -> str:
        """Whether the target is reached; "" where there is none."""
        if self.target is None:
            return ""
        return "reached" if self.target.admits(self.figure) else "MISSED"

    def as_json(self) -> dict[str, Any]:
        """Return all of it, with every sample."""
        return {
            "what": self.what,
            "unit": self.unit,
            "ours": {"median": self.ours.median, **self.ours._asdict()},
            "peer": {"median": self.peer.median, **self.peer._asdict()},
            "target": self.target and self.target._asdict(),
            "figure": self.figure,
            "verdict": self.verdict,
        }


@dataclass
class Outcome:
    """What a topic found out: its rows, and what a reader of them should know."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
