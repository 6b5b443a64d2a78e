"""A suite of somebody else that imports the strategies, for a law of its own."""

from pathlib import Path

import pytest

SUITE = """
from urllib.parse import urlsplit

from hypothesis import given
from netharness.strategies import fault_plans, http_faults, urls
from netmocks.http import HTTPMock


def host_of(url):
    return urlsplit(url).hostname


@given(urls())
def test_a_host_is_found_in_every_url(url):
    assert host_of(url) in url.lower()


@given(fault_plans(http_faults(5)))
def test_a_plan_can_be_served(plan):
    with HTTPMock() as web:
        rule = web.on("GET", "/", required=False)
        for fault in plan:
            rule.then("hello", fault=fault)
"""

WITHOUT = """
import pytest


def test_the_strategies_say_what_they_lack(http_mock):
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'netharness\\[hypothesis\\]'"):
        import netharness.strategies
"""


@pytest.fixture(scope="session")
def fresh_host(make_host):
    """A host of its own, for what is installed here must not be there for others."""
    return make_host()


def test_a_suite_outside_has_a_law_of_its_own(fresh_host, wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    test = tmp_path / "test_suite.py"
    test.write_text(WITHOUT, encoding="utf-8")
    assert "1 passed" in fresh_host.run("pytest", "-p", "no:cacheprovider", cwd=tmp_path)

    fresh_host.install(f"{wheel}[hypothesis]")
    test.write_text(SUITE, encoding="utf-8")
    assert "2 passed" in fresh_host.run("pytest", "-p", "no:cacheprovider", cwd=tmp_path)
