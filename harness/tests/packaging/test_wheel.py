"""What is in the wheel, and that the sdist says the same."""

from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from zipfile import Path as PathInZip
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = (ROOT / "harness" / "netharness", ROOT / "mocks" / "netmocks")


def contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def description(wheel: Path) -> Distribution:
    """The wheel's metadata, as an installer reads it."""
    name, version, *_ = wheel.stem.split("-")
    return PathDistribution(PathInZip(wheel, f"{name}-{version}.dist-info/"))


def test_the_top_level_is_two_packages_and_their_description(wheel: Path) -> None:
    name, version, *_ = wheel.stem.split("-")
    top = {path.partition("/")[0] for path in contents(wheel)}
    assert name == "netharness"
    assert top == {"netmocks", "netharness", f"netharness-{version}.dist-info"}


def test_it_holds_the_packages_as_they_are_and_nothing_else(wheel: Path) -> None:
    sources = {
        path.relative_to(package.parent).as_posix(): path.read_bytes()
        for package in PACKAGES
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {path: data for path, data in contents(wheel).items() if ".dist-info/" not in path}
    assert packed == sources


@pytest.mark.parametrize("package", ["netmocks", "netharness"])
def test_each_package_says_that_it_is_typed(wheel: Path, package: str) -> None:
    assert f"{package}/py.typed" in contents(wheel)


def test_pytest_finds_one_plugin(description: Distribution) -> None:
    found = [(entry.group, entry.name, entry.value) for entry in description.entry_points]
    assert found == [("pytest11", "netharness", "netharness.plugin")]


def test_it_carries_its_licence(description: Distribution) -> None:
    assert description.metadata["License-Expression"] == "MIT"
    assert description.read_text("licenses/LICENSE") == (ROOT / "LICENSE").read_text("utf-8")


def test_the_sdist_builds_the_same_wheel(host, wheel: Path, sdist: Path, tmp_path: Path) -> None:
    host.run("python", "-m", "pip", "wheel", "--no-deps", "-w", tmp_path, sdist, cwd=tmp_path)
    (rebuilt,) = tmp_path.glob("*.whl")
    assert rebuilt.name == wheel.name
    assert contents(rebuilt) == contents(wheel)
