import os
import sysconfig
import threading
import types
from pathlib import Path

import pytest

import netharness
import netmocks
from netharness import place

#: Files whose code is nobody's test and nobody's code under test.
FOREIGN = [
    os.__file__,
    pytest.__file__,
    netharness.__file__,
    netmocks.__file__,
    "<frozen importlib._bootstrap>",
]


def _asked_in(file: str) -> types.FunctionType:
    """Return a function that asks for the place, and whose code says it is of that file."""
    names = {"here": place.here}
    exec(compile("def ask():\n    return here()", file, "exec"), names)
    return names["ask"]


def test_a_place_is_file_line_and_function() -> None:
    line = test_a_place_is_file_line_and_function.__code__.co_firstlineno + 2
    shown = place.here()
    name, _, rest = shown.partition(":")
    assert Path(name).resolve() == Path(__file__)
    assert rest == f"{line} in test_a_place_is_file_line_and_function"


@pytest.mark.parametrize("file", FOREIGN)
def test_foreign_code_is_passed_over(file: str) -> None:
    shown = _asked_in(file)()
    assert shown.endswith(" in test_foreign_code_is_passed_over")
    assert Path(__file__).name in shown


def test_the_program_that_started_pytest_is_passed_over() -> None:
    shown: list[str] = []
    script = Path(sysconfig.get_path("scripts")) / "pytest"
    code = compile("shown.append(here())", script, "exec")
    ask = types.FunctionType(code, {"here": place.here, "shown": shown})
    thread = threading.Thread(target=ask, name="asker")
    thread.start()
    thread.join(5)
    assert shown[0].endswith(", in thread asker")


def test_the_innermost_of_ones_own_functions_is_named() -> None:
    assert _asked_in("/srv/project/fetch.py")() == "/srv/project/fetch.py:2 in ask"


def test_a_file_in_the_current_folder_is_shown_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _asked_in(str(tmp_path / "shop" / "fetch.py"))() == f"shop{os.sep}fetch.py:2 in ask"
    assert _asked_in(str(tmp_path.parent / "fetch.py"))() == f"{tmp_path.parent}/fetch.py:2 in ask"


def test_where_all_is_foreign_a_place_outside_ours_is_shown_and_the_thread() -> None:
    shown: list[str] = []
    inner = compile("shown.append(here())", netharness.__file__, "exec")
    outer = compile("inner()", os.__file__, "exec")
    names = {"here": place.here, "shown": shown}
    names["inner"] = types.FunctionType(inner, names)
    thread = threading.Thread(target=types.FunctionType(outer, names), name="resolver-3")
    thread.start()
    thread.join(5)
    assert shown == [f"{os.__file__}:1 in <module>, in thread resolver-3"]
