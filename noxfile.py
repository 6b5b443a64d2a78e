"""What is checked, each in an environment of its own: `nox -l` lists it, `nox -s lint` runs one."""

import shutil
import subprocess
import sys
from pathlib import Path

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")

nox.options.sessions = ["lint", "types", "floors", "tests", "package"]


def runs(version: str) -> bool:
    """Whether this machine has that Python: a version manager's shim may stand for none."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return True
    python = shutil.which(f"python{version}")
    if python is None:
        return False
    found = subprocess.run([python, "--version"], capture_output=True)  # noqa: S603  # of our own
    return found.returncode == 0


PYTHONS = [version for version in nox.project.python_versions(PYPROJECT) if runs(version)]


def install(session: nox.Session, group: str, *others: str) -> None:
    """Install a dependency group, and what else is named."""
    session.install(*nox.project.dependency_groups(PYPROJECT, group), *others)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests, on each Python that this machine has; arguments go to pytest."""
    install(session, "test", "--editable", ".")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def scenarios(session: nox.Session) -> None:
    """Reproduce the documented examples, and print their ledger."""
    install(session, "test", "--editable", ".")
    session.run("python", "-m", "pytest", "scenarios", *session.posargs)


@nox.session
def deep(session: nox.Session) -> None:
    """Look for what breaks a law, by 100,000 examples of each; takes hours."""
    install(session, "test", "--editable", ".")
    session.run(
        "python",
        "-m",
        "pytest",
        "harness/tests/laws",
        "--hypothesis-profile=deep",
        *session.posargs,
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format of all code."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of both packages, strictly."""
    install(session, "types", "--editable", ".")
    session.run("mypy")


@nox.session
def floors(session: nox.Session) -> None:
    """Check that the floors import downwards only, and the other contracts in pyproject.toml."""
    install(session, "floors", "--editable", ".")
    session.run("lint-imports")


@nox.session
def package(session: nox.Session) -> None:
    """Build sdist and wheel, and try the wheel in projects that have mocks of their own."""
    # The project itself is here for the options that it gives to pytest; what is tried is built.
    install(session, "package", "--editable", ".")
    dist = Path(session.create_tmp()) / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--sdist", "--wheel", "--outdir", str(dist))
    session.run("python", "-m", "pytest", "harness/tests/packaging", f"--built={dist}")


@nox.session
def coverage(session: nox.Session) -> None:
    """Run all tests and report what they leave out, counted from the plugin's own import on."""
    install(session, "coverage", "--editable", ".")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure ours and its peers side by side; arguments go to benchmarks/run.py."""
    install(session, "bench", "--editable", ".")
    session.run("python", "benchmarks/run.py", *session.posargs)
