"""The README's examples are run as they stand."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = FENCE.findall(README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[-1].strip())
def test_the_examples_of_the_readme_run(block: str, pytester: pytest.Pytester) -> None:
    tests = block.count("\ndef test_")
    if not tests:
        block = "def test_script():\n" + "".join(f"    {line}\n" for line in block.splitlines())
    pytester.makepyfile(block)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=max(tests, 1))
