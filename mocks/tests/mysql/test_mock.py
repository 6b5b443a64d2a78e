"""MySQLMock: what a test configures and sees."""

import importlib.util
import sys

import pytest

from netmocks.errors import MisuseError
from netmocks.mysql import MySQLError, MySQLMock
from netmocks.mysql.storage import session
from netmocks.mysql.storage.store import Store


def test_its_statements_tell_who_ran_what_and_what_came_back(mysql, client_of):
    client = client_of(mysql)
    client.run("CREATE TABLE role (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))")
    client.run("INSERT INTO role (name) VALUES ('a'), ('b')")
    client.run("SELECT * FROM role")
    client.run("SELECT nosuch FROM role")

    insert, select, failed = list(mysql.statements)[-3:]
    assert (insert.user, insert.database, insert.connection) == ("root", "test", 1)
    assert (insert.affected, insert.insert_id, insert.columns) == (2, 1, ())
    assert (select.columns, select.rows) == (("id", "name"), ((1, "a"), (2, "b")))
    assert (select.row_count, select.error) == (2, None)
    assert failed.error.number == 1054
    assert all(statement.seconds > 0 for statement in (insert, select, failed))
    assert "SELECT * FROM role -> 2 rows" in str(mysql.journal)
    assert "login of 'root' to test" in str(mysql.journal)


def test_the_test_itself_may_prepare_and_look_at_data(mysql, client_of):
    mysql.query("CREATE TABLE t (a INT, b DECIMAL(5, 2))")
    mysql.query("INSERT INTO t VALUES (?, ?)", 1, "2.5")

    assert mysql.query("SELECT * FROM t WHERE a = ?", 1) == [(1, "2.50")]
    assert len(client_of(mysql).run("SELECT * FROM t")) == 1
    with pytest.raises(MySQLError, match="1146"):
        mysql.query("SELECT * FROM nosuch")


def test_its_data_go_with_it():
    mock = MySQLMock()
    with mock:
        mock.query("CREATE TABLE t (a INT)")
        folder = mock.store.get("test").path.parent
        assert folder.exists()
    with mock, pytest.raises(MySQLError, match="1146"):
        mock.query("SELECT * FROM t")

    assert not folder.exists()


def test_anybody_may_log_in_where_no_accounts_are_given(client_of):
    with MySQLMock(databases=[]) as mysql:
        client = client_of(mysql, user="anybody", password="anything")
        assert client.run("SELECT CURRENT_USER(), DATABASE()") == [("anybody@localhost", None)]
        assert client.run("SELECT * FROM t") == "error 1046"


def test_it_tells_how_to_reach_it(mysql):
    assert mysql.login == {
        "host": "127.0.0.1",
        "port": mysql.port,
        "user": "root",
        "password": "123456",
        "database": "test",
    }
    assert mysql.url() == f"mysql+pymysql://root:123456@127.0.0.1:{mysql.port}/test"
    other = MySQLMock(accounts={"a@b": "p/w"}, databases=[])
    with other:
        assert other.url("x") == f"x://a%40b:p%2Fw@127.0.0.1:{other.port}/"


def test_two_mocks_share_nothing(mysql):
    with MySQLMock() as other:
        mysql.query("CREATE TABLE t (a INT)")
        with pytest.raises(MySQLError, match="1146"):
            other.query("SELECT * FROM t")


def test_a_look_at_data_does_not_wait_for_ever(mysql, client_of):
    client = client_of(mysql, autocommit=False)
    client.run("CREATE TABLE t (a INT)")
    client.run("INSERT INTO t VALUES (1)")

    assert mysql.query("SELECT * FROM t") == []
    mysql.query("SET innodb_lock_wait_timeout = 1")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"accounts": ["root"]}, "map user names to passwords"),
        ({"databases": "test"}, r"it is a list: databases=\['test'\]"),
        ({"authentication": "none"}, "it is one of caching_sha2_password"),
        ({"tls": True}, "begins within the dialogue"),
    ],
)
def test_options_that_make_no_sense_are_misuse(options, text):
    with pytest.raises(MisuseError, match=text):
        MySQLMock(**options)


def test_a_missing_sqlglot_is_told_with_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "sqlglot", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(MisuseError, match=r"pip install 'netharness\[mysql\]'"):
        MySQLMock()


REFUSED = {
    "SELECT SOUNDEX('a')": "the function SOUNDEX()",
    "SELECT GET_LOCK('a', 1)": "the function GET_LOCK()",
    "CREATE VIEW v AS SELECT 1": "CREATE VIEW",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET @a = 1": "CREATE TRIGGER",
    "CALL p()": "CALL p()",
    "LOCK TABLES t WRITE": "LOCK TABLES t WRITE",
    "CREATE TABLE t (a BIT(1))": "the type BIT(1)",
    "CREATE TABLE t (a POINT)": "the type POINT",
    "CREATE TABLE t (a INT, b INT AS (a + 1))": "AS (a + 1)",
    "SET sql_mode = 'ANSI_QUOTES'": "the SQL mode ANSI_QUOTES",
    "SET GLOBAL max_connections = 5": "SET GLOBAL",
    "SET time_zone = 'Europe/Paris'": "the time zone Europe/Paris",
    "EXPLAIN SELECT 1": "EXPLAIN",
    "SELECT 1 INTO OUTFILE 'x'": "INTO",
    "GRANT ALL ON *.* TO a": "GRANT ALL ON *.* TO a",
    "SELECT ~1": "~",
    "SELECT * FROM mysql.user": "the database mysql",
    "LOAD DATA INFILE 'x' INTO TABLE t": "LOAD DATA",
}


@pytest.mark.parametrize("sql", REFUSED)
def test_what_it_does_not_understand_it_refuses_by_name(mysql, sql):
    with pytest.raises(MySQLError) as caught:
        mysql.query(sql)

    assert caught.value.number in (1235, 1064)
    if caught.value.number == 1235:
        assert REFUSED[sql] in caught.value.text
        assert caught.value.text.endswith(": use the real server")


def test_who_asks_for_a_database_that_is_none_leaves_nothing_open(monkeypatch):
    monkeypatch.setattr(session, "Connection", lambda _: pytest.fail("it was opened"))
    store = Store(["test"])
    with pytest.raises(MySQLError, match="nowhere"):
        session.Session(store, database="nowhere")
    store.close()
