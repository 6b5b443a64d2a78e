"""The page says what the tests do."""

import ast
from pathlib import Path

import law_page


def test_the_page_of_laws_is_made_of_the_tests_as_they_are():
    assert law_page.PAGE.read_text(encoding="utf-8") == law_page.page(), (
        "docs/laws.md is stale; write it anew: python harness/tests/laws/law_page.py"
    )


def test_every_test_of_a_chapter_is_on_the_page():
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            assert path.stem in law_page.CHAPTERS
            tree = ast.parse(path.read_text(encoding="utf-8"))
            tests = {n.name for n in tree.body if getattr(n, "name", "").startswith("test_")}
            assert tests == {each.test.name for each in law_page.told(tree)}, path.name
