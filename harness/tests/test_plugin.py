import json
import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

#: What takes long to import, or is not for those who never ask for a fixture.
HEAVY = {
    "aiosmtpd",
    "asyncio",
    "cryptography",
    "difflib",
    "email",
    "http",
    "httptools",
    "netmocks",
    "ssl",
    "tomllib",
    "trustme",
}

IMPORTED = """
import json, sys
import pytest
before = set(sys.modules)
import netharness.plugin
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True, timeout=30
    )
    imported = set(json.loads(done.stdout))
    assert "netharness.plugin" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


def test_a_run_that_asks_for_no_fixture_imports_nothing_heavy(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile("""
        import sys

        def test_it():
            assert "netharness.plugin" in sys.modules
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert not loaded & {"netmocks", "aiosmtpd", "cryptography", "httptools", "trustme"}
            assert "netharness.internet" not in sys.modules
    """)
    pytester.runpytest_subprocess("-p", "netharness.plugin", timeout=60).assert_outcomes(passed=1)


def test_the_plugin_can_be_switched_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            assert "netharness.plugin" not in sys.modules

        def test_its_fixtures(internet):
            pass
    """)
    result = pytester.runpytest_subprocess("-p", "no:netharness", "-p", "no:asyncio", timeout=60)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'internet' not found"])


@pytest.mark.parametrize("plugin", ["threadexception", "no:threadexception"])
def test_the_thread_hook_is_put_back(run: Run, unchanged: None, plugin: str) -> None:
    run("def test_it(internet):\n    pass\n", "-p", plugin).assert_outcomes(passed=1)


def test_the_options_are_documented(run: Run) -> None:
    result = run("", "--help")
    result.stdout.fnmatch_lines(
        [
            "netharness: a private internet*",
            "*--ledger=FILE*",
            "*--internet-sealed={auto,off,required}*",
            "*example_catalogue (string)*",
        ]
    )
    result.stdout.fnmatch_lines_random(["*internet_tolerate (args)*", "*internet_journal_limit*"])


def test_the_markers_are_documented(run: Run) -> None:
    result = run("", "--markers")
    result.stdout.fnmatch_lines(
        [
            "@pytest.mark.internet(tolerate=[[]...], sealed=True):*",
            "@pytest.mark.example(id):*",
            "@pytest.mark.mistake(id):*",
        ]
    )


def test_the_fixtures_are_documented(run: Run) -> None:
    result = run("", "--fixtures")
    mails = ("imap_mock", "lmtp_mock", "pop3_mock", "smtp_mock")
    for name in ("internet", "dns_mock", "http_mock", *mails, "tcp_mock", "udp_mock"):
        result.stdout.fnmatch_lines([f"{name} -- *netharness*fixtures.py:*", "    [A-Z]*"])
