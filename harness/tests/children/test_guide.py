"""The start-up module of Python children, in a Python of its own."""

import os
import subprocess
import sys

import pytest

from netharness import Internet
from netharness.bequest import STARTUP, bequest


@pytest.fixture
def python(internet):
    """Run Python code as a subprocess that inherits the internet; return its output's lines."""

    def run(code: str, **environment: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return run


def test_another_start_up_module_runs_too(python, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('the other one, as', __name__)")
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(tmp_path)])

    lines = python("import sitecustomize; print(sitecustomize.__file__)", PYTHONPATH=path)

    assert lines == ["the other one, as sitecustomize", str(tmp_path / "sitecustomize.py")]


def test_a_program_that_uses_no_socket_imports_none_of_ours(python):
    [line] = python("import sys; print('socket' in sys.modules, 'asyncio' in sys.modules)")
    assert line == "False False"


@pytest.mark.parametrize("module", ["socket", "ssl", "asyncio", "asyncio.base_events"])
def test_modules_are_led_however_they_are_first_imported(python, module):
    code = f"""
import {module}, socket, _socket, ssl, asyncio
print(socket.socket.connect.__module__, _socket.getaddrinfo.__module__)
print(ssl.SSLContext.wrap_socket.__module__, asyncio.BaseEventLoop.getaddrinfo.__module__)
"""
    assert python(code) == [
        "netharness.routing.sockets netharness.routing.resolver",
        "netharness.trust netharness.routing.loop_resolver",
    ]


def test_a_led_module_looks_as_it_did(python):
    code = """
import socket, importlib
print(type(socket.__spec__.loader).__name__, type(socket.__loader__).__name__)
print("exec_module" in vars(socket.__loader__))
"""
    assert python(code) == ["SourceFileLoader SourceFileLoader", "False"]


@pytest.mark.internet(tolerate=["outside"])  # the one that is compared with
def test_the_path_of_a_program_is_not_changed_but_for_the_start_up_module(python):
    before = bequest.before
    with_internet = python("import sys; print(*sys.path, sep='\\n')")
    without = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.path, sep='\\n')"],
        env={name: v for name, v in {**os.environ, **before}.items() if v is not None},
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert [line for line in with_internet if line != STARTUP] == without


def test_a_context_made_with_authorities_of_its_own_trusts_the_internet(python, internet):
    internet.http("api.example.com").on("GET", "/").reply("hello")
    code = """
import ssl, urllib.request as u
context = ssl.create_default_context(cadata=None, cafile=ssl.get_default_verify_paths().cafile)
print(u.urlopen("https://api.example.com/", context=context).read())
"""
    assert python(code) == ["b'hello'"]


def test_requests_in_a_child_trusts_the_internet(python, internet):
    internet.http("api.example.com").on("GET", "/").reply("hello")
    assert python("import requests; print(requests.get('https://api.example.com/').text)") == [
        "hello"
    ]


def test_lookups_by_all_functions_are_answered(python, internet):
    internet.tcp("echo.example.com", 7)
    code = """
import socket
print(socket.gethostbyname("echo.example.com"))
print(socket.gethostbyaddr("198.18.0.1")[0])
print(socket.getnameinfo(("198.18.0.1", 7), socket.NI_NUMERICSERV))
print(socket.gethostbyname("localhost"))
"""
    assert python(code) == [
        "198.18.0.1",
        "echo.example.com",
        "('echo.example.com', '7')",
        "127.0.0.1",
    ]


def test_two_internets_that_are_up_are_asked_from_the_inside_out(python, internet):
    internet.tcp("outer.example.com", 7)
    code = "import socket; socket.create_connection(('outer.example.com', 7)); print('there')"
    with Internet() as inner:
        inner.tcp("inner.example.com", 7)
        assert python(code) == ["there"]
        assert python(code.replace("outer", "inner")) == ["there"]
