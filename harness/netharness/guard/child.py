"""Child: a Python process that is guarded as the one that started it is."""

from netharness.after_import import AfterImport
from netharness.guard.hook import guard
from netharness.guard.policy import Policy


def begin(policy: str) -> None:
    """Guard this process from now on, by a policy in the text that `Policy.to_text` made."""
    guard.policy = Policy.from_text(policy)
    guard.process = 0  # none: whatever is attempted here is told to the process of the tests
    guard.install()
    # What no hook hears of, or too late.
    for module, judge in (
        ("socket", judge_sockets),
        ("asyncio", judge_loops),
        ("uvloop", judge_uvloops),
    ):
        AfterImport(module, judge).install()


def judge_sockets() -> None:
    """Judge the names that sockets are given."""
    from netharness.guard import names

    names.PATCHES.install()


def judge_loops() -> None:
    """Judge what asyncio's event loops look up."""
    from netharness.guard import loops

    loops.PATCHES.install()


def judge_uvloops() -> None:
    """Judge what uvloop's event loops do."""
    from netharness.guard import uvloops

    uvloops.PATCHES.install()
