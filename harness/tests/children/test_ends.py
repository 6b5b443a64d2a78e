"""How children end, whatever they do against it, and what they leave: nothing."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from netharness import Internet
from netharness.children.output import KEPT
from netmocks.errors import MisuseError

PYTHON = sys.executable


@pytest.fixture
def internet(backend):
    """An internet that the test itself ends."""
    return Internet(sealed=backend, tolerate=["outside"])


def children_of_this_process() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system has no such /proc")
def test_nothing_is_left_of_an_internet_with_programs(
    internet, unchanged, tmp_path_factory, monkeypatch
):
    folder = tmp_path_factory.mktemp("t")  # short enough for a Unix socket
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = children_of_this_process()  # such as a database that stays for the session
    with internet:
        internet.http("api.example.com")
        internet.run(["true"])
        internet.start(["sleep", "1000"])
        assert list(folder.iterdir())
    gc.collect()
    assert children_of_this_process() == before
    assert not list(folder.iterdir())


def test_a_child_that_still_runs_is_ended_with_its_internet(internet, lifeline):
    line = lifeline()
    with internet:
        child = internet.start(["sh", "-c", line.shell("sleep 1000")])
        line.wait_until_held()
    line.wait_until_cut()
    assert child.fate == "was killed by SIGTERM"


def test_a_child_that_ignores_sigterm_is_killed(internet, lifeline):
    line = lifeline()
    with internet:
        child = internet.start(
            ["sh", "-c", f"trap '' TERM; {line.shell('sleep 1000; sleep 1000')}"]
        )
        line.wait_until_held()
        done = child.terminate(grace=0.1)
    line.wait_until_cut()
    assert done.exit_code == -signal.SIGKILL


def test_what_ignores_sigterm_does_not_hold_the_internet_up(internet, lifeline):
    line = lifeline()
    with internet:
        child = internet.start(
            ["sh", "-c", f"trap '' TERM; {line.shell('sleep 1000; sleep 1000')}"]
        )
        line.wait_until_held()
    line.wait_until_cut()
    assert child.fate == "was killed by SIGKILL"


def test_a_daemon_does_not_outlive_its_internet(internet, lifeline):
    line = lifeline()
    daemon = line.shell("sleep 1000")
    with internet:
        done = internet.run(["sh", "-c", f"setsid sh -c '{daemon}' </dev/null >/dev/null 2>&1 &"])
        assert done.exit_code == 0
        line.wait_until_held()
    line.wait_until_cut()


def test_a_daemon_that_keeps_the_output_open_does_not_hold_run_up(internet, lifeline):
    line = lifeline()
    with internet:
        done = internet.run(["sh", "-c", f"echo said; ({line.shell('sleep 1000')}) &"])
        assert done.output == "said\n"
        line.wait_until_held()
    line.wait_until_cut()


def test_a_python_daemon_that_closes_all_descriptors_is_still_inside(internet, tmp_path):
    code = """
import os, socket, sys
if os.fork():
    os._exit(0)
os.setsid()
os.closerange(0, 1000)
with socket.create_connection(("echo.example.com", 7)) as client:
    client.sendall(b"from the daemon")
"""
    with internet:
        echo = internet.tcp("echo.example.com", 7)
        internet.run([PYTHON, "-c", code])
        echo.journal.wait_for(lambda entry: entry.data == b"from the daemon")


def test_a_child_that_closes_its_descriptors_still_ends_clearly(internet):
    code = "import os; os.closerange(0, 1000); os._exit(7)"
    with internet:
        assert internet.run([PYTHON, "-c", code]).exit_code == 7


def test_a_flood_is_kept_to_its_head_and_its_tail(internet):
    code = "import sys; sys.stdout.write('first' + 'x' * 5_000_000 + 'last')"
    with internet:
        done = internet.run([PYTHON, "-c", code])

    assert done.output.startswith("first")
    assert done.output.endswith("last")
    assert f"[... {5_000_009 - 2 * KEPT} bytes left out ...]" in done.output


def test_an_endless_flood_ends_with_its_internet(internet):
    with internet:
        child = internet.start(["yes"])
        child.wait_for_output("y\n", count=1_000_000)
    assert not child.running
    assert len(child.output) < 2 * KEPT + 100


def test_a_child_that_is_killed_from_outside_ends_clearly(internet):
    with internet:
        child = internet.start(["sh", "-c", "kill -9 $$"])
        assert child.wait().exit_code == -signal.SIGKILL


def test_processes_that_a_child_left_are_ended_by_its_signal_too(internet, lifeline):
    line = lifeline()
    with internet:
        child = internet.start(["sh", "-c", f"({line.shell('sleep 1000')}) & wait"])
        line.wait_until_held()
        child.kill()
        line.wait_until_cut()


#: A test process that starts a program, says so, and waits to be killed.
VICTIM = """
import sys, threading
from netharness import Internet
internet = Internet(sealed=sys.argv[1], tolerate=["outside"]).start()
internet.start(["sh", "-c", sys.argv[2]])
threading.Event().wait()
"""


def test_a_test_process_that_is_killed_leaves_no_child_and_no_file(
    backend, lifeline, tmp_path_factory
):
    line = lifeline()
    code = line.shell("setsid sleep 1000 & sleep 1000")
    folder = tmp_path_factory.mktemp("temporary")
    read, write = os.pipe()  # its end is that of the victim and of its helpers
    with subprocess.Popen(
        [PYTHON, "-c", VICTIM, backend, code],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=write,
    ) as victim:
        os.close(write)
        line.wait_until_held()
        assert list(folder.iterdir())
        victim.kill()
    line.wait_until_cut()
    with os.fdopen(read) as said:
        assert said.read() == ""
    assert not list(folder.iterdir())


#: The same, with a fork that goes on, and has copies of all its descriptors.
FORKING = VICTIM.replace(
    "threading.Event()",
    """import os
if os.fork() == 0:
    os.write(os.open(sys.argv[3], os.O_WRONLY), b"held")
threading.Event()""",
)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_of_the_test_process_does_not_keep_its_children_alive(backend, lifeline):
    line, fork = lifeline(), lifeline()
    with subprocess.Popen(
        [PYTHON, "-c", FORKING, backend, line.shell("sleep 1000"), fork.path],
        start_new_session=True,
    ) as victim:
        line.wait_until_held()
        fork.wait_until_held()
        victim.kill()
        victim.wait()
        line.wait_until_cut()
        os.killpg(victim.pid, signal.SIGKILL)
    fork.wait_until_cut()


def test_without_its_nursery_an_internet_says_so_and_ends(internet):
    with internet:
        internet.run(["true"])
        nursery = internet._programs.family._nursery._process
        nursery.kill()
        nursery.wait()
        with pytest.raises(MisuseError, match="the process that starts children has gone"):
            internet.run(["true"])


def test_a_child_that_runs_at_the_end_of_a_failing_test_is_shown(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.internet(tolerate=["outside"])
        def test_it(internet):
            internet.run(["sh", "-c", "echo complaint >&2; exit 3"])
            child = internet.start(["sh", "-c", "echo here I am; exec sleep 1000"])
            child.wait_for_output("am")
            assert not child.running
        """
    )
    result = pytester.runpytest_inprocess("-W", "error", "-p", "netharness.plugin")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Internet: children*",
            "child 1, sh -c *: ended with exit code 3",
            "its errors (10 bytes):",
            "complaint",
            "child 2, sh -c *: still runs",
            "its output (10 bytes):",
            "here I am",
        ]
    )


def test_a_child_whose_nursery_is_killed_is_known_to_have_ended(internet, lifeline):
    line = lifeline()
    with internet:
        child = internet.start(["sh", "-c", line.shell("exec sleep 1000")])
        line.wait_until_held()
        internet._programs.family._nursery._process.kill()
        assert child.wait().exit_code == -signal.SIGKILL
        line.wait_until_cut()
