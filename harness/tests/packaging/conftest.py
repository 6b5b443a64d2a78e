"""What was built, and a host: an environment that has just the wheel, as a user's has it."""

import os
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

#: Where a virtual environment keeps its programs.
PROGRAMS = "Scripts" if os.name == "nt" else "bin"

#: Beginnings of the variables by which this run could reach into the host.
OURS = ("PYTHON", "PYTEST", "COVERAGE", "VIRTUAL_ENV", "MYPY")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ask for what is tested here whenever this folder is named."""
    parser.addoption(
        "--built", type=Path, required=True, help="the folder with one wheel and one sdist"
    )


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Stay out of runs of all tests, which have nothing built."""
    return True if config.getoption("--built", None) is None else None


@pytest.fixture(scope="session")
def built(pytestconfig: pytest.Config) -> Path:
    """The folder with what was built."""
    return pytestconfig.getoption("--built").resolve()


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The one wheel."""
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def sdist(built: Path) -> Path:
    """The one sdist."""
    (sdist,) = built.glob("*.tar.gz")
    return sdist


class Host:
    """The environment of somebody who has installed the wheel."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, with_pip=True)
        self._programs = folder / PROGRAMS
        self.python = self._programs / "python"
        self.install(wheel)

    def install(self, *requirements: object) -> None:
        """Install more, as its owner would."""
        folder = self._programs.parent
        self.run("python", "-m", "pip", "install", "--quiet", *requirements, cwd=folder)

    def run(self, program: str, *arguments: object, cwd: Path) -> str:
        """Run a program to a good end, undisturbed by this run; return what it printed.

        Arguments:
            program: the name of one that the host has, or the path of another.
            arguments: its arguments.
            cwd: the folder to run in.
        """
        ended = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            cwd=cwd,
            env={name: v for name, v in os.environ.items() if not name.startswith(OURS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"exit status {ended.returncode}:\n{ended.stdout}"
        return ended.stdout


@pytest.fixture(scope="session")
def make_host(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Host]:
    """Make a new host."""
    return lambda: Host(tmp_path_factory.mktemp("host") / "venv", wheel)


@pytest.fixture(scope="session")
def host(make_host: Callable[[], Host]) -> Host:
    """One host for all projects: they share no files, and leave nothing in it."""
    return make_host()
