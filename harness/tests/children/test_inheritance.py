"""Processes that the code under test starts by itself: multiprocessing, pools, subprocess."""

import multiprocessing
import os
import subprocess
import sys
import urllib.request
from concurrent.futures import ProcessPoolExecutor

import pytest

from netharness import Internet
from netharness.children.options import PROGRAM_PATIENCE
from netmocks.errors import UnexpectedTraffic

METHODS = multiprocessing.get_all_start_methods()

#: A process that fetches a page; `multiprocessing` needs a module to import it from.
MODULE = """
import os, socket, urllib.request

def fetch(url):
    return urllib.request.urlopen(url).read(), os.getpid()

def fetch_nothing(url):
    try:
        fetch(url)
    except OSError as error:
        return str(error)

def serve(sentence):
    with socket.create_server(("10.1.2.3", 99)) as server:
        client, _ = server.accept()
        with client:
            client.sendall(sentence)
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A module that other processes can import."""
    (tmp_path / "work_of_the_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    import work_of_the_test

    yield work_of_the_test
    del sys.modules["work_of_the_test"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # what is tested is a fork
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_pool_of_processes_is_inside(work, internet, method, scheme):
    internet.http("api.example.com").on("GET", "/").reply("hello")
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        body, process = pool.submit(work.fetch, f"{scheme}://api.example.com/").result()
    assert body == b"hello"
    assert process != os.getpid()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", METHODS)
def test_a_server_in_a_process_is_found_by_the_test(work, internet, method):
    process = multiprocessing.get_context(method).Process(target=work.serve, args=(b"hello",))
    process.start()
    internet.wait_until_listening("10.1.2.3", 99, timeout=PROGRAM_PATIENCE)
    with urllib.request.socket.create_connection(("10.1.2.3", 99), timeout=5) as client:
        assert client.recv(100) == b"hello"
    process.join()
    assert process.exitcode == 0


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", METHODS)
def test_what_a_process_tries_in_vain_is_reported_with_its_place(work, internet, found, method):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        text = pool.submit(work.fetch_nothing, "http://nobody.example.com/").result()
    assert "nobody has the name 'nobody.example.com'" in text
    [finding] = found()
    assert "work_of_the_test.py:5 in fetch, in process " in finding


def test_a_fork_server_of_an_earlier_internet_knows_the_later_one(work):
    if "forkserver" not in METHODS:
        pytest.skip("this system has no fork server")
    context = multiprocessing.get_context("forkserver")
    for word in ("one", "two"):
        with Internet() as internet, ProcessPoolExecutor(1, mp_context=context) as pool:
            internet.http("api.example.com").on("GET", "/").reply(word)
            assert pool.submit(work.fetch, "http://api.example.com/").result()[0] == word.encode()


def test_a_subprocess_of_the_code_under_test_is_inside(internet):
    internet.http("api.example.com").on("GET", "/").reply("hello")
    code = "import urllib.request as u; print(u.urlopen('https://api.example.com/').read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("b'hello'\n", "")


def test_the_environment_is_as_before_when_the_last_internet_ends(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    before = dict(os.environ)
    with Internet():
        assert os.environ["PYTHONPATH"].endswith(f"{os.pathsep}/somewhere")
        with Internet():
            pass
        assert "NETHARNESS_CHANNEL" in os.environ
    assert dict(os.environ) == before


def test_a_process_that_outlives_its_internet_runs_without_one():
    with Internet():
        environment = dict(os.environ)
    code = "import socket; socket.create_server(('127.0.0.1', 0)).close(); print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_a_python_that_will_not_hear_is_reported(internet, found):
    code = "import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', ''], check=True)"
    subprocess.run([sys.executable, "-c", code], check=True)
    [finding] = found()
    assert "-I -c : -I keeps it from its start-up module" in finding


def test_a_python_that_is_given_no_environment_is_reported():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], env={}, check=True)"
    told = "its environment leaves out what leads it"
    with pytest.raises(UnexpectedTraffic, match=told), Internet():
        subprocess.run([sys.executable, "-c", code], check=True)


def test_the_test_process_reports_what_it_starts_outside(internet, found):
    subprocess.run([sys.executable, "-c", ""], env={}, check=True)
    subprocess.run([sys.executable, "-c", ""], env={**os.environ, "PYTHONPATH": "/"}, check=True)
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)
    emptied, replaced, deaf = found()
    assert "its environment leaves out what leads it (PYTHONPATH)" in replaced
    assert "its environment leaves out what leads it" in emptied
    assert "-S keeps it from its start-up module, started at " in deaf
    assert "test_inheritance.py" in deaf


def test_programs_that_are_no_python_are_started_as_ever(internet):
    done = subprocess.run("echo $WORD", shell=True, env={"WORD": "hi"}, capture_output=True)
    assert done.stdout == b"hi\n"
    assert internet.findings.all == ()
