import gc
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netharness import Internet
from netmocks.tcp import echo

Run = Callable[..., pytest.RunResult]

#: The fixtures that last for one test.
FIXTURES = [
    "dns_mock",
    "http_mock",
    "imap_mock",
    "internet",
    "mysql_mock",
    "pop3_mock",
    "smtp_mock",
    "tcp_mock",
    "udp_mock",
]

#: Tests that use every fixture, and end in every way.
EVERYTHING = """
    import imaplib, poplib, smtplib, socket, ssl, threading, urllib.request
    import pytest
    from netmocks.tcp import echo

    def serve(place):
        server = socket.socket()
        server.bind(place)
        server.listen()
        while True:
            connection, _ = server.accept()
            connection.close()

    @pytest.fixture
    def busy(
        internet, dns_mock, http_mock, imap_mock, lmtp_mock, pop3_mock, smtp_mock, tcp_mock,
        udp_mock,
    ):
        internet.http("api.example.com").on("GET", "/").reply("hello")
        internet.smtp("mail.example.com")
        internet.dns("dns.example.com")
        internet.host("127.0.0.1", 9999)
        threading.Thread(target=serve, args=(("127.0.0.1", 9999),)).start()
        threading.Thread(target=serve, args=(("10.0.0.1", 3000),)).start()
        internet.wait_until_listening("127.0.0.1", 9999)
        internet.wait_until_listening("10.0.0.1", 3000)
        for place in [("127.0.0.1", 9999), ("10.0.0.1", 3000)]:
            with socket.create_connection(place) as client:
                assert client.recv(100) == b""
        with urllib.request.urlopen("https://api.example.com/") as response:
            assert response.read() == b"hello"
        with smtplib.SMTP("mail.example.com", 587) as client:
            client.starttls(context=ssl.create_default_context())
        with socket.create_connection(tcp_mock.address) as client:
            client.sendall(b"hello")
            assert client.recv(100) == b"hello"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"hello", udp_mock.address)
            assert client.recv(100) == b"hello"
        with smtplib.SMTP(*smtp_mock.address) as client:
            client.noop()
        with smtplib.LMTP(*lmtp_mock.address) as client:
            client.noop()
        poplib.POP3(*pop3_mock.address).quit()
        imaplib.IMAP4(*imap_mock.address).logout()
        return http_mock

    def test_passes(busy):
        pass

    def test_fails(busy):
        assert False

    def test_is_skipped(busy):
        pytest.skip("half way")

    def test_leaves_a_finding(busy):
        busy.on("GET", "/")

    def test_stops_the_internet_itself(busy, internet):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            internet.stop()
"""

OUTCOMES = {"passed": 3, "failed": 1, "skipped": 1, "errors": 1}

#: The last test of a run: it looks back at the first.
LAST = """
    def test_nothing_is_left_between_tests(process_state):
        now = process_state()
        # The loop's thread lasts until the session ends, with the descriptors of its loop.
        loop = [t for t in now["threads"] - first["threads"] if t.name == "netmocks-loop"]
        now["threads"] -= set(loop)
        if loop:
            del now["descriptors"], first["descriptors"]
        for name in now:
            assert now[name] == first[name], name
"""

FIRST = """
    first = {}

    def test_first(process_state):
        first.update(process_state())
"""


def test_nothing_is_left_between_tests_nor_after_a_session(
    run: Run, pytester: pytest.Pytester, unchanged: None
) -> None:
    # The same look at the process, inside the run.
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    run(FIRST + EVERYTHING + LAST).assert_outcomes(**{**OUTCOMES, "passed": OUTCOMES["passed"] + 2})


#: What a process sees at its very end.
AT_EXIT = """
    import atexit, json, os, socket, stat, threading
    from pathlib import Path
    import _socket, asyncio, ssl

    OWNERS = (socket, _socket, socket.socket, ssl.SSLContext, asyncio.BaseEventLoop)

    def look():
        return {(owner, k): v for owner in OWNERS for k, v in vars(owner).items()}

    def environment():  # pytest notes there which test it is in
        return {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}

    BEFORE, ENVIRONMENT = look(), environment()

    def is_socket(descriptor):
        try:
            return stat.S_ISSOCK(os.stat(descriptor).st_mode)
        except OSError:  # the one that listed them
            return False

    @atexit.register
    def tell():
        Path("at_exit.json").write_text(json.dumps({
            "threads": [thread.name for thread in threading.enumerate()],
            "sockets": sum(map(is_socket, Path("/dev/fd").iterdir())),
            "hook": threading.excepthook is threading.__excepthook__,
            "patched": [str(key) for key, value in look().items() if value is not BEFORE.get(key)],
            "environment": environment() == ENVIRONMENT,
        }))
"""


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system lists no descriptors")
def test_nothing_is_left_when_the_process_ends(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(AT_EXIT)
    pytester.makepyfile(EVERYTHING)
    result = pytester.runpytest_subprocess("-W", "error", "-p", "netharness.plugin", timeout=60)
    result.assert_outcomes(**OUTCOMES)
    assert json.loads(Path("at_exit.json").read_text(encoding="utf-8")) == {
        "threads": ["MainThread"],
        "sockets": 0,
        "hook": True,
        "patched": [],
        "environment": True,
    }


def test_two_hundred_internets_leave_nothing(
    process_state: Callable[[], dict[str, Any]], unchanged: None
) -> None:
    def once() -> None:
        with Internet() as internet:
            internet.tcp("echo.example.com", 7, echo)
            with socket.create_connection(("echo.example.com", 7), timeout=5) as client:
                client.sendall(b"hello")
                assert client.recv(100) == b"hello"

    once()
    gc.collect()  # what earlier tests dropped holds descriptors until then
    before = process_state()
    for _ in range(200):
        once()
    assert process_state() == before


@pytest.mark.parametrize("fixture", FIXTURES)
def test_what_a_test_had_is_gone_before_the_next(run: Run, fixture: str) -> None:
    run(f"""
        import gc
        import weakref

        had = []

        def test_one({fixture}):
            had.append(weakref.ref({fixture}))

        def test_another():
            gc.collect()
            assert had[0]() is None
    """).assert_outcomes(passed=2)
