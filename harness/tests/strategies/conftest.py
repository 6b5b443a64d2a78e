"""What the strategies' tests share: looking for the smallest member."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis.strategies import SearchStrategy

from netmocks.record import anything


@pytest.fixture
def smallest() -> Callable[..., Any]:
    """Find what a strategy shrinks to where a condition holds."""

    def smallest(strategy: SearchStrategy[Any], where: Callable[[Any], object] = anything) -> Any:
        always = settings(max_examples=500, database=None, derandomize=True)
        return find(strategy, lambda made: bool(where(made)), settings=always)

    return smallest


@pytest.fixture
def some() -> Callable[..., Any]:
    """Find one member where a condition holds, as it is first met."""

    def some(strategy: SearchStrategy[Any], where: Callable[[Any], object]) -> Any:
        met = settings(max_examples=200, database=None, derandomize=True, phases=[Phase.generate])
        return find(strategy, lambda made: bool(where(made)), settings=met)

    return some
