"""Examples: the ledger of documented examples, and which tests reproduce them.

A catalogue (TOML) lists the examples. The marker `example("A1")` ties a test to the form that
works, `mistake("A1")` to the proof that the documented form fails. A run that touches examples
ends with a table, and `--ledger=FILE` writes the same.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

MARKERS = ("example", "mistake")

#: The verdicts; the ledger counts what begins with "reproduced".
REPRODUCED = "reproduced"
MISTAKE_PROVEN = "reproduced; documented form fails as stated"
MISTAKE_UNPROVEN = "works, but its mistake is not proven yet"
FAILED = "FAILED"
NOT_YET = "not yet"


@dataclass
class Example:
    """One documented example, and the tests that were run for it."""

    id: str
    title: str
    document: str
    #: what is wrong with it as documented, "" if nothing
    wrong: str = ""
    tests: int = field(default=0, init=False)
    seconds: float = field(default=0.0, init=False)
    #: outcomes of its tests, by marker
    outcomes: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in MARKERS}, init=False
    )

    @property
    def verdict(self) -> str:
        """What its tests have shown."""
        forms, mistakes = self.outcomes["example"], self.outcomes["mistake"]
        if "failed" in forms + mistakes:
            return FAILED
        if "passed" not in forms:
            return NOT_YET
        if not self.wrong:
            return REPRODUCED
        return MISTAKE_PROVEN if "passed" in mistakes else MISTAKE_UNPROVEN

    @property
    def counts(self) -> bool:
        """Whether it is done."""
        return self.verdict.startswith(REPRODUCED)


def read_catalogue(path: Path) -> dict[str, Example]:
    """Return the examples of a catalogue by their ids.

    Raises:
        pytest.UsageError: the file is missing, is no TOML, or lacks or repeats something.
    """
    import tomllib  # takes longer to load than the rest of the plugin, and few need it

    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("example", [])
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"example_catalogue {path}: {error}") from None
    found: dict[str, Example] = {}
    for row in rows if isinstance(rows, list) else [rows]:
        try:
            example = Example(**{name: _text(value) for name, value in row.items()})
        except (AttributeError, TypeError):
            raise pytest.UsageError(
                f"{path}: {row!r} must have id, title and document, may have wrong, nothing else,"
                " and all of it text"
            ) from None
        if example.id in found:
            raise pytest.UsageError(f"{path}: the id {example.id!r} stands there twice")
        found[example.id] = example
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def open_ledger(config: pytest.Config) -> None:
    """Register a ledger, if the configuration names a catalogue.

    Raises:
        pytest.UsageError: the catalogue can't be read, or --ledger lacks a catalogue, a format or
            a folder.
    """
    catalogue = config.getini("example_catalogue")
    target = config.getoption("--ledger")
    if target and Path(target).suffix not in (".md", ".json"):
        raise pytest.UsageError(f"--ledger={target}: the name ends in .md or .json")
    if target and not Path(target).parent.is_dir():
        raise pytest.UsageError(f"--ledger={target}: there is no folder {Path(target).parent}")
    if catalogue:
        path = config.rootpath / catalogue
        config.pluginmanager.register(Ledger(read_catalogue(path), path), "netharness-ledger")
    elif target:
        raise pytest.UsageError("--ledger needs a catalogue: set example_catalogue = FILE")


class Ledger:
    """Ties tests to examples, and tells what came of it."""

    def __init__(self, examples: dict[str, Example], path: Path) -> None:
        self.examples = examples
        self.path = path

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note on each test which examples it is for."""
        for item in items:
            for name, id in _named(item):
                if id in self.examples:
                    # Properties travel with the report, also between processes.
                    item.user_properties.append((f"netharness-{name}", id))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail a test whose marker names no example: parallel processes can only tell it so."""
        for name, id in _named(item):
            if id not in self.examples:
                pytest.fail(
                    f"{name}({id!r}) names no example of {self.path};"
                    f" the ids: {', '.join(self.examples)}",
                    pytrace=False,
                )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Book a test's outcome on its examples."""
        for key, id in report.user_properties:
            name = key.removeprefix("netharness-")
            if name in MARKERS and name != key:
                self._book(self.examples[str(id)], name, report)

    def _book(self, example: Example, name: str, report: pytest.TestReport) -> None:
        example.seconds += report.duration
        if report.when == "call" or not report.passed:
            example.outcomes[name].append(report.outcome)
        if report.when == "call":
            example.tests += 1

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print the table, if the run touched any example."""
        if any(example.outcomes[name] for example in self.examples.values() for name in MARKERS):
            terminalreporter.section("documented examples")
            for line in self.table():
                terminalreporter.line(line)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Write the file, in the process that heard of all tests."""
        target = config.getoption("--ledger")
        if target and not hasattr(config, "workerinput"):
            text = self.as_json() if target.endswith(".json") else self.as_markdown()
            Path(target).write_text(text, encoding="utf-8")

    @property
    def count(self) -> str:
        """How many examples are done, as a sentence."""
        done = sum(example.counts for example in self.examples.values())
        return f"{done} of {len(self.examples)} documented examples reproduced"

    def rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Return the table's rows: id, title, verdict, tests, seconds."""
        for e in self.examples.values():
            yield e.id, e.title, e.verdict, str(e.tests), f"{e.seconds:.2f}"

    def table(self) -> Iterator[str]:
        """Return the table for a terminal, and the count as its last line."""
        rows = [("id", "title", "verdict", "tests", "seconds"), *self.rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            texts = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=False)]
            numbers = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
            yield "  ".join([*texts, *numbers])
        yield self.count

    def as_markdown(self) -> str:
        """Return the ledger as a Markdown page."""
        lines = ["# Documented examples", "", f"{self.count}.", ""]
        lines += ["| id | title | verdict | tests | seconds |", "|---|---|---|--:|--:|"]
        for row in self.rows():
            cells = [cell.replace("|", "\\|") for cell in row]  # a bar would begin a new cell
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """Return the ledger as JSON."""
        examples = [
            {
                "id": e.id,
                "title": e.title,
                "document": e.document,
                "wrong": e.wrong,
                "verdict": e.verdict,
                "tests": e.tests,
                "seconds": round(e.seconds, 3),
            }
            for e in self.examples.values()
        ]
        done = sum(example.counts for example in self.examples.values())
        content = {"reproduced": done, "of": len(examples), "examples": examples}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _named(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """Return what a test is for: its markers and the ids in them."""
    for name in MARKERS:
        for marker in item.iter_markers(name):
            for id in marker.args or ("(none)",):
                yield name, id
