"""What tests of the guard have: the guard itself, on for the length of a test."""

from collections.abc import Callable, Iterator

import pytest

from netharness.guard import loops, names
from netharness.guard.allowance import Allowance
from netharness.guard.attempt import Attempt
from netharness.guard.hook import guard
from netharness.guard.policy import POLICY, Mode, Policy


@pytest.fixture(autouse=True)
def _unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test without a guard, though the session itself may have one."""
    monkeypatch.setattr(guard, "policy", Policy())
    monkeypatch.delenv(POLICY, raising=False)


@pytest.fixture
def guarded(_unguarded: None) -> Iterator[Callable[..., None]]:
    """Guard from now on: `guarded("on", "10.0.0.0/8")`; what was attempted is for `attempts`."""
    before = guard.policy
    patches = [each for each in (names.PATCHES, loops.PATCHES) if not each.is_installed]
    for each in patches:
        each.install()
    guard.install()

    def guarded(mode: Mode = "on", *entries: str) -> None:
        guard.policy = Policy(mode, Allowance(entries))

    yield guarded
    guard.policy = before
    for each in patches:
        each.remove()
    left = guard.take()
    assert left == []


@pytest.fixture
def attempts() -> Callable[[], list[Attempt]]:
    """Take what was attempted: the test has dealt with it."""
    return guard.take
