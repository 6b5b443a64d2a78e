import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., pytest.RunResult]

CATALOGUE = """
[[example]]
id = "A1"
title = "An echo server"
document = "https://example.com/echo"

[[example]]
id = "A2"
title = "A client | a pipe"
document = "https://example.com/client"
wrong = "sends text, not bytes"

[[example]]
id = "B1"
title = "A mailer"
document = "https://example.com/mail"
wrong = "port 465 without TLS"

[[example]]
id = "B2"
title = "A web page"
document = "https://example.com/web"

[[example]]
id = "B3"
title = "A name"
document = "https://example.com/name"
"""

#: A test for each verdict.
TESTS = """
    import pytest

    @pytest.mark.example("A1")
    def test_a1():
        pass

    @pytest.mark.example("A1")
    def test_a1_again():
        pass

    @pytest.mark.example("A2")
    def test_a2():
        pass

    @pytest.mark.mistake("A2")
    def test_a2_as_documented():
        with pytest.raises(TypeError):
            b"" + ""

    @pytest.mark.example("B1")
    def test_b1():
        pass

    @pytest.mark.example("B2")
    def test_b2():
        assert False
"""

VERDICTS = {
    "A1": "reproduced",
    "A2": "reproduced; documented form fails as stated",
    "B1": "works, but its mistake is not proven yet",
    "B2": "FAILED",
    "B3": "not yet",
}


NOTHING = pytest.ExitCode.NO_TESTS_COLLECTED

#: What makes a run one of two processes.
PARALLEL = ("-p", "xdist", "-n", "2")


@pytest.fixture
def catalogue(pytester: pytest.Pytester) -> Callable[[str], Path]:
    """Write a catalogue, and a configuration that names it."""

    def write(text: str) -> Path:
        pytester.makeini("[pytest]\nexample_catalogue = catalogue.toml\n")
        path = pytester.path / "catalogue.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def verdict(run: Run, catalogue: Callable[[str], Path]) -> Callable[..., str]:
    """Return the verdict on one example, with this or nothing wrong with it, after these tests."""

    def after(tests: str, wrong: str = "") -> str:
        catalogue(
            f"[[example]]\nid = 'A1'\ntitle = 'An echo server'\ndocument = ''\nwrong = {wrong!r}\n"
        )
        result = run(f"import pytest\n\n{tests}\n", "--ledger=ledger.json")
        assert result.ret in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, NOTHING)

        (example,) = json.loads(Path("ledger.json").read_text(encoding="utf-8"))["examples"]
        return str(example["verdict"])

    return after


def _rows(result: pytest.RunResult) -> list[list[str]]:
    """Return the cells of the table that a run printed, without the seconds, and the count."""
    lines = result.stdout.str().partition("documented examples =")[2].splitlines()[1:7]
    return [re.split(r" {2,}", line.strip())[:4] for line in lines]


ROWS = [
    ["id", "title", "verdict", "tests"],
    ["A1", "An echo server", VERDICTS["A1"], "2"],
    ["A2", "A client | a pipe", VERDICTS["A2"], "2"],
    ["B1", "A mailer", VERDICTS["B1"], "1"],
    ["B2", "A web page", VERDICTS["B2"], "1"],
    ["B3", "A name", VERDICTS["B3"], "0"],
]


# -- the table ------------------------------------------------------------------------------------


def test_a_run_ends_with_the_table(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    result = run(TESTS)
    result.assert_outcomes(passed=5, failed=1)
    assert _rows(result) == ROWS
    result.stdout.fnmatch_lines(["2 of 5 documented examples reproduced"])


def test_parallel_processes_give_the_same_table(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    result = run(TESTS, *PARALLEL, "--ledger=ledger.json")
    result.assert_outcomes(passed=5, failed=1)
    assert _rows(result) == ROWS
    ledger = json.loads(Path("ledger.json").read_text(encoding="utf-8"))
    assert {example["id"]: example["verdict"] for example in ledger["examples"]} == VERDICTS


def test_the_table_s_columns_line_up(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    lines = run(TESTS).stdout.str().partition("documented examples =")[2].splitlines()[1:7]
    assert len({len(line) for line in lines}) == 1
    assert all(re.search(r" \d+\.\d\d$", line) for line in lines[1:])


def test_a_run_that_touches_no_example_shows_no_table(
    run: Run, catalogue: Callable[[str], Path]
) -> None:
    catalogue(CATALOGUE)
    result = run("def test_it():\n    pass\n")
    result.assert_outcomes(passed=1)
    assert "documented examples" not in result.stdout.str()


def test_without_a_catalogue_the_markers_say_nothing(run: Run) -> None:
    result = run(TESTS, "--strict-markers")
    result.assert_outcomes(passed=5, failed=1)
    assert "documented examples" not in result.stdout.str()


# -- verdicts -------------------------------------------------------------------------------------

WORKS = "@pytest.mark.example('A1')\ndef test_works():\n    pass\n"
FAILS = "@pytest.mark.example('A1')\ndef test_fails():\n    assert False\n"
SKIPS = "@pytest.mark.example('A1')\ndef test_skips():\n    pytest.skip('no printer')\n"
SKIPPED = "@pytest.mark.example('A1')\n@pytest.mark.skip('no printer')\ndef test_x():\n    pass\n"
XFAILS = "@pytest.mark.example('A1')\n@pytest.mark.xfail\ndef test_x():\n    assert False\n"
BREAKS = """
@pytest.fixture
def broken():
    raise ZeroDivisionError

@pytest.mark.example('A1')
def test_breaks(broken):
    pass
"""
UNUSED = "@pytest.mark.example('A1')\ndef test_unused(http_mock):\n    http_mock.on('GET', '/')\n"
PROVES = "@pytest.mark.mistake('A1')\ndef test_proves():\n    pass\n"
DISPROVES = "@pytest.mark.mistake('A1')\ndef test_disproves():\n    assert False\n"


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("", "not yet"),
        (WORKS, "reproduced"),
        (WORKS + SKIPS, "reproduced"),
        (WORKS + PROVES, "reproduced"),
        (SKIPS, "not yet"),
        (SKIPPED, "not yet"),
        (XFAILS, "not yet"),
        (PROVES, "not yet"),
        (FAILS, "FAILED"),
        (WORKS + FAILS, "FAILED"),
        (WORKS + BREAKS, "FAILED"),
        (UNUSED, "FAILED"),
        (WORKS + DISPROVES, "FAILED"),
    ],
)
def test_the_verdict_on_an_example(verdict: Callable[..., str], tests: str, expected: str) -> None:
    assert verdict(tests) == expected


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (WORKS, "works, but its mistake is not proven yet"),
        (PROVES, "not yet"),
        (SKIPS + PROVES, "not yet"),
        (WORKS + PROVES, "reproduced; documented form fails as stated"),
        (WORKS + DISPROVES, "FAILED"),
        (FAILS + PROVES, "FAILED"),
    ],
)
def test_the_verdict_on_an_example_that_is_wrong_as_documented(
    verdict: Callable[..., str], tests: str, expected: str
) -> None:
    assert verdict(tests, wrong="sends text, not bytes") == expected


def test_one_test_may_count_for_several_examples(
    run: Run, catalogue: Callable[[str], Path]
) -> None:
    catalogue(CATALOGUE)
    result = run("""
        import pytest

        @pytest.mark.example("A1", "B2")
        @pytest.mark.example("B3")
        @pytest.mark.mistake("A2")
        def test_it():
            pass
    """)
    result.stdout.fnmatch_lines(["3 of 5 documented examples reproduced"])


def test_parameters_count_each(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    result = run("""
        import pytest

        @pytest.mark.example("A1")
        @pytest.mark.parametrize("port", [1, 2, 3])
        def test_it(port):
            pass
    """)
    assert _rows(result)[1] == ["A1", "An echo server", "reproduced", "3"]


# -- the file -------------------------------------------------------------------------------------


def test_the_ledger_is_written_as_markdown(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    run(TESTS, "--ledger=LEDGER.md")
    page = Path("LEDGER.md").read_text(encoding="utf-8")
    head, _, table = page.partition("| id |")
    assert head == "# Documented examples\n\n2 of 5 documented examples reproduced.\n\n"
    lines = f"| id |{table}".splitlines()
    assert lines[:2] == [
        "| id | title | verdict | tests | seconds |",
        "|---|---|---|--:|--:|",
    ]
    seconds = re.compile(r" \| \d+\.\d\d \|$")
    assert [seconds.sub("", line) for line in lines[2:]] == [
        f"| A1 | An echo server | {VERDICTS['A1']} | 2",
        f"| A2 | A client \\| a pipe | {VERDICTS['A2']} | 2",
        f"| B1 | A mailer | {VERDICTS['B1']} | 1",
        f"| B2 | A web page | {VERDICTS['B2']} | 1",
        f"| B3 | A name | {VERDICTS['B3']} | 0",
    ]


def test_the_ledger_is_written_as_json(run: Run, catalogue: Callable[[str], Path]) -> None:
    catalogue(CATALOGUE)
    run(TESTS, "--ledger=ledger.json")
    ledger = json.loads(Path("ledger.json").read_text(encoding="utf-8"))
    assert (ledger["reproduced"], ledger["of"]) == (2, 5)
    second = ledger["examples"][1]
    assert second.pop("seconds") >= 0
    assert second == {
        "id": "A2",
        "title": "A client | a pipe",
        "document": "https://example.com/client",
        "wrong": "sends text, not bytes",
        "verdict": VERDICTS["A2"],
        "tests": 2,
    }


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), PARALLEL], ids=["one process", "two"])
def test_an_unknown_id_is_an_error(
    run: Run, catalogue: Callable[[str], Path], arguments: tuple[str, ...]
) -> None:
    path = catalogue(CATALOGUE)
    result = run(
        """
        import pytest

        @pytest.mark.example("A1", "Z9")
        def test_form():
            pass

        @pytest.mark.mistake("Y8")
        def test_mistake():
            pass

        @pytest.mark.example
        def test_nothing():
            pass

        @pytest.mark.example("B2")
        def test_known():
            pass
        """,
        *arguments,
    )
    result.assert_outcomes(errors=3, passed=1)
    result.stdout.fnmatch_lines_random(
        [
            f"example('Z9') names no example of {path}; the ids: A1, A2, B1, B2, B3",
            f"mistake('Y8') names no example of {path}; the ids: A1, A2, B1, B2, B3",
            f"example('(none)') names no example of {path}; the ids: A1, A2, B1, B2, B3",
        ]
    )


@pytest.mark.parametrize("name", ["ledger.txt", "ledger", "ledger.MD.bak", "md"])
def test_a_ledger_of_another_format_is_an_error(
    run: Run, catalogue: Callable[[str], Path], name: str
) -> None:
    catalogue(CATALOGUE)
    result = run(TESTS, f"--ledger={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --ledger={name}: the name ends in .md or .json"])
    assert not Path(name).exists()


def test_a_ledger_in_a_folder_that_does_not_exist_is_an_error(
    run: Run, catalogue: Callable[[str], Path]
) -> None:
    catalogue(CATALOGUE)
    result = run(TESTS, "--ledger=nowhere/ledger.md")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --ledger=nowhere/ledger.md: there is no folder nowhere"])


def test_a_ledger_without_a_catalogue_is_an_error(run: Run) -> None:
    result = run(TESTS, "--ledger=ledger.md")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --ledger needs a catalogue: set example_catalogue = FILE"])


ROW = "id = 'A1'\ntitle = 'An echo server'\ndocument = ''\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[example", "ERROR: example_catalogue *catalogue.toml: *"),
        ("[[example]]\nid = 'A1'\ntitle = 'x'\n", "*must have id, title and document, may have*"),
        (f"[[example]]\n{ROW}colour = 'red'\n", "*must have id, title and document, may have*"),
        (f"[[example]]\n{ROW}tests = 3\n", "*must have id, title and document, may have*"),
        ("[[example]]\nid = 1\ntitle = 'x'\ndocument = ''\n", "*must have id, title and document*"),
        ("example = ['A1']\n", "*must have id, title and document*"),
        ("[example]\nid = 'A1'\n", "*must have id, title and document*"),
        ("example = 3\n", "*must have id, title and document*"),
        (f"[[example]]\n{ROW}[[example]]\n{ROW}", "*: the id 'A1' stands there twice"),
    ],
)
def test_a_catalogue_that_can_t_be_read_is_an_error(
    run: Run, catalogue: Callable[[str], Path], text: str, complaint: str
) -> None:
    catalogue(text)
    result = run(TESTS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])


def test_a_catalogue_that_is_not_there_is_an_error(
    run: Run, catalogue: Callable[[str], Path]
) -> None:
    path = catalogue("")
    path.unlink()
    result = run(TESTS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: example_catalogue {path}: *No such file*"])


def test_a_catalogue_that_is_not_utf_8_is_an_error(
    run: Run, catalogue: Callable[[str], Path]
) -> None:
    catalogue("").write_bytes(b"[[example]]\nid = '\xff'\n")
    result = run(TESTS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: example_catalogue *catalogue.toml: *utf-8*"])
