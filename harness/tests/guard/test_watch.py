"""The guard in sessions of pytest: what it sees from beginning to end, and whom it tells."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from netharness import Internet
from netharness.bequest import STARTUP
from netharness.guard.hook import guard

Run = Callable[..., pytest.RunResult]

#: What the programs below have at hand.
HEAD = """
import socket, sys, pytest

def connect():  # a datagram socket: it sends nothing
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        try:
            client.connect(("192.0.2.1", 9))
        except OSError as error:
            return str(error)
    return "let out"

def swallow(address=("192.0.2.1", 80)):
    try:
        socket.create_connection(address, timeout=0.01)
    except OSError as error:
        return str(error)
    return "let out"
"""


@pytest.fixture
def guarded_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests in a process of their own, guarded unless the arguments say otherwise."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(HEAD + source)
        given = ["-p", "netharness.plugin", "-W", "error", "-p", "no:cacheprovider"]
        guarded = [] if any("internet-guard" in a for a in arguments) else ["--internet-guard=on"]
        return pytester.runpytest_subprocess(*given, *guarded, *arguments)

    return run


# -- a test ---------------------------------------------------------------------------------------


def test_what_a_test_swallowed_fails_it(run: Run) -> None:
    result = run(
        HEAD
        + """
def test_it():
    assert "the guard refused" in swallow()

def test_next():
    pass
""",
        "--internet-guard=on",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_it*",
            "the guard refused to connect to 192.0.2.1:80, tried at test_*.py:* in swallow",
            "    internet.http('192.0.2.1')",
            "    internet_allow = 192.0.2.1:80",
        ]
    )


def test_a_test_that_failed_of_it_is_told_once(run: Run) -> None:
    result = run(
        HEAD
        + """
def test_it():
    socket.gethostbyname("api.example.com")
""",
        "--internet-guard=on",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*gaierror*the guard refused to look up api.example.com*"])


def test_fixtures_are_guarded_too(run: Run) -> None:
    run(
        HEAD
        + """
@pytest.fixture(scope="module")
def wide():
    swallow()
    yield
    swallow(("192.0.2.2", 80))

def test_one(wide):
    pass

def test_two(wide):
    pass
""",
        "--internet-guard=on",
    ).assert_outcomes(passed=2, errors=2)


@pytest.mark.parametrize(
    ("marker", "outcome"),
    [
        ("'off'", "let pass"),
        ("'report'", "let pass"),
        ("allow=['192.0.2.1:9']", "let pass"),
        ("allow='192.0.2.0/24'", "let pass"),
        ("allow=['192.0.2.1:80']", "refused"),
        ("'on'", "refused"),
    ],
)
def test_a_marker_overrides_the_session(run: Run, marker: str, outcome: str) -> None:
    result = run(
        HEAD
        + f"""
@pytest.mark.internet_guard({marker})
def test_it():
    assert ("the guard refused" in connect()) == {outcome == "refused"}

def test_next():
    assert "the guard refused" in connect()
""",
        "--internet-guard=on",
    )
    result.assert_outcomes(passed=2, errors=1 if outcome == "let pass" else 2)


def test_a_marker_guards_one_test_of_a_session_without_guard(run: Run) -> None:
    before = dict(os.environ)
    run(
        HEAD
        + """
import os

@pytest.mark.internet_guard("on")
class TestGuarded:
    def test_it(self):
        assert "NETHARNESS_GUARD" in os.environ
        assert "the guard refused" in swallow()

    @pytest.mark.internet_guard("off")
    def test_the_nearest_marker_decides(self):
        assert "NETHARNESS_GUARD" not in os.environ

def test_next():
    assert "NETHARNESS_GUARD" not in os.environ
"""
    ).assert_outcomes(passed=3, errors=1)
    assert {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")} == {
        k: v for k, v in before.items() if not k.startswith("PYTEST")
    }
    assert guard.is_idle


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("'open'", "internet_guard = open: it is one of on, off, report"),
        ("allow=['a b']", "'a b' allows nothing"),
        ("'on', 'off'", "takes a mode, allow=[[]...], or both"),
        ("hosts=['a']", "takes a mode, allow=[[]...], or both"),
    ],
)
def test_a_marker_that_makes_no_sense_ends_the_session(run: Run, marker: str, said: str) -> None:
    result = run(f"""
import pytest

@pytest.mark.internet_guard({marker})
def test_it():
    pass
""")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{said}*"])


# -- the session ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ini", "outcomes"),
    [
        ("internet_guard = on", {"passed": 1, "errors": 1}),
        ("internet_guard = on\ninternet_allow = 192.0.2.0/24:80 *.example.com", {"passed": 1}),
        ("internet_guard = report", {"passed": 1}),
        ("internet_guard = off", {"passed": 1}),
        ("", {"passed": 1}),
    ],
)
def test_the_configuration_says_how(
    run: Run, pytester: pytest.Pytester, ini: str, outcomes: dict[str, int]
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    run("""
import socket

def test_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        try:
            client.connect(("192.0.2.1", 80))
        except OSError:
            pass
""").assert_outcomes(**outcomes)


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        ("internet_guard = maybe", "internet_guard = maybe: it is one of on, off, report"),
        ("internet_allow = host:http", "internet_allow: 'host:http' allows nothing"),
    ],
)
def test_a_configuration_that_makes_no_sense_ends_the_session(
    guarded_run: Run, pytester: pytest.Pytester, ini: str, said: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = guarded_run("", "-o", "x=internet-guard")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{said}*"])


def test_collection_is_guarded_and_fails_the_session_though_it_swallowed(guarded_run: Run) -> None:
    result = guarded_run("""
swallow()

def test_it():
    pass
""")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["*= internet guard =*", "the guard refused to connect to 192.0.2.1:80, tried at *:*"]
    )


def test_a_report_lists_what_would_be_refused_and_fails_nothing(guarded_run: Run) -> None:
    result = guarded_run(
        """
def test_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("192.0.2.1", 80))  # of a datagram socket: it sends nothing
""",
        "--internet-guard=report",
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*= internet guard =*",
            "*::test_it: the guard would refuse to connect to 192.0.2.1:80, tried at *:* in*",
        ]
    )


def test_the_end_of_the_process_is_guarded(guarded_run: Run) -> None:
    result = guarded_run("""
import atexit

atexit.register(swallow, ("192.0.2.9", 80))

@pytest.fixture(scope="session", autouse=True)
def _at_the_end(request):
    request.config.add_cleanup(lambda: swallow(("192.0.2.8", 80)))

def test_it():
    pass
""")
    assert result.ret == 0
    result.stderr.fnmatch_lines(
        [
            "netharness: the guard refused to connect to 192.0.2.8:80, tried at *",
            "netharness: the guard refused to connect to 192.0.2.9:80, tried at *",
        ]
    )


def test_without_a_guard_nothing_is_different(guarded_run: Run) -> None:
    guarded_run(
        """
import os

def test_it():
    assert "NETHARNESS_GUARD" not in os.environ
    assert "netharness.guard.names" not in sys.modules
    assert socket.socket.connect is __import__("_socket").socket.connect
    from netharness.guard.hook import guard
    assert not guard._is_hooked
""",
        "--internet-guard=off",
    ).assert_outcomes(passed=1)


def test_workers_of_xdist_are_guarded_and_send_home_what_no_test_was_told_of(
    guarded_run: Run,
) -> None:
    result = guarded_run(
        """
swallow(("192.0.2.7", 80))

def test_it():
    swallow()
""",
        "-p",
        "xdist",
        "-n1",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_it*",
            "the guard refused to connect to 192.0.2.1:80, tried at *",
            "*= internet guard =*",
            "the guard refused to connect to 192.0.2.7:80, tried at *",
        ]
    )


@pytest.mark.skipif(
    not list(entry_points(group="pytest11", name="netharness")),
    reason="netharness is not installed, so pytest does not load it by itself",
)
@pytest.mark.parametrize("inside", ["guard", "internet"])
def test_a_child_that_is_pytest_is_not_warned_of_what_was_imported_for_it(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    # Loaded by its entry point, as at home: pytest then marks the whole package for rewriting.
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makepyfile(test_it="def test_it(): pass")
    strict = ("-W", "error::pytest.PytestAssertRewriteWarning")
    if inside == "internet":
        with Internet():
            result = pytester.runpytest_subprocess(*strict)
    else:
        result = pytester.runpytest_subprocess(*strict, "-n1", "--internet-guard=on")
    result.assert_outcomes(passed=1)


def test_an_internet_of_the_session_leads_whether_a_test_is_guarded_or_not(
    guarded_run: Run,
) -> None:
    result = guarded_run(
        """
import asyncio, urllib.request
from netharness import Internet

@pytest.fixture(scope="session")
def api():
    with Internet() as internet:
        internet.http("api.example.com").on("GET", "/").reply("hello")
        yield

def fetch(api):
    url = "http://api.example.com/"
    assert urllib.request.urlopen(url).read() == b"hello"
    with pytest.raises(OSError, match="nobody serves|nobody has the name"):
        socket.create_connection(("10.9.9.9", 80), timeout=0.01)
    sock = socket.socket()
    sock.connect(("api.example.com", 80))
    sock.close()

def test_unguarded(request):
    pass

@pytest.mark.internet_guard("on")
def test_guarded(api):
    fetch(api)

def test_unguarded_again(api):
    fetch(api)

@pytest.mark.internet_guard("on")
def test_guarded_again(api):
    fetch(api)

def test_the_end():
    pass

@pytest.fixture(scope="session", autouse=True)
def last():
    before = dict(vars(socket.socket)), socket.getnameinfo
    yield
    assert (dict(vars(socket.socket)), socket.getnameinfo) == before
""",
        "--internet-guard=off",
    )
    result.assert_outcomes(passed=5, errors=1)
    result.stdout.fnmatch_lines(["*nobody serves 10.9.9.9:80/tcp*"])


def test_a_session_within_a_guarded_one_leaves_its_guard_alone(guarded_run: Run) -> None:
    guarded_run("""
pytest_plugins = ["pytester"]

@pytest.mark.parametrize("mode", ["on", "off"])
def test_it(pytester, mode):
    before = socket.socket.connect
    pytester.makepyfile("def test_nothing(): pass")
    options = ["-p", "netharness.plugin", f"--internet-guard={mode}"]
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)
    assert socket.socket.connect is before
    assert "the guard refused" in swallow(("api.example.com", 80))
""").assert_outcomes(passed=2, errors=2)


# -- children -------------------------------------------------------------------------------------

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

CHILD = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=0.01)
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.run([sys.executable, '-c', CHILD], text=True, capture_output=True).stdout",
        "in_pool('spawn')",
        pytest.param("in_pool('fork')", marks=forks),
        pytest.param("in_pool('forkserver')", marks=forks),
        "subprocess.run([sys.executable, '-c', GRANDCHILD], text=True, capture_output=True).stdout",
    ],
)
def test_python_children_are_guarded_and_tell_the_test(guarded_run: Run, start: str) -> None:
    result = guarded_run(f"""
import multiprocessing, os, subprocess
from concurrent.futures import ProcessPoolExecutor

CHILD = {CHILD!r}
GRANDCHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {{CHILD!r}}])"

def in_pool(method):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(swallow).result(30)

def test_it():
    assert "the guard refused to connect to 192.0.2.1:80" in {start}
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["the guard refused to connect to 192.0.2.1:80, tried at *, in process *"]
    )


def test_a_sitecustomize_of_the_host_still_runs(
    guarded_run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = pytester.mkdir("theirs")
    (theirs / "sitecustomize.py").write_text("import sys; sys.theirs = __name__\n")
    monkeypatch.setenv("PYTHONPATH", str(theirs))
    guarded_run("""
import subprocess

def test_it():
    child = [sys.executable, "-c", "import sys; print(sys.theirs)"]
    assert subprocess.run(child, text=True, capture_output=True).stdout == "sitecustomize\\n"
""").assert_outcomes(passed=1)


def test_a_child_that_is_left_nothing_pays_nothing() -> None:
    environment = {**os.environ, "PYTHONPATH": STARTUP}
    environment.pop("NETHARNESS_GUARD", None)
    program = (
        "import sys; from importlib.machinery import PathFinder as finder;"
        "print(finder.find_spec('sitecustomize').origin, 'netharness' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"{Path(STARTUP, 'sitecustomize.py')} False\n"


@pytest.mark.parametrize(
    ("act", "where"),
    [
        ("socket.socket().connect((NAME, 80))", "in act"),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', (NAME, 80))", "in act"),
        ("asyncio.run(asyncio.open_connection(NAME, 80))", "in act"),
        ("uvloop.run(asyncio.open_connection(NAME, 80))", "in act"),
    ],
)
def test_children_look_no_name_up(guarded_run: Run, act: str, where: str) -> None:
    if "uvloop" in act:
        pytest.importorskip("uvloop", reason="uvloop is not made for this system")
    program = f"""
import asyncio, socket
NAME = "api.example.com"
def act():
    {"import uvloop" if "uvloop" in act else ""}
    {act}
try:
    act()
except OSError as error:
    print(error)
"""
    result = guarded_run(f"""
import subprocess

def test_it(tmp_path):
    (tmp_path / "program.py").write_text({program!r})
    child = [sys.executable, tmp_path / "program.py"]
    said = subprocess.run(child, text=True, capture_output=True).stdout
    assert "the guard refused to look up api.example.com:80, tried at" in said
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [f"the guard refused to look up api.example.com:80, tried at *program.py:* {where}, in pr*"]
    )


@pytest.mark.parametrize(
    ("entry", "say"),
    [
        ("192.0.2.1:9", "let out"),
        ("192.0.2.0/24", "let out"),
        ("*:9", "let out"),
        ("192.0.2.1:80", "refused"),
    ],
)
def test_children_are_allowed_what_their_test_is(guarded_run: Run, entry: str, say: str) -> None:
    guarded_run(
        f"""
import subprocess

CHILD = '''
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:  # which sends nothing
    try:
        client.connect(("192.0.2.1", 9))
        print("let out")
    except OSError as error:
        print("refused" if "the guard refused" in str(error) else error)
'''

def child():
    return subprocess.run([sys.executable, "-c", CHILD], text=True, capture_output=True).stdout

@pytest.mark.internet_guard(allow=[{entry!r}])
def test_it():
    assert child() == {say!r} + "\\n"

@pytest.mark.internet_guard("off")
def test_unguarded():
    assert child() == "let out\\n"
"""
    ).assert_outcomes(passed=2, errors=0 if say == "let out" else 1)


def test_sessions_threads_and_loops_are_guarded_wherever_they_try(guarded_run: Run) -> None:
    result = guarded_run("""
import asyncio, threading

def in_thread():
    thread = threading.Thread(target=swallow, args=(("192.0.2.3", 80),))
    thread.start()
    thread.join()

async def in_loop():
    try:
        await asyncio.open_connection("api.example.com", 80)
    except OSError:
        pass

@pytest.fixture(scope="session", autouse=True)
def wide(request):
    swallow(("192.0.2.4", 80))
    request.addfinalizer(lambda: swallow(("192.0.2.5", 80)))

def test_one():
    in_thread()

def test_two():
    asyncio.run(in_loop())

def test_three():
    pass
""")
    result.assert_outcomes(passed=3, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_one*",
            "the guard refused to connect to 192.0.2.4:80, tried at *.py:* in swallow",
            "the guard refused to connect to 192.0.2.3:80, tried at *.py:* in swallow",
            "*ERROR at teardown of test_two*",
            "the guard refused to look up api.example.com:80, tried at *.py:* in in_loop",
            "*ERROR at teardown of test_three*",
            "the guard refused to connect to 192.0.2.5:80, tried at *.py:* in swallow",
        ]
    )


def test_the_refusal_of_a_test_travels_home_from_a_worker_of_xdist(guarded_run: Run) -> None:
    result = guarded_run(
        """
def test_it():
    socket.create_connection(("192.0.2.1", 80), timeout=0.01)
""",
        "-p",
        "xdist",
        "-n1",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E*ConnectionRefusedError*the guard refused to connect to 192.0.2.1:80, tried at *"]
    )
