"""What the tests of child processes share: internets of both kinds, and lifelines."""

import os
import select
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netharness import Internet
from netmocks.record import PATIENCE


@pytest.fixture
def sealed(no_seal: str) -> str:
    """The option of a sealed internet; skip where there can be none."""
    if no_seal:
        pytest.skip(f"no seal: {no_seal}")
    return "required"


@pytest.fixture(params=["guided", "sealed"])
def backend(request: pytest.FixtureRequest) -> str:
    """What an internet is told to hold its programs by."""
    return request.getfixturevalue("sealed") if request.param == "sealed" else "off"


@pytest.fixture
def net(backend: str) -> Iterator[Internet]:
    """An internet of each kind, which tolerates programs that are no Python."""
    with Internet(sealed=backend, tolerate=["outside"]) as internet:
        yield internet


class Lifeline:
    """A pipe with a name, which tells when all processes that hold it have ended."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def shell(self, then: str) -> str:
        """Return shell code that holds it, says so in it, and goes on."""
        return f"exec 9>{self.path}; echo held >&9; {then}"

    def wait_until_held(self) -> None:
        """Wait until a process has said that it holds it."""
        assert self._wait() & select.POLLIN
        assert os.read(self._descriptor, 100)

    def wait_until_cut(self) -> None:
        """Wait until no process holds it any more."""
        assert self._wait() & select.POLLHUP

    def _wait(self) -> int:
        watch = select.poll()
        watch.register(self._descriptor, select.POLLIN)
        ready = watch.poll(PATIENCE * 1000)
        assert ready, "nothing happened to the lifeline"
        return ready[0][1]

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Callable[[], Lifeline]]:
    """Make lifelines."""
    made: list[Lifeline] = []

    def make() -> Lifeline:
        made.append(Lifeline(tmp_path / f"lifeline{len(made)}"))
        return made[-1]

    yield make
    for line in made:
        line.close()
