"""Projects that have a `mocks` of their own: theirs is imported, and ours serves."""

from pathlib import Path

import pytest

#: The host's own module, which a package called `mocks` of ours would hide.
ORDERS = 'ORDER = {"id": 7}\n'

TEST = """
import json
import urllib.request
from pathlib import Path

from mocks import orders


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def test_the_project_s_own_mocks_are_imported():
    assert Path(orders.__file__).is_relative_to(Path.cwd())


def test_a_mock_on_loopback_answers(http_mock):
    http_mock.on("GET", "/x").reply(json=orders.ORDER)
    assert get(http_mock.url("/x")) == orders.ORDER


def test_a_mock_at_a_real_name_answers(internet):
    internet.http("api.example.com").on("GET", "/x").reply(json=orders.ORDER)
    assert get("http://api.example.com/x") == orders.ORDER
    assert get("https://api.example.com/x") == orders.ORDER
"""

LAYOUTS = {
    "a package beside the tests": {
        "tests/mocks/__init__.py": "",
        "tests/mocks/orders.py": ORDERS,
        "tests/test_orders.py": TEST,
    },
    "a package at the root": {
        "conftest.py": "",
        "mocks/__init__.py": "",
        "mocks/orders.py": ORDERS,
        "tests/test_orders.py": TEST,
    },
    "a plain folder at the root": {
        "conftest.py": "",
        "mocks/orders.py": ORDERS,
        "tests/test_orders.py": TEST,
    },
}

#: A host's own settings: strict, so that a warning of ours would be seen.
SETTINGS = "[pytest]\naddopts = -p no:cacheprovider\nfilterwarnings = error\n"


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS.keys())
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project's folder."""
    for name, text in {"pytest.ini": SETTINGS, **request.param}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [("pytest",), ("python", "-m", "pytest")], ids=" ".join)
def test_a_project_with_mocks_of_its_own(host, project: Path, command: tuple[str, ...]) -> None:
    assert "3 passed" in host.run(*command, cwd=project)
