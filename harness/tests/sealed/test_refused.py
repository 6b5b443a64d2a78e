"""Where namespaces are refused: the option, the report header, and tests that need a seal."""

import sys

import pytest

from netharness.sealed import probe

SUITE = """
    import sys
    import pytest

    CLIENT = "import urllib.request as u; print(u.urlopen('https://api.example.com/').read())"

    def test_python(internet):
        internet.http("api.example.com").on("GET", "/").reply("hello")
        assert internet.run([sys.executable, "-c", CLIENT]).output == "b'hello'\\n"

    @pytest.mark.internet(sealed=True)
    def test_that_needs_a_seal(internet):
        internet.http("api.example.com").on("GET", "/").reply("hello")
        assert internet.run([sys.executable, "-I", "-c", "print('x')"]).output == "x\\n"
        internet.run([sys.executable, "-c", CLIENT])
"""

#: Becomes pytest where no network namespace can be made (namespaces(7)); where not even a user
#: namespace can, that is so already.
REFUSED = """
import os, sys
from netharness.sealed import kernel
try:
    user, group = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER)
    maps = {"setgroups": "deny", "uid_map": f"0 {user} 1", "gid_map": f"0 {group} 1"}
    for name, text in maps.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    with open("/proc/sys/user/max_net_namespaces", "w") as file:
        file.write("0")
except OSError:
    pass
os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])
"""

PYTEST = ("-W", "error", "-p", "netharness.plugin")


@pytest.fixture
def suite(pytester, monkeypatch):
    """Run the suite in a process of its own, as this system is or where namespaces are refused."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(SUITE)

    def run(*options: str, refused: bool) -> pytest.RunResult:
        if not refused:
            return pytester.runpytest_subprocess(*PYTEST, *options, timeout=60)
        return pytester.run(sys.executable, "-c", REFUSED, *PYTEST, *options, timeout=60)

    return run


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces to refuse")
def test_where_namespaces_are_refused_python_is_led_and_the_rest_is_skipped(suite):
    result = suite("-rs", refused=True)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "netharness: programs run led by their start-up modules; no seal: *",
            "SKIPPED * no seal: *",
        ]
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces to refuse")
def test_where_namespaces_are_refused_and_required_the_tests_fail(suite):
    result = suite("--internet-sealed=required", refused=True)
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["netharness: programs fail; no seal: *", "no seal: * (--internet-sealed=required)"]
    )


def test_a_seal_can_be_switched_off(suite):
    result = suite("--internet-sealed=off", "-rs", refused=False)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "netharness: programs run led *; no seal: --internet-sealed=off",
            "SKIPPED * no seal: this internet was told to do without",
        ]
    )


def test_where_namespaces_are_allowed_programs_are_sealed(suite, no_seal):
    if no_seal:
        pytest.skip(f"no seal: {no_seal}")
    result = suite("--internet-sealed=required", refused=False)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["netharness: programs run sealed"])


def test_the_probe_leaves_nothing(process_state):
    probe.refusal()
    before = process_state()
    probe.refusal()
    assert process_state() == before


@pytest.mark.parametrize("sealed", ["off", "required"])
def test_programs_of_a_guarded_session_reach_the_mocks(suite, no_seal, sealed):
    if no_seal and sealed == "required":
        pytest.skip(f"no seal: {no_seal}")
    result = suite("--internet-guard=on", f"--internet-sealed={sealed}", refused=False)
    result.assert_outcomes(**({"passed": 1, "skipped": 1} if sealed == "off" else {"passed": 2}))
