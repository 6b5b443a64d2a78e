"""Which commands a start-up module can't reach."""

import os

import pytest

from netharness.bequest import STARTUP
from netharness.children.deaf import deaf_option, is_python, reason


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("python -I x.py", "-I"),
        ("/usr/bin/python3.11 -S x.py", "-S"),
        ("python3 -E -c pass", "-E"),
        ("python -uI x.py", "-I"),
        ("python -W error -I x.py", "-I"),
        ("python -Werror -I x.py", "-I"),
        ("python -X dev -bb -S", "-S"),
        ("python -isE", "-E"),
        ("python -WIgnore x.py", ""),
        ("python -X importtime x.py", ""),
        ("python -c -I", ""),
        ("python -m module -I", ""),
        ("python -mIDLE", ""),
        ("python x.py -I", ""),
        ("python -- -I", ""),
        ("python - -I", ""),
        ("python", ""),
        ("python -W", ""),
        ("grep -I x", ""),
        ("", ""),
    ],
)
def test_the_option_that_makes_a_python_deaf_is_found(command, option):
    assert deaf_option(command.split()) == option


def test_a_python_is_known_by_its_name():
    assert is_python("/usr/bin/python3.12")
    assert is_python("pypy3")
    assert not is_python("/home/python/curl")


def test_an_environment_without_the_channel_is_told():
    assert "leaves out" in reason(["python", "x.py"], {"PATH": "/bin"})
    assert "leaves out" in reason(["python", "x.py"], {b"PYTHONPATH": b"/x"})
    channel = {"NETHARNESS_CHANNEL": "/x"}
    assert "leaves out" in reason(["python", "x.py"], {**channel, "PYTHONPATH": "/y"})
    led = {**channel, "PYTHONPATH": f"/y{os.pathsep}{STARTUP}"}
    assert reason(["python", "x.py"], led) == ""
    assert reason(["python", "x.py"], None) == ""
    assert reason(["curl"], {}) == ""
