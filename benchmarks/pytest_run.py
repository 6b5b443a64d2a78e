"""pytest runs: with just the plugin that is measured, whatever else is installed."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

import child

OURS = "netharness"

#: What each installed plugin is called, ours among them once it is installed.
INSTALLED = {entry.name: entry.value for entry in entry_points(group="pytest11")}


def run(
    file: Path,
    *,
    plugin: str | None = None,
    more: Sequence[str] = (),
    python: Sequence[str] = (),
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file, which must pass.

    Arguments:
        file: a test file in a folder of its own.
        plugin: the entry point of the only plugin to load; none where left out.
        more: further arguments of pytest.
        python: options of the interpreter.
        variables: environment variables of the run.

    Raises:
        SystemExit: a test failed.
    """
    done = subprocess.run(
        [sys.executable, *python, "-m", "pytest", "-q", *_plugins(plugin), *more, file.name],
        cwd=file.parent,
        env=child.environment(**variables),
        capture_output=True,
        text=True,
        timeout=child.PATIENCE,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"pytest failed on {file.name}:\n{done.stdout}{done.stderr}")
    return done


def _plugins(wanted: str | None) -> list[str]:
    arguments = ["-p", "no:cacheprovider"]
    for name in INSTALLED:
        if name != wanted:
            arguments += ["-p", f"no:{name}"]
    if wanted == OURS and OURS not in INSTALLED:  # a checkout that is not installed
        arguments += ["-p", "netharness.plugin"]
    return arguments


def folder_with(directory: str, name: str, text: str) -> Path:
    """Write a test file into a folder that pytest takes for a project; return its path."""
    folder = Path(directory)
    (folder / "pytest.ini").write_text("[pytest]\n")
    file = folder / name
    file.write_text(text)
    return file
