"""Transactions, on the mock and on the real server."""

import pytest


@pytest.fixture
def one(server, client_of):
    client = client_of(server, autocommit=False)
    client.run("CREATE TABLE role(id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))")
    client.run("INSERT INTO role (name) VALUES ('kept')")
    client.connection.commit()
    return client


@pytest.fixture
def other(one, server, client_of):
    return client_of(server)


def names(client):
    return [name for (name,) in client.run("SELECT name FROM role ORDER BY id")]


def test_others_see_a_row_once_it_is_committed(one, other):
    one.run("INSERT INTO role (name) VALUES ('new')")
    before = names(other)
    one.connection.commit()

    assert (before, names(other)) == (["kept"], ["kept", "new"])


def test_a_rollback_undoes_all_but_the_ids(one, other):
    one.run("INSERT INTO role (name) VALUES ('gone')")
    one.run("UPDATE role SET name = 'changed'")
    one.connection.rollback()
    one.run("INSERT INTO role (name) VALUES ('next')")
    one.connection.commit()

    assert other.run("SELECT * FROM role ORDER BY id") == [(1, "kept"), (3, "next")]


def test_a_connection_that_ends_takes_its_changes_with_it(one, other):
    one.run("INSERT INTO role (name) VALUES ('gone')")
    one.connection.close()

    assert other.run("UPDATE role SET name = 'mine' WHERE id = 1") == 1
    assert names(other) == ["mine"]


def test_savepoints_undo_in_part(one):
    one.run("INSERT INTO role (name) VALUES ('a')")
    one.run("SAVEPOINT here")
    one.run("INSERT INTO role (name) VALUES ('b')")
    one.run("ROLLBACK TO SAVEPOINT here")
    one.run("INSERT INTO role (name) VALUES ('c')")
    one.run("RELEASE SAVEPOINT here")
    one.connection.commit()

    assert names(one) == ["kept", "a", "c"]
    assert one.run("ROLLBACK TO here") == "error 1305"


def test_a_transaction_reads_what_it_read_first(one, other):
    assert names(one) == ["kept"]
    other.run("INSERT INTO role (name) VALUES ('later')")

    assert names(one) == ["kept"]
    one.connection.commit()
    assert names(one) == ["kept", "later"]


def test_read_committed_sees_what_others_committed(one, other):
    one.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    assert names(one) == ["kept"]
    other.run("INSERT INTO role (name) VALUES ('later')")

    assert names(one) == ["kept", "later"]


def test_a_transaction_that_has_read_may_change_what_others_changed_since(one, other):
    assert names(one) == ["kept"]
    other.run("UPDATE role SET name = CONCAT(name, '+')")

    assert one.run("UPDATE role SET name = CONCAT(name, '!')") == 1
    one.connection.commit()
    assert names(other) == ["kept+!"]


def test_begin_and_commit_are_a_transaction_in_autocommit_too(one, other):
    other.run("BEGIN")
    other.run("INSERT INTO role (name) VALUES ('a')")
    assert names(one) == ["kept"]
    one.connection.commit()
    other.run("COMMIT")

    assert names(one) == ["kept", "a"]


def test_a_change_of_structure_commits(one, other):
    one.run("INSERT INTO role (name) VALUES ('a')")
    one.run("CREATE TABLE another (id INT)")
    one.connection.rollback()

    assert names(other) == ["kept", "a"]


def test_who_waits_for_a_lock_in_vain_is_told(one, other):
    one.run("UPDATE role SET name = 'mine' WHERE id = 1")
    other.run("SET innodb_lock_wait_timeout = 1")

    assert other.run("UPDATE role SET name = 'yours' WHERE id = 1") == "error 1205"


def test_a_row_locked_for_update_is_waited_for(one, other):
    one.run("SELECT * FROM role WHERE id = 1 FOR UPDATE")
    other.run("SET innodb_lock_wait_timeout = 1")

    assert other.run("UPDATE role SET name = 'yours' WHERE id = 1") == "error 1205"
    one.connection.rollback()
    assert other.run("UPDATE role SET name = 'yours' WHERE id = 1") == 1


def test_a_read_only_transaction_changes_nothing(other):
    other.run("START TRANSACTION READ ONLY")

    assert other.run("INSERT INTO role (name) VALUES ('a')") == "error 1792"
    assert names(other) == ["kept"]


def test_the_status_says_whether_a_transaction_is_open(one, other):
    in_transaction = 1

    def is_open(client):
        client.connection.ping()
        return bool(client.connection.server_status & in_transaction)

    assert not is_open(one)
    names(one)
    one.run("INSERT INTO role (name) VALUES ('a')")
    assert one.connection.server_status & in_transaction
    one.connection.commit()
    assert not one.connection.server_status & in_transaction
