"""The examples of the README and of the pages that it leads to are run as they stand."""

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [block for page in PAGES for block in FENCE.findall(page.read_text(encoding="utf-8"))]

#: A test, of a class or none.
TEST = re.compile(r"^ *def test_", re.MULTILINE)

#: A program that an example runs by its name.
PROGRAM = re.compile(r"internet\.(?:run|start)\(\[\"(\w+)\"")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[-1].strip())
def test_the_examples_run(block: str, pytester: pytest.Pytester, no_seal: str) -> None:
    for program in PROGRAM.findall(block):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if no_seal and "sealed=True" in block:
        pytest.skip(f"no seal: {no_seal}")
    tests = len(TEST.findall(block))
    if not tests:
        block = "def test_script():\n" + "".join(f"    {line}\n" for line in block.splitlines())
    pytester.makepyfile(block)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=max(tests, 1))
