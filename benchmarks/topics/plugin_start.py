"""pytest's start-up with the plugin installed and unused."""

import tempfile
import time
from pathlib import Path

import pytest_run
from effort import Effort
from rounds import turns
from row import Outcome, Row, Samples, at_most_more

TEST = "def test_nothing():\n    pass\n"


def measure(effort: Effort) -> Outcome:
    """Compare whole runs of a file with one empty test."""
    seconds: dict[str | None, list[float]] = {pytest_run.OURS: [], None: []}
    with tempfile.TemporaryDirectory() as directory:
        file = pytest_run.folder_with(directory, "test_nothing.py", TEST)
        for plugin in seconds:  # the first run of each writes what Python caches
            pytest_run.run(file, plugin=plugin)
        for plugin in turns([*seconds], effort.runs):
            began = time.perf_counter()
            pytest_run.run(file, plugin=plugin)
            seconds[plugin].append(time.perf_counter() - began)
        note = _imports(file)
    ours = Samples("netharness", seconds[pytest_run.OURS])
    without = Samples("without", seconds[None])
    return Outcome([Row("pytest start-up", "s", ours, without, at_most_more(0.030))], [note])


def _imports(file: Path) -> str:
    """Say which modules the unused plugin imports."""
    ours, without = (_imported(file, plugin) for plugin in (pytest_run.OURS, None))
    more = {name: spent for name, spent in ours.items() if name not in without}
    return (
        f"the unused plugin imports {len(more)} more modules in {sum(more.values()) / 1e3:.1f} ms:"
        f" {', '.join(sorted(more))}"
    )


def _imported(file: Path, plugin: str | None) -> dict[str, int]:
    """Return the modules that a run imports, with their own microseconds."""
    done = pytest_run.run(file, plugin=plugin, python=("-X", "importtime"))
    lines = (
        line.removeprefix("import time:").split("|")
        for line in done.stderr.splitlines()
        if line.startswith("import time:") and "self [us]" not in line
    )
    return {name.strip(): int(own) for own, _, name in lines}
