"""The bequest: what children of this process get, by whom it is left, and in what order."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from netharness.bequest import STARTUP, Bequest

NAMES = ("PYTHONPATH", "NETHARNESS_ROOTS", "ONE", "OTHER")


@pytest.fixture(params=[None, "/somewhere"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """The path before anything is left."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    if request.param is not None:
        monkeypatch.setenv("PYTHONPATH", request.param)
    path: str | None = request.param
    return path


def now() -> dict[str, str]:
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def test_who_leaves_something_leads_to_it(path: str | None) -> None:
    bequest = Bequest()
    bequest.leave("ONE", "1")
    assert os.environ["ONE"] == "1"
    assert os.environ["PYTHONPATH"].split(os.pathsep) == [STARTUP, *([path] if path else [])]
    assert bequest.before["PYTHONPATH"] == path
    bequest.take_back("ONE")


@pytest.mark.parametrize("order", [("ONE", "OTHER"), ("OTHER", "ONE")])
def test_the_way_stays_until_the_last_is_taken_back(
    path: str | None, order: tuple[str, str]
) -> None:
    before = now()
    bequest = Bequest()
    bequest.leave("ONE", "1")
    bequest.leave("OTHER", "2")
    first, last = order
    bequest.take_back(first)
    assert first not in os.environ
    assert last in os.environ
    assert os.environ["PYTHONPATH"].startswith(STARTUP)
    bequest.take_back(last)
    assert now() == before


def test_a_value_that_was_there_comes_back(
    path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE", "theirs")
    bequest = Bequest()
    bequest.leave("ONE", "1")
    bequest.leave("ONE", "2")
    assert os.environ["ONE"] == "2"
    bequest.take_back("ONE")
    assert os.environ["ONE"] == "theirs"


def test_what_was_not_left_is_not_taken_back(
    path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE", "theirs")
    bequest = Bequest()
    bequest.leave("OTHER", "2")
    bequest.take_back("ONE")
    assert os.environ["ONE"] == "theirs"
    bequest.take_back("OTHER")


def test_a_fork_takes_what_it_got_for_what_was_there(path: str | None) -> None:
    bequest = Bequest()
    bequest.leave("ONE", "1")
    inherited = now()
    bequest.inherit()
    bequest.leave("ONE", "2")
    bequest.take_back("ONE")
    assert now() == inherited


def test_an_internet_goes_on_leading_children_when_the_guard_of_one_test_is_off(
    run: Callable[..., Any],
) -> None:
    run(
        """
import subprocess, sys, pytest
from netharness import Internet

CODE = "import urllib.request as u; print(u.urlopen('http://api.example.com/').read())"

@pytest.fixture(scope="session", autouse=True)
def api():
    with Internet() as internet:
        internet.http("api.example.com").on("GET", "/").reply("hello")
        yield

@pytest.mark.internet_guard("on")
def test_guarded():
    assert subprocess.check_output([sys.executable, "-c", CODE]) == b"b'hello'\\n"

def test_unguarded():
    assert subprocess.check_output([sys.executable, "-c", CODE]) == b"b'hello'\\n"
"""
    ).assert_outcomes(passed=2)
