"""What is done after an import, by one who waits for it and by several."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netharness.after_import import AfterImport

NAME = "module_that_is_waited_for"


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{NAME}.py").write_text("done = True")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield
    sys.modules.pop(NAME, None)
    sys.meta_path[:] = before


def test_all_who_wait_for_a_module_are_called_once_it_is_there() -> None:
    called: list[tuple[str, bool]] = []

    def act(who: str) -> None:
        called.append((who, sys.modules[NAME].done))

    before = list(sys.meta_path)
    for who in ("one", "other"):
        AfterImport(NAME, lambda who=who: act(who)).install()  # type: ignore[misc]  # a default
    assert called == []
    module = importlib.import_module(NAME)
    assert called == [("one", True), ("other", True)]
    assert sys.meta_path == before
    assert "exec_module" not in vars(module.__loader__)


def test_a_module_that_is_there_is_not_waited_for() -> None:
    importlib.import_module(NAME)
    called: list[bool] = []
    AfterImport(NAME, lambda: called.append(True)).install()
    assert called == [True]


def test_a_module_that_does_not_exist_is_not_found_as_ever() -> None:
    AfterImport("module_that_does_not_exist", lambda: None).install()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("module_that_does_not_exist")
