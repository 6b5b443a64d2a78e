"""Rules: canned answers, faults by statement, and what is told of them."""

import re
import threading
import time

import pytest
from mysql import connector

from netmocks.errors import MisuseError, UnexpectedTraffic, WaitTimeout
from netmocks.mysql import MySQLMock


@pytest.fixture
def client(mysql, client_of):
    return client_of(mysql)


def test_rows_are_answered_instead_of_those_of_the_table(mysql, client):
    rule = mysql.on("SELECT … FROM role …").rows(
        [{"id": 1, "name": "Mary"}, {"id": 2, "name": None}]
    )

    assert client.run("select  id, name\nfrom role where id > 0") == [(1, "Mary"), (2, None)]
    assert client.run("SELECT 1") == [(1,)]
    [call] = rule.wait_for_calls()
    assert call.rows == ((1, "Mary"), (2, None))


def test_rows_may_be_sequences_with_the_names_beside(mysql, client):
    mysql.on("CALL report()").rows([(1, 2.5, b"x")], ["a", "b", "c"])

    assert client.run("CALL report()") == [(1, 2.5, b"x")]


def test_an_error_strikes_once_and_the_retry_succeeds(mysql, client):
    client.run("CREATE TABLE t (a INT)")
    deadlock = mysql.on("INSERT …", times=1).error(1213)

    assert client.run("INSERT INTO t VALUES (1)") == "error 1213"
    assert client.run("INSERT INTO t VALUES (1)") == 1
    assert deadlock.count == 1
    assert [call.error.state for call in deadlock.calls] == ["40001"]


def test_a_deadlock_undoes_the_transaction(mysql, client_of):
    client = client_of(mysql, autocommit=False)
    client.run("CREATE TABLE t (a INT)")
    client.run("INSERT INTO t VALUES (1)")
    mysql.on("UPDATE …").error(1213)

    assert client.run("UPDATE t SET a = 2") == "error 1213"
    assert client.run("SELECT * FROM t") == []


def test_a_lock_timeout_leaves_the_transaction_open(mysql, client_of):
    client = client_of(mysql, autocommit=False)
    client.run("CREATE TABLE t (a INT)")
    client.run("INSERT INTO t VALUES (1)")
    mysql.on("UPDATE …").error(1205)

    assert client.run("UPDATE t SET a = 2") == "error 1205"
    assert client.run("SELECT * FROM t") == [(1,)]


def test_what_is_ok_is_not_done(mysql, client):
    client.run("CREATE TABLE t (a INT)")
    mysql.on("DELETE FROM t").ok(affected=7)

    assert client.run("DELETE FROM t") == 7


def test_the_connection_is_lost_in_the_middle_of_a_result(mysql, client, client_of):
    client.run("CREATE TABLE t (a INT)")
    client.run("INSERT INTO t VALUES (1), (2), (3)")
    mysql.on("SELECT a FROM t", times=1).lose_connection(after_rows=2)

    assert client.run("SELECT a FROM t") == "error 2013"
    assert client_of(mysql).run("SELECT a FROM t") == [(1,), (2,), (3,)]
    assert mysql.wait_for_statement("SELECT a FROM t").row_count == 2
    assert "fault" in [entry.kind for entry in mysql.journal]


def test_the_connection_is_lost_after_a_change_was_made(mysql, client):
    client.run("CREATE TABLE t (a INT)")
    mysql.on("INSERT …").lose_connection()

    assert client.run("INSERT INTO t VALUES (1)") == "error 2013"
    assert mysql.query("SELECT * FROM t") == [(1,)]


def test_a_statement_is_held_until_it_is_released(mysql, client):
    gate = mysql.on("SELECT 1").hold()
    found = []
    thread = threading.Thread(target=lambda: found.append(client.run("SELECT 1")))
    thread.start()
    mysql.journal.wait_for(lambda entry: b"SELECT 1" in entry.data)
    assert not found
    gate.release()
    thread.join(5)

    assert found == [[(1,)]]


def test_a_held_statement_does_not_hold_up_the_end_of_its_mock(client_of):
    with MySQLMock() as mysql:
        mysql.on("SELECT 1").hold()
        client = client_of(mysql)
        failed = []

        thread = threading.Thread(target=lambda: failed.append(client.run("SELECT 1")))
        thread.start()
        mysql.journal.wait_for(lambda entry: b"SELECT 1" in entry.data)
    thread.join(5)

    assert failed == ["error 2013"]


def test_a_statement_is_answered_after_its_delay(mysql, client):
    mysql.on("SELECT 1").delay(0.05).rows([{"1": "late"}])
    began = time.monotonic()

    assert client.run("SELECT 1") == [("late",)]
    assert time.monotonic() - began >= 0.05
    with pytest.raises(MisuseError, match="give seconds"):
        mysql.on("SELECT 1", required=False).delay(-1)
    with pytest.raises(MisuseError, match="give seconds"):
        mysql.on("SELECT 1", required=False).delay("2")


def test_prepared_statements_have_rules_too(mysql):
    mysql.on("SELECT name FROM role WHERE id = ?").rows([{"name": "Mary"}])
    connection = connector.connect(use_pure=True, **mysql.login)
    cursor = connection.cursor(prepared=True)
    cursor.execute("SELECT name FROM role WHERE id = ?", (7,))
    found = cursor.fetchall()
    cursor.close()
    connection.close()

    assert found == [("Mary",)]
    assert mysql.wait_for_statement("SELECT name …").parameters == (7,)


def test_the_newest_rule_that_matches_applies(mysql, client):
    mysql.on("SELECT …").rows([{"a": "old"}])
    mysql.on(re.compile("SELECT 5")).rows([{"a": "new"}])

    assert (client.run("SELECT 5"), client.run("SELECT 6")) == ([("new",)], [("old",)])


def test_a_required_rule_that_never_applied_is_a_finding():
    mysql = MySQLMock().start()
    mysql.on("DELETE …")
    mysql.on("UPDATE …", required=False)
    mysql.stop()

    with pytest.raises(UnexpectedTraffic, match=r"no statement came for mysql\.on\('DELETE …'\)"):
        mysql.verify()


def test_a_rule_that_makes_no_sense_is_misuse(mysql):
    with pytest.raises(MisuseError, match="a statement is SQL text"):
        mysql.on("")
    with pytest.raises(MisuseError, match="at least once"):
        mysql.on("SELECT 1", times=0)
    with pytest.raises(MisuseError, match="name the columns"):
        mysql.on("SELECT 1", required=False).rows([(1, 2)])
    with pytest.raises(MisuseError, match="has not the columns"):
        mysql.on("SELECT 1", required=False).rows([(1, 2)], ["a"])
    with pytest.raises(MisuseError, match="what does it say"):
        mysql.on("SELECT 1", required=False).error(9999)
    with pytest.raises(MisuseError, match=r"error\('deadlock'\): .* \.error\(1213\) is a deadlock"):
        mysql.on("SELECT 1", required=False).error("deadlock")


def test_a_rule_ends_with_its_block(mysql, client):
    with mysql.on("SELECT 1").rows([{"a": "canned"}]):
        assert client.run("SELECT 1") == [("canned",)]

    assert client.run("SELECT 1") == [(1,)]


def test_a_statement_that_never_came_is_told_with_those_that_did(mysql, client):
    client.run("SELECT 1")

    with pytest.raises(
        WaitTimeout, match=r"nothing with statement='DELETE …' within .*\n.*\n *SELECT 1 -> 1 row"
    ):
        mysql.wait_for_statement("DELETE …", timeout=0)
    with pytest.raises(WaitTimeout, match="nothing with where=… within"):
        mysql.wait_for_statement(where=lambda done: done.affected, timeout=0)
