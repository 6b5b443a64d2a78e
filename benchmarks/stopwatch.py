"""The stopwatch: a pytest plugin that writes the seconds of each test into a JSON file.

The file is named by the variable STOPWATCH. Set-up, call and teardown count, as they do for who
waits for a test run; pytest's own start and collection do not.
"""

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest

seconds: list[float] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Time one test."""
    began = time.perf_counter()
    result = yield
    seconds.append(time.perf_counter() - began)
    return result


def pytest_sessionfinish() -> None:
    """Write them."""
    Path(os.environ["STOPWATCH"]).write_text(json.dumps(seconds))
