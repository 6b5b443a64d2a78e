"""Effort: how long a measurement takes, and so how far its medians can be trusted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How often and how long to measure."""

    #: rounds of load; each gives every contender one turn
    rounds: int
    #: seconds of load in one turn
    seconds: float
    #: single operations, such as one start and stop, a contender
    operations: int
    #: tests in a generated file
    tests: int
    #: pytest runs of one contender
    runs: int


QUICK = Effort(rounds=3, seconds=0.5, operations=150, tests=100, runs=5)
FULL = Effort(rounds=7, seconds=1.5, operations=1000, tests=300, runs=25)
