"""MySQLRelay: the real server, journalled, waited for and broken like a mock."""

import pymysql
import pytest
from mysql import connector
from pymysql.constants import CLIENT

from netmocks.errors import MisuseError
from netmocks.faults import Reset
from netmocks.mysql import MySQLRelay, MySQLServer


def test_both_engines_tell_the_same_of_the_same_statements(server, client_of):
    client = client_of(server)
    client.run("CREATE TABLE role (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))")
    client.run("INSERT INTO role (name) VALUES ('é'), (NULL)")
    client.run("SELECT id, name, 1.50, NOW() > '2020-01-01', x'ff' FROM role")
    client.run("SELECT nosuch FROM role")
    client.run("USE information_schema")
    client.run("SELECT 1;")

    insert, select, failed, use, last = list(server.statements)[-5:]
    assert (insert.user, insert.database, insert.connection) == ("root", "test", 1)
    assert (insert.affected, insert.insert_id, insert.columns, insert.rows) == (2, 1, (), ())
    assert select.columns[:2] == ("id", "name")
    assert select.rows == ((1, "é", "1.50", 1, b"\xff"), (2, None, "1.50", 1, b"\xff"))
    assert (select.row_count, select.error) == (2, None)
    assert (failed.error.number, failed.error.state) == (1054, "42S22")
    assert (use.database, last.database, last.sql) == ("test", "information_schema", "SELECT 1")
    assert all(statement.seconds > 0 for statement in (insert, select, failed))
    assert "login of 'root' to test" in str(server.journal)
    assert "-> 2 rows" in str(server.journal)


def test_prepared_statements_are_told_with_what_they_bound(server):
    connection = connector.connect(use_pure=True, **server.login)
    cursor = connection.cursor(prepared=True)
    cursor.execute("CREATE TABLE t (a INT, b TEXT, c DOUBLE, d DATE, e BLOB)")
    cursor.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", (1, "é", 1.5, "2020-01-02", None))
    cursor.execute("SELECT * FROM t WHERE a = ?", (1,))
    cursor.fetchall()
    cursor.close()
    connection.close()

    insert = server.wait_for_statement("INSERT …")
    assert insert.parameters == (1, "é", 1.5, "2020-01-02", None)
    assert insert.affected == 1
    select = server.wait_for_statement("SELECT * FROM t …")
    assert (select.parameters, select.rows) == ((1,), ((1, "é", 1.5, "2020-01-02", None),))


def test_statements_that_came_at_once_are_told_one_by_one(server, client_of):
    client = client_of(server, client_flag=CLIENT.MULTI_STATEMENTS)
    with client.connection.cursor() as cursor:
        cursor.execute("SELECT 1; DO 0; SELECT 2; SELECT nosuch; SELECT 3")
        assert cursor.nextset()
        assert cursor.nextset()
        with pytest.raises(pymysql.OperationalError, match="1054"):
            cursor.nextset()

    server.wait_for_statement("SELECT nosuch")
    assert [done.sql for done in server.statements][-4:] == [
        *("SELECT 1", "DO 0", "SELECT 2", "SELECT nosuch")
    ]


def test_many_rows_are_counted_and_the_first_are_kept(server, client_of):
    client = client_of(server)
    client.run("CREATE TABLE n (i INT)")
    client.run("INSERT INTO n VALUES " + ", ".join(f"({i})" for i in range(500)))
    assert len(client.run("SELECT i, REPEAT('x', 900) FROM n")) == 500

    select = server.wait_for_statement("SELECT i, …")
    assert (select.row_count, len(select.rows)) == (500, 20)


def test_a_refused_login_is_in_the_journal(server, client_of):
    with pytest.raises(pymysql.OperationalError):
        client_of(server, password="wrong")

    entry = server.journal.wait_for(lambda entry: "login refused" in str(entry.value))
    assert "1045" in str(entry.value)
    assert list(server.statements) == []


def test_the_test_itself_asks_the_same_way(server):
    server.query(
        "CREATE TABLE t (a INT, b DECIMAL(5, 2), c BLOB); INSERT INTO t VALUES (1, 2.5, '')"
    )
    server.query("INSERT INTO t VALUES (?, ?, ?)", 2, None, b"\xff")

    assert server.query("SELECT * FROM t ORDER BY a") == [(1, "2.50", b""), (2, None, b"\xff")]
    assert server.query("SELECT a FROM t WHERE a > ?", 1.5) == [(2,)]
    assert list(server.statements) == []


def test_the_wire_of_the_real_server_breaks_on_purpose(relay, client_of):
    client = client_of(relay)
    with relay.fault(Reset(after=0), times=1):
        assert client.run("SELECT 1") in ("error 2006", "error 2013")  # written or read in vain

    assert client_of(relay).run("SELECT 1") == [(1,)]
    assert relay.wait_for_statement("SELECT 1").error is None


def test_a_user_is_changed_and_a_connection_is_reset(real_server):
    accounts = {"root": "123456", "other": "secret"}
    with MySQLRelay(real_server.renew(accounts=accounts)) as relay:
        connection = connector.connect(use_pure=True, **relay.login)
        connection.cmd_change_user(username="other", password="secret", database="test")
        connection.cmd_reset_connection()
        connection.ping()
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.fetchall()
        connection.close()

        assert relay.wait_for_statement("SELECT 1").user == "other"


def test_a_compressed_connection_works_and_the_journal_says_that_it_is_not_read(relay):
    connection = connector.connect(use_pure=True, compress=True, **relay.login)
    cursor = connection.cursor()
    cursor.execute("SELECT 5")
    found = cursor.fetchall()
    connection.close()

    assert found == [(5,)]
    assert [str(entry.value) for entry in relay.journal if entry.kind == "error"] == [
        "its statements can't be read from here on: it is compressed"
    ]


def test_a_server_that_does_not_run_has_no_relay(real_server):
    stopped = MySQLServer()

    with pytest.raises(MisuseError, match="does not run"):
        MySQLRelay(stopped)
    with pytest.raises(MisuseError, match="does not run"):
        stopped.query("SELECT 1")
