"""Chance: what faults leave to it follows from one number, which a failing test prints."""

import random
import sys

import pytest

#: Numbers that a person copies without a mistake.
LARGEST = 10**9

_SEED = pytest.StashKey[int]()
_BEGUN = pytest.StashKey[bool]()


def cast(config: pytest.Config) -> None:
    """Take the number of this session: the one asked for, or any."""
    given = config.getoption("internet_seed")
    config.stash[_SEED] = random.randrange(LARGEST) if given is None else given  # noqa: S311  # no secret


def begin(item: pytest.Item) -> None:
    """Let all that a test leaves to chance follow from the session's number and its own name.

    So it does not matter which tests ran before, nor in which process. Doing so again does nothing.
    """
    if not item.stash.get(_BEGUN, False):
        from netmocks.seeds import seeds

        item.stash[_BEGUN] = True
        seeds.restart(f"{item.config.stash[_SEED]} {item.nodeid}")


def set_up(item: pytest.Item) -> None:
    """Begin, if mocks are about; a run without any is not to import them."""
    if "netmocks" in sys.modules:
        begin(item)


def tell(item: pytest.Item, report: pytest.TestReport) -> None:
    """Let a failing report say how to replay it, if something was left to chance."""
    if not report.failed or not item.stash.get(_BEGUN, False):
        return
    from netmocks.seeds import seeds

    if seeds.drawn:
        text = f"to replay what chance did: --internet-seed={item.config.stash[_SEED]}"
        report.sections.append(("internet: seed", text))


def end(item: pytest.Item) -> None:
    """Let the test begin anew where it is run again."""
    item.stash[_BEGUN] = False
