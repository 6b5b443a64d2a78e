"""What a connection answers at once, in the loop's thread, and what it leaves to its own."""

import threading

import pytest
from mysql import connector

from netmocks.errors import UnexpectedTraffic
from netmocks.mysql import MySQLMock
from netmocks.mysql.storage import connection
from netmocks.mysql.storage.session import Session
from netmocks.wire import worker


@pytest.fixture
def client(mysql, client_of):
    return client_of(mysql)


@pytest.fixture
def other(mysql, client_of):
    return client_of(mysql)


@pytest.fixture
def numbers(client):
    client.run("CREATE TABLE n (id INT PRIMARY KEY AUTO_INCREMENT, i INT)")
    client.run("INSERT INTO n (i) VALUES (10), (20), (30)")


@pytest.fixture
def no_moment(monkeypatch):
    """Let everything that can be broken off take too long."""
    monkeypatch.setattr(connection, "MOMENT", -1.0)


def workers():
    return [thread for thread in threading.enumerate() if thread.name == worker.NAME]


def in_thread(run, *arguments):
    """Run a client's statement beside the test; returns the thread, and where its result comes."""
    found = []
    thread = threading.Thread(target=lambda: found.append(run(*arguments)))
    thread.start()
    return thread, found


#: Far more rows than anybody waits for.
ENDLESS = (
    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000000000000)"
    " SELECT COUNT(*) FROM c"
)


def test_what_takes_but_a_moment_needs_no_thread(mysql, client_of):
    mysql.query("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(9))")
    client = client_of(mysql)

    assert client.run("INSERT INTO t (a) VALUES ('x')") == 1
    assert client.run("UPDATE t SET a = 'y'") == 1
    assert client.run("SELECT id, a FROM t WHERE id = 1") == [(1, "y")]
    assert client.run("SET @@session.autocommit = 0") == 0
    assert client.run("DELETE FROM t") == 1
    assert client.run("ROLLBACK") == 0
    assert client.run("SELECT COUNT(*) FROM t") == [(1,)]
    assert client.run("SELECT nothing FROM t") == "error 1054"
    assert workers() == []


def test_what_takes_long_holds_up_nobody_else(mysql, client, other):
    thread, found = in_thread(client.run, ENDLESS)
    mysql.journal.wait_for(lambda entry: b"RECURSIVE" in entry.data)

    assert other.run("SELECT 1") == [(1,)]
    assert thread.is_alive()
    mysql.stop()
    thread.join()
    assert found != [[]]


def test_who_waits_for_a_lock_holds_up_nobody_else(mysql, client, other, client_of, numbers):
    other.run("SET innodb_lock_wait_timeout = 1000")
    client.run("BEGIN")
    client.run("INSERT INTO n (i) VALUES (40)")
    thread, found = in_thread(other.run, "INSERT INTO n (i) VALUES (50)")
    mysql.journal.wait_for(lambda entry: b"50" in entry.data)

    assert client_of(mysql).run("SELECT COUNT(*) FROM n") == [(3,)]
    assert client.run("COMMIT") == 0
    thread.join()
    assert found == [1]
    assert client.run("SELECT id, i FROM n WHERE id > 3") == [(4, 40), (5, 50)]


def test_a_change_that_is_broken_off_is_made_once(client, numbers, no_moment):
    assert client.run("UPDATE n SET i = i + 1") == 3
    assert client.run("SELECT i FROM n ORDER BY i") == [(11,), (21,), (31,)]
    assert client.run("DELETE FROM n WHERE i > 20 ORDER BY i LIMIT 1") == 1
    assert client.run("SELECT i FROM n ORDER BY i") == [(11,), (31,)]
    assert len(workers()) == 1


def test_within_a_transaction_what_is_broken_off_leaves_the_rest(client, numbers, no_moment):
    client.run("BEGIN")
    client.run("INSERT INTO n (i) VALUES (40)")
    client.run("UPDATE n SET i = i + 1")

    assert client.run("SELECT i FROM n ORDER BY i") == [(11,), (21,), (31,), (41,)]
    client.run("ROLLBACK")
    assert client.run("SELECT i FROM n ORDER BY i") == [(10,), (20,), (30,)]


def test_warnings_of_what_is_broken_off_are_counted_once(client, numbers, no_moment):
    client.run("SET sql_mode = ''")

    assert client.run("UPDATE n SET i = 99999999999 WHERE id = 1") == 1
    assert len(client.run("SHOW WARNINGS")) == 1


def test_a_query_that_is_broken_off_gives_its_rows(client, no_moment):
    rows = client.run(
        "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000)"
        " SELECT COUNT(*), MAX(i) FROM c"
    )

    assert rows == [(5000, 5000)]
    assert len(workers()) == 1


@pytest.mark.parametrize("count", [255, 256, 257, 600])
def test_answers_of_any_length_are_whole(client, numbers, count):
    client.run("INSERT INTO n (i) VALUES " + ", ".join(["(7)"] * count))

    assert client.run("SELECT id FROM n WHERE i = 7") == [(4 + n,) for n in range(count)]


@pytest.mark.parametrize("count", [1, 16, 17, 1000])
def test_ids_have_no_gaps_wherever_rows_are_inserted(client, numbers, no_moment, count):
    client.run("INSERT INTO n (i) VALUES " + ", ".join(["(7)"] * count))

    assert client.run("SELECT MIN(id), MAX(id) FROM n WHERE i = 7") == [(4, 3 + count)]


def test_a_sleep_is_slept_in_the_thread(client):
    assert client.run("SELECT SLEEP(0), 2") == [(0, 2)]
    assert len(workers()) == 1


def test_prepared_statements_are_answered_at_once_or_later(mysql, numbers):
    with (
        connector.connect(**mysql.login, use_pure=True, autocommit=True) as connection,
        connection.cursor(prepared=True) as cursor,
    ):
        before = len(workers())
        for number in (1, 2):
            cursor.execute("SELECT i FROM n WHERE id = %s", (number,))
            assert cursor.fetchall() == [(10 * number,)]
        cursor.execute("SELECT n.i + SLEEP(%s) FROM n WHERE id = 1", (0,))
        assert cursor.fetchall() == [(10,)]
        assert len(workers()) >= before
    assert [done.parameters for done in mysql.statements][-2:] == [(2,), (0,)]


def test_each_statement_is_kept_once_however_it_was_run(mysql, client, numbers, no_moment):
    client.run("UPDATE n SET i = 1 WHERE id = 1")
    client.run("SELECT SLEEP(0)")

    kept = [done.sql for done in mysql.statements]
    assert kept.count("UPDATE n SET i = 1 WHERE id = 1") == 1
    assert kept.count("SELECT SLEEP(0)") == 1


def test_an_error_of_ours_is_told_once_and_ends_the_connection(client_of, monkeypatch):
    ran = []

    def broken(session, statement, values=None):
        ran.append(statement.text)
        raise RuntimeError("a defect")

    mock = MySQLMock(accounts={"root": "123456"}).start()
    client = client_of(mock)
    monkeypatch.setattr(Session, "run", broken)

    assert client.run("SELECT 1") == "error 1105"
    mock.journal.wait_for(lambda entry: entry.kind == "closed")
    mock.stop()
    assert ran == ["SELECT 1"]
    with pytest.raises(UnexpectedTraffic, match="RuntimeError: a defect"):
        mock.verify()


def test_a_large_transaction_ends_in_the_thread(client):
    client.run("CREATE TABLE t (a INT)")
    client.run("BEGIN")
    for _ in range(11):
        client.run("INSERT INTO t VALUES " + ", ".join(["(1)"] * 100))

    assert client.run("COMMIT") == 0
    assert client.run("SELECT COUNT(*) FROM t") == [(1100,)]
