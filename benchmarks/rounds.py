"""Rounds: whose turn it is."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def turns(contenders: Sequence[T], rounds: int) -> Iterator[T]:
    """Give each contender one turn a round; each round begins with another one.

    So nobody always follows the same neighbour, who may leave warm or cold caches behind.
    """
    for number in range(rounds):
        first = number % len(contenders)
        yield from contenders[first:]
        yield from contenders[:first]
