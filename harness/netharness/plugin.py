"""The pytest plugin: hooks and options. What they do is done elsewhere."""

from collections.abc import Generator

import pytest

from netharness import chance, examples, httpbin, tracebacks, witnesses
from netharness.fixtures import (
    _mysql_process,
    dns_mock,
    http_mock,
    imap_mock,
    internet,
    lmtp_mock,
    mysql_mock,
    mysql_server,
    pop3_mock,
    smtp_mock,
    tcp_mock,
    udp_mock,
)
from netharness.guard.policy import MODES
from netharness.guard.watch import Watch
from netharness.letgo import QuietHook

__all__ = [
    "_mysql_process",
    "dns_mock",
    "http_mock",
    "imap_mock",
    "internet",
    "lmtp_mock",
    "mysql_mock",
    "mysql_server",
    "pop3_mock",
    "smtp_mock",
    "tcp_mock",
    "udp_mock",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; all of them work without being set."""
    group = parser.getgroup("netharness", "netharness: a private internet for every test")
    group.addoption(
        "--ledger",
        metavar="FILE",
        help="write the ledger of documented examples to FILE, as .md or .json",
    )
    group.addoption(
        "--internet-sealed",
        choices=("auto", "off", "required"),
        default="auto",
        help="how the programs that tests start are held inside their internet: by a seal where"
        " the system allows one, else by the start-up module of each Python (auto); by that module"
        " (off); by a seal, or they fail (required)",
    )
    group.addoption(
        "--internet-guard",
        choices=MODES,
        help="whether traffic that leaves this machine is refused (on), told of (report) or neither"
        " (off); the ini option internet_guard says so for every run",
    )
    parser.addini("internet_guard", "on, report or off; see --internet-guard", default="")
    parser.addini(
        "internet_allow",
        "where the guard lets traffic go: hosts, networks, '*', each with :port or without, and"
        " unix:path",
        type="args",
        default=[],
    )
    group.addoption(
        "--internet-seed",
        type=int,
        metavar="N",
        help="replay what faults left to chance; a failing test prints its N",
    )
    parser.addini(
        "example_catalogue",
        "the TOML file that lists the documented examples, from the rootdir",
        default="",
    )
    parser.addini(
        "internet_tolerate",
        "kinds of finding that fail no test: unmatched, handler, script, unused, unrouted, outside",
        type="args",
        default=[],
    )
    parser.addini(
        "internet_journal_limit",
        "bytes of traffic that a test's journal keeps",
        default=str(16 * 1024 * 1024),
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin to guard, say what the markers mean, and open the ledger."""
    watch = Watch(config)
    watch.start()
    config.add_cleanup(watch.stop)
    config.pluginmanager.register(watch, "netharness-guard")
    config.pluginmanager.register(tracebacks, tracebacks.__name__)
    for line in (
        "internet(tolerate=[...], sealed=True): kinds of finding not to fail for; a seal is needed",
        "internet_guard(mode, allow=[...]): how this test is guarded, and where traffic may go",
        "example(id): this test reproduces a documented example, in a form that works",
        "mistake(id): this test proves that an example fails as documented, and how",
    ):
        config.addinivalue_line("markers", line)
    examples.open_ledger(config)
    chance.cast(config)
    plugins = config.pluginmanager
    # Where pytest-httpbin is installed, its fixtures of the same names are what is meant.
    if not plugins.has_plugin("httpbin") and not plugins.has_plugin(httpbin.__name__):
        plugins.register(httpbin, httpbin.__name__)


def pytest_report_header(config: pytest.Config) -> str:
    """Say how programs are held inside."""
    from netharness.sealed import probe

    mode = config.getoption("internet_sealed")
    why = "--internet-sealed=off" if mode == "off" else probe.refusal()
    if not why:
        return "netharness: programs run sealed"
    unsealed = "fail" if mode == "required" else "run led by their start-up modules"
    return f"netharness: programs {unsealed}; no seal: {why}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Stand before pytest's own thread hook, which is in place by now."""
    hook = QuietHook()
    hook.install()
    session.config.add_cleanup(hook.remove)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let chance follow from one number."""
    chance.set_up(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the mocks testify when a test fails."""
    report = yield
    witnesses.testify(item, report)
    chance.tell(item, report)
    if report.when == "teardown":
        witnesses.dismiss(item)
        chance.end(item)
    return report
