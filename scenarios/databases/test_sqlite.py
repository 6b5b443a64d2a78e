"""A6: SQLite; what one connection inserts, another sees once it is committed."""

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder that the program runs in, and leaves its file in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(name="test.db"):
    with closing(sqlite3.connect(name)) as connection:
        return connection.execute("SELECT * FROM user").fetchall()


@pytest.mark.example("A6")
def test_one_row_is_inserted_and_selected_by_its_id(program):
    console = program("sqlite.py").run()

    assert console.text == "1\n[(1, 'test')]\n"


@pytest.mark.example("A6")
def test_a_committed_row_is_seen_by_the_next_connection(program):
    program("sqlite.py").run(committed=True)

    assert rows() == [(1, "test")]


@pytest.mark.example("A6")
def test_a_row_that_is_not_committed_is_gone_though_its_own_connection_saw_it(program):
    console = program("sqlite.py").run(committed=False)

    assert console.text == "1\n[(1, 'test')]\n"
    assert rows() == []


@pytest.mark.example("A6")
def test_a_second_connection_sees_no_row_before_the_commit():
    with closing(sqlite3.connect("test.db")) as first, closing(sqlite3.connect("test.db")) as other:
        first.execute("CREATE TABLE user(id INT(11) PRIMARY KEY, name VARCHAR(20))")
        first.execute("INSERT INTO user VALUES (?, ?)", (1, "test"))
        before = other.execute("SELECT * FROM user").fetchall()
        first.commit()
        after = other.execute("SELECT * FROM user").fetchall()

    assert (before, after) == ([], [(1, "test")])


@pytest.mark.example("A6")
def test_running_it_again_fails_for_the_table_is_there(program):
    program("sqlite.py").run()

    with pytest.raises(sqlite3.OperationalError, match="table user already exists") as raised:
        program("sqlite.py").run()
    raised.traceback[-1].frame.f_locals["connection"].close()  # which the program left open
