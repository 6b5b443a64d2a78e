"""What is kept of a statement holds for the next one only where that means the same."""

import pytest

from netmocks.mysql import MySQLError, MySQLMock
from netmocks.mysql.storage.session import Session


@pytest.fixture
def client(mysql, client_of):
    return client_of(mysql)


def test_the_same_text_means_the_table_that_there_is_now(client):
    client.run("CREATE TABLE t (a INT)")
    client.run("INSERT INTO t VALUES (1)")
    assert client.run("SELECT * FROM t") == [(1,)]

    client.run("ALTER TABLE t ADD COLUMN b VARCHAR(9) DEFAULT 'x'")
    assert client.run("SELECT * FROM t") == [(1, "x")]
    assert client.run("INSERT INTO t VALUES (1)") == "error 1136"

    client.run("DROP TABLE t")
    assert client.run("SELECT * FROM t") == "error 1146"
    assert client.run("INSERT INTO t VALUES (1)") == "error 1146"

    client.run("CREATE TABLE t (a VARCHAR(9))")
    assert client.run("INSERT INTO t VALUES (1)") == 1
    assert client.run("SELECT * FROM t") == [("1",)]


def test_another_connection_is_told_of_the_change(mysql, client, client_of):
    other = client_of(mysql)
    client.run("CREATE TABLE t (a INT)")
    assert other.run("INSERT INTO t VALUES (1)") == 1

    client.run("ALTER TABLE t MODIFY a VARCHAR(9) NOT NULL")

    assert other.run("INSERT INTO t VALUES (1)") == 1
    assert other.run("SELECT a FROM t") == [("1",), ("1",)]


def test_the_same_text_means_the_table_of_the_current_database(client):
    client.run("CREATE DATABASE one")
    client.run("CREATE DATABASE two")
    for name, kind, value in (("one", "INT", "1"), ("two", "VARCHAR(9)", "'b'")):
        client.run(f"USE {name}")
        client.run(f"CREATE TABLE t (a {kind})")
        client.run(f"INSERT INTO t VALUES ({value})")

    found = []
    for name in ("one", "two", "one"):
        client.run(f"USE {name}")
        found += client.run("SELECT a FROM t")
    assert found == [(1,), ("b",), (1,)]


def test_the_same_text_is_judged_by_the_mode_of_its_moment(client):
    client.run("CREATE TABLE t (a TINYINT)")
    assert client.run("INSERT INTO t VALUES (300)") == "error 1264"
    client.run("SET sql_mode = ''")
    assert client.run("INSERT INTO t VALUES (300)") == 1
    client.run("SET sql_mode = 'STRICT_ALL_TABLES'")
    assert client.run("INSERT INTO t VALUES (300)") == "error 1264"
    assert client.run("SELECT a FROM t") == [(127,)]


def test_literals_of_other_types_are_other_statements(client):
    found = [
        client.run(f"SELECT {literal}")[0][0] for literal in ("5", "'5'", "5.0", "x'35'", "NULL")
    ]

    assert [str(value) for value in found] == ["5", "5", "5.0", "b'5'", "None"]
    assert [type(value).__name__ for value in found[:2]] == ["int", "str"]


def test_a_column_without_a_name_is_called_as_it_is_written(mysql, client):
    for text in ("1", "2", "'a'", "'b'", "1 + 1", "1  +  1"):
        client.run(f"SELECT {text}")

    names = [done.columns[0] for done in mysql.statements if done.sql.startswith("SELECT")]
    assert names[-6:] == ["1", "2", "a", "b", "1 + 1", "1  +  1"]


def test_literals_in_comments_and_quotes_are_none(client):
    client.run("CREATE TABLE t (a INT, `5` INT)")
    for value in (1, 2):
        client.run(f"INSERT INTO t VALUES ({value} /* not 7 */, 5) -- 8 'nine'")

    assert client.run("SELECT a, `5` FROM t /* 1 */ WHERE a = 2 # 3") == [(2, 5)]
    assert client.run("SELECT a, `5` FROM t /* 1 */ WHERE a = 1 # 3") == [(1, 5)]


def test_variables_have_the_values_of_their_session(mysql, client, client_of):
    other = client_of(mysql, autocommit=False)
    client.run("SET @a = 5")
    other.run("SET @a = 'five'")

    for _ in range(2):
        assert client.run("SELECT @a, @@autocommit") == [(5, 1)]
        assert other.run("SELECT @a, @@autocommit") == [("five", 0)]


def test_what_reads_no_table_holds_for_every_mock(mysql, client_of):
    with MySQLMock(accounts={"root": "123456"}, databases=["elsewhere"]) as another:
        here, there = client_of(mysql), client_of(another)
        for _ in range(2):
            assert here.run("SELECT DATABASE(), 1") == [("test", 1)]
            assert there.run("SELECT DATABASE(), 1") == [("elsewhere", 1)]


def test_what_reads_a_table_holds_for_one_mock(mysql, client_of):
    with MySQLMock(accounts={"root": "123456"}) as another:
        here, there = client_of(mysql), client_of(another)
        here.run("CREATE TABLE t (a INT)")
        there.run("CREATE TABLE t (b VARCHAR(9), c INT)")
        there.run("INSERT INTO t VALUES ('x', 1)")

        assert here.run("SELECT * FROM t") == []
        assert there.run("SELECT * FROM t") == [("x", 1)]


def test_a_session_that_was_stopped_ends_what_begins_later(mysql):
    session = Session(mysql.store, database="test")
    session.stop()

    with pytest.raises(MySQLError, match="1317"):
        session.look(
            "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100000)"
            " SELECT COUNT(*) FROM c"
        )
    session.close()
