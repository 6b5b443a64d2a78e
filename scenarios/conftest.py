"""What all scenarios share: running a documented program inside the test's internet."""

from collections.abc import Callable, Iterator

import pytest
from program import Program

from netharness import Internet


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Iterator[Callable[..., Program]]:
    """Make a program of a file beside the test, and type some lines into it."""
    made: list[Program] = []

    def make(name: str, *typed: str) -> Program:
        made.append(Program(request.path.parent / name, typed))
        return made[-1]

    yield make
    for started in made:
        started.join()


@pytest.fixture
def internet(program: Callable[..., Program], internet: Internet) -> Internet:
    """The test's internet. It ends before the programs are joined: its end lets servers go."""
    return internet
