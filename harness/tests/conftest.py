"""What the harness's tests share: looks at the process, servers under test, runs of the plugin."""

import _socket
import asyncio
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from netharness import Internet
from netharness.letgo import ServerLetGo
from netharness.sealed import probe
from netmocks import tcp, udp
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

#: Whatever an internet may replace.
OWNERS = (socket, _socket, socket.socket, ssl.SSLContext, asyncio.BaseEventLoop)

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")

#: Where the system lists the open descriptors of this process.
DESCRIPTORS = Path("/dev/fd")


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """Import all that is heavy before any run inside this process.

    pytester forgets the modules that such a run imported first, and a compiled one can't be
    imported twice.
    """
    import netmocks.dns
    import netmocks.http
    import netmocks.mail  # noqa: F401  # imported to be there

    assert authority().pem


@pytest.fixture(scope="session")
def no_seal() -> str:
    """Why this system allows no seal; "" if it does."""
    return probe.refusal()


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients go straight to the names that a test makes up, wherever it is run."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def process_state() -> Callable[[], dict[str, Any]]:
    """Look at all of this process that an internet may change."""

    def look() -> dict[str, Any]:
        return {
            "attributes": {(owner, k): v for owner in OWNERS for k, v in vars(owner).items()},
            # pytest notes there which phase of which test it is in.
            "environment": {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
            "thread hook": threading.excepthook,
            "threads": set(threading.enumerate()),
            "descriptors": len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.is_dir() else 0,
        }

    return look


@pytest.fixture
def unchanged(process_state: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """Fail a test after which the process is not as it was before."""
    before = process_state()
    yield
    after = process_state()
    # What an earlier test dropped may hold a descriptor until it is collected: fewer is fine.
    assert after.pop("descriptors") <= before.pop("descriptors"), "descriptors"
    for name in before:
        assert after[name] == before[name], name


@pytest.fixture
def in_thread() -> Iterator[Callable[..., "Future[Any]"]]:
    """Run a function in a thread, `in_thread(function, *arguments)`; what it returns is a future.

    All have to end by themselves, or let go by their internet; other errors are raised.
    """
    started: list[tuple[threading.Thread, Future[Any]]] = []

    def start(function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()

        def body() -> None:
            try:
                future.set_result(function(*arguments))
            except BaseException as error:  # raised again in the test's thread
                future.set_exception(error)

        thread = threading.Thread(target=body, daemon=True)
        started.append((thread, future))
        thread.start()
        return future

    yield start
    for thread, future in started:
        thread.join(PATIENCE)
        assert not thread.is_alive(), f"{thread} does not end"
        error = future.exception()
        if error is not None and not isinstance(error, ServerLetGo):
            raise error


@pytest.fixture
def opened(in_thread: object) -> Iterator[Callable[..., socket.socket]]:
    """Open a socket, a blocking one with a timeout; the test's end closes it."""
    with ExitStack() as stack:

        def open(family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
            sock = stack.enter_context(socket.socket(family, kind))
            sock.settimeout(5)
            return sock

        yield open


@pytest.fixture
def internet(in_thread: object, internet: Internet) -> Internet:
    """The test's internet. It ends before threads are joined: its end lets servers go."""
    return internet


@pytest.fixture
def echo_address(internet: Internet) -> tuple[str, int]:
    """The address of an echo service that lives at echo.example.com:7, of both transports."""
    internet.tcp("echo.example.com", 7, tcp.echo)
    internet.udp("echo.example.com", 7, udp.echo)
    return ("198.18.0.1", 7)


@pytest.fixture
def found(internet: Internet) -> Callable[[], list[str]]:
    """Take the texts of what the test's internet found: the test has dealt with them."""

    def take() -> list[str]:
        texts = [finding.text for finding in internet.findings.all]
        internet.findings.clear()
        return texts

    return take


@pytest.fixture
def ipv6() -> None:
    """Skip where the machine has no IPv6 loopback."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., pytest.RunResult]:
    """Run tests in a session of their own, inside this process; warnings are errors there too.

    No plugin is there but ours and those that the arguments name.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest_inprocess("-W", "error", "-p", "netharness.plugin", *arguments)

    return run
