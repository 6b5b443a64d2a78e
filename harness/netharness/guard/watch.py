"""Watch: the guard as pytest's sessions and tests know it."""

import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from netharness import witnesses
from netharness.bequest import bequest
from netharness.guard.allowance import Allowance
from netharness.guard.attempt import Attempt, Log
from netharness.guard.hook import guard
from netharness.guard.policy import MODES, POLICY, Mode, Policy

MARKER = "internet_guard"

#: What a worker of pytest-xdist sends home under this name.
OUTPUT = "netharness_guard"

#: The sessions of this process that are not over, the innermost last: pytest can run in pytest.
_sessions: list["Watch"] = []


class Watch:
    """The plugin that guards one session.

    Arguments:
        config: pytest's configuration.

    Raises:
        pytest.UsageError: it says what no guard can do.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        mode = config.getoption("internet_guard") or config.getini("internet_guard")
        allowed = config.getini("internet_allow")
        # What it is guarded by already: that of the session or the process around it.
        self._before = guard.policy
        self._base = Policy(
            _mode(mode) if mode else self._before.mode,
            _allowance([*self._before.allowance.entries, *allowed]),
        )
        self._log: Log | None = None
        #: whether it has put the stand-ins in place, for what no hook hears of in time
        self._judges_names = False
        #: what no test was told of: the test it was in, if any, and the attempt
        self._told: list[tuple[str, Attempt]] = []

    # -- the session --------------------------------------------------------------------------

    def start(self) -> None:
        """Guard this process from now on."""
        guard.process = os.getpid()
        _sessions.append(self)
        self._take_up(self._base)

    def stop(self) -> None:
        """Give way to the session around this one; the outermost guards to the process's end."""
        for attempt in self._take():  # by who cleaned up after the session's report
            _tell(attempt.explain())
        _sessions.remove(self)
        if _sessions or self._base.mode == "off":
            guard.policy = self._before
            self._judge_names(wanted=False)
            _bequeath(self._before if _sessions else Policy())
        else:
            guard.tell = _tell
        if self._log is not None:
            self._log.path.unlink(missing_ok=True)

    def _take_up(self, policy: Policy) -> None:
        self._judge_names(wanted=policy.mode != "off")
        if policy.mode == "off":
            guard.policy = policy
            _bequeath(policy)
            return
        if self._log is None:
            descriptor, path = tempfile.mkstemp(prefix="netharness-guard-")
            os.close(descriptor)
            self._log = Log(Path(path))
        guard.policy = policy._replace(log=str(self._log.path))
        guard.install()
        _bequeath(guard.policy)

    def _judge_names(self, *, wanted: bool) -> None:
        if wanted == self._judges_names:
            return
        # A guarded child judges names as soon as it has sockets, and its `names` are then whole.
        import socket  # noqa: F401  # for what its import does

        from netharness.guard import names

        # A session around this one has done it, or a parent lets them come with their modules.
        if wanted and names.PATCHES.is_installed:
            return
        from netharness.guard import loops, uvloops

        for patches in (names.PATCHES, loops.PATCHES, uvloops.PATCHES):
            if wanted:
                patches.install()
            else:
                patches.remove()
        self._judges_names = wanted

    def _take(self) -> list[Attempt]:
        found = guard.take()
        return found if self._log is None else [*found, *self._log.take()]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Complain of wrong markers before any test runs."""
        for item in items:
            self._policy(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let what was refused outside of tests fail the session."""
        self._told += [("", attempt) for attempt in self._take()]
        if hasattr(self._config, "workeroutput"):
            # Of plain lists, for execnet sends nothing else.
            self._config.workeroutput[OUTPUT] = [
                (test, (*attempt,)) for test, attempt in self._told
            ]
        elif session.exitstatus == pytest.ExitCode.OK and any(a.refused for _, a in self._told):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker of pytest-xdist was left with; one that crashed sent nothing."""
        sent = getattr(node, "workeroutput", {}).get(OUTPUT, [])
        self._told += [(test, Attempt(*fields)) for test, fields in sent]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what no test was told of."""
        if self._told:
            terminalreporter.section("internet guard")
            for test, attempt in dict.fromkeys(self._told):
                terminalreporter.line(f"{test}: {attempt}" if test else attempt.explain())

    # -- a test -------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Guard a test as its markers say."""
        with self._under(self._policy(item)):
            return (yield)

    @contextmanager
    def _under(self, policy: Policy) -> Iterator[None]:
        if policy.mode == self._base.mode == "off":
            yield
            return
        self._told += [("", attempt) for attempt in self._take()]
        if policy is self._base:
            yield
            return
        self._take_up(policy)
        try:
            yield
        finally:
            self._take_up(self._base)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Let what was refused fail the test, though the code under test has swallowed it."""
        yield
        if guard.policy.mode == "off":
            return
        found = self._take()
        refused = [attempt for attempt in found if attempt.refused]
        if refused and witnesses.has_passed(item):
            text = "\n\n".join(attempt.explain() for attempt in refused)
            found = [attempt for attempt in found if not attempt.refused]
            self._told += [(item.nodeid, attempt) for attempt in found]
            raise pytest.fail.Exception(text, pytrace=False)
        self._told += [(item.nodeid, attempt) for attempt in found]

    def _policy(self, item: pytest.Item) -> Policy:
        """Return the policy for a test.

        Raises:
            pytest.UsageError: a marker says what no guard can do.
        """
        markers = list(item.iter_markers(MARKER))
        if not markers:
            return self._base
        mode, allowance = self._base.mode, self._base.allowance
        for marker in reversed(markers):  # the nearest last
            if len(marker.args) > 1 or set(marker.kwargs) - {"allow"}:
                raise pytest.UsageError(
                    f"{item.nodeid}: the marker internet_guard takes a mode, allow=[...], or both"
                )
            mode = _mode(marker.args[0]) if marker.args else mode
            allow = marker.kwargs.get("allow", ())
            allow = [allow] if isinstance(allow, str) else allow
            allowance = _allowance([*allowance.entries, *allow])
        return Policy(mode, allowance)


def _mode(text: object) -> Mode:
    for mode in MODES:
        if text == mode:
            return mode
    raise pytest.UsageError(f"internet_guard = {text}: it is one of {', '.join(MODES)}")


def _allowance(entries: Any) -> Allowance:
    try:
        return Allowance(entries)
    except ValueError as error:
        raise pytest.UsageError(f"internet_allow: {error}") from None


def _bequeath(policy: Policy) -> None:
    """Let the children that start from now on be guarded by a policy."""
    if policy.mode == "off":
        bequest.take_back(POLICY)
    else:
        bequest.leave(POLICY, policy.to_text())


def _tell(text: str) -> None:
    """Tell of an attempt after the session's report, while the process ends."""
    sys.stderr.write(f"netharness: {text}\n")
