"""Tracebacks: what a failing test shows of the way to an error that was raised on purpose."""

import sys
from types import TracebackType

import pytest

#: Who called us if nobody's test did.
RUNNERS = ("_pytest", "pluggy")


def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> None:
    """End the traceback of such an error at the line that called us; not with `--full-trace`.

    The traceback itself is cut, for pytest makes what it shows from that; a debugger then begins at
    that line, too. No wrapper does this: what a `unittest.TestCase` has raised is known only
    inside of those.
    """
    if call.excinfo is None or item.config.getoption("fulltrace"):
        return
    if "netmocks" not in sys.modules:  # nobody has asked for a mock: no error is ours
        return
    from netharness.place import OURS
    from netmocks.errors import NetmocksError

    # Those whose text says it all: the mocks' own, and those of a network, in whose place we are.
    if not isinstance(call.excinfo.value, (NetmocksError, OSError)):
        return
    caller = None
    step: TracebackType | None = call.excinfo.tb
    while step is not None:
        if not step.tb_frame.f_code.co_filename.startswith(OURS):
            caller = step
        step = step.tb_next
    if caller is not None and not _is_runner(caller):
        caller.tb_next = None


def _is_runner(step: TracebackType) -> bool:
    """Whether a step is pytest's own: then all that a reader could use comes behind it."""
    module: str = step.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in RUNNERS
