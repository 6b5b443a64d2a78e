"""The same statements, the same answers: scripts that both engines run side by side.

What the mock refuses, and where it differs from the server, is in docs/mysql.md; what that page
says is tested here, too.
"""

import re
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.sql"))
PAGE = Path(__file__).parents[3] / "docs" / "mysql.md"

CELL = re.compile(r"`((?:[^`]|``)*)`")


def statements(script):
    """Return the statements of a script: each ends with a line, at a semicolon."""
    return [text for text in script.read_text().split(";\n") if text]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_both_engines_answer_alike(both, script):
    mock, real = both
    different = []
    for sql in statements(script):
        ours, theirs = mock.outcome(sql), real.outcome(sql)
        if ours != theirs:
            different.append(f"{sql}\n  the mock:   {ours}\n  the server: {theirs}")

    assert not different, "\n".join(different)


def table(heading):
    """Return the rows of the table under a heading of the page, by the code in their cells."""
    _, _, part = PAGE.read_text().partition(f"## {heading}\n")
    part = part.partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| `")]
    assert rows, heading
    return [[cell.replace("\\|", "|") for cell in CELL.findall(row)] for row in rows]


def last(client, cell):
    """Return the outcome of the last statement of a cell, where they stand side by side."""
    *before, sql = cell.split("; ")
    for statement in before:
        client.run(statement)
    return str(client.run(sql))


@pytest.mark.parametrize("row", table("What the mock refuses"), ids=lambda row: row[0])
def test_what_the_page_says_is_refused_is_refused_by_name(mysql, client_of, row):
    client = client_of(mysql)
    client.run("CREATE TABLE t (id INT PRIMARY KEY, a INT, b TEXT)")

    assert last(client, row[0]) == "error 1235"


@pytest.mark.parametrize("row", table("Where they differ"), ids=lambda row: row[0])
def test_they_differ_as_the_page_says(both, row):
    sql, ours, theirs = row
    mock, real = both
    if "MariaDB" not in str(real.run("SELECT VERSION()")):
        pytest.skip("the page tells of MariaDB; the server that is installed is MySQL's own")
    for client in both:
        client.run("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a INT, b VARCHAR(9))")

    assert (last(mock, sql), last(real, sql)) == (ours, theirs)
