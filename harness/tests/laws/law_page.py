"""The page of laws: docs/laws.md, made of the tests' markers and docstrings.

    python harness/tests/laws/law_page.py

writes it anew. Nothing is imported for it: the sources are read, so that the page says what
stands there, whatever was run.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "laws.md"

#: The chapters, in their order.
CHAPTERS = (
    "test_urls",
    "test_joining",
    "test_quoting",
    "test_queries",
    "test_parsers",
    "test_clients",
    "test_answers",
    "test_framing",
    "test_mail",
    "test_fault_search",
)

#: Every version that the project supports.
ALL = "3.11 to 3.13"

PREFACE = """# Laws

What always holds, and where it does not. Each law is a test in `harness/tests/laws/`, checked on
examples that `netharness.strategies` makes; each exception is a test too, with its example pinned.
This page is made of them, by `python harness/tests/laws/law_page.py`.

`pytest harness/tests/laws` tries 30 examples of each, with `--hypothesis-profile=ci` 200, the same
in every run; `nox -s deep` tries 100,000.
"""


class Told(NamedTuple):
    """What a marker of a test says."""

    kind: str
    arguments: list[Any]
    options: dict[str, Any]
    test: ast.FunctionDef


def told(tree: ast.Module) -> Iterator[Told]:
    """Return what the markers `law` and `exception` of a module's tests say, in order."""
    for test in tree.body:
        if not isinstance(test, ast.FunctionDef):
            continue
        for call in test.decorator_list:
            if not isinstance(call, ast.Call):
                continue
            kind = ast.unparse(call.func).removeprefix("pytest.mark.")
            if kind in ("law", "exception"):
                arguments = [ast.literal_eval(value) for value in call.args]
                options = {str(o.arg): ast.literal_eval(o.value) for o in call.keywords}
                yield Told(kind, arguments, options, test)


def chapter(path: Path) -> str:
    """Return the chapter of one module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    title, _, text = (ast.get_docstring(tree) or "").partition("\n")
    lines = [f"## {title.rstrip('.')}", ""]
    if text.strip():
        lines += [text.strip(), ""]
    found = list(told(tree))
    for law in found:
        if law.kind == "law":
            lines += [f"- **{law.arguments[0]}**"]
            if why := ast.get_docstring(law.test):
                lines[-1] += " " + " ".join(why.split())
    exceptions = [each for each in found if each.kind == "exception"]
    if exceptions:
        lines += ["", "| exception | example | Python |", "|---|---|---|"]
        for each in exceptions:
            sentence, example = each.arguments
            cell = example.replace("|", "\\|")
            lines.append(f"| {sentence} | `{cell}` | {each.options.get('versions', ALL)} |")
    for name in ("AGREEMENT",):
        lines += table(tree, name)
    return "\n".join([*lines, ""])


def table(tree: ast.Module, name: str) -> list[str]:
    """Return a table that stands in a module as a list of rows, of which the first is its head."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            head, *rows = ast.literal_eval(node.value)
            escaped = ([str(cell).replace("|", "\\|") for cell in row] for row in (head, *rows))
            first, *rest = (f"| {' | '.join(cells)} |" for cells in escaped)
            return ["", first, "|" + "---|" * len(head), *rest]
    return []


def page() -> str:
    """Return the page."""
    return "\n".join([PREFACE, *(chapter(HERE / f"{name}.py") for name in CHAPTERS)])


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
