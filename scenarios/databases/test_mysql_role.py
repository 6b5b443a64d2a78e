"""A7: a table in MySQL, by its connector, at the documented place."""

from importlib import metadata

import pytest
from mysql.connector import Error


@pytest.mark.example("A7")
def test_the_row_has_the_id_that_the_server_gave(program, mysql):
    console = program("mysql_role.py").run()

    assert console.text == "[(1, 'test')]\n"
    assert mysql.query("SELECT * FROM role") == [(1, "test")]


@pytest.mark.example("A7")
def test_the_server_saw_the_statements_of_the_program(program, mysql):
    program("mysql_role.py").run()

    insert = mysql.wait_for_statement("INSERT …")
    assert insert.sql == 'INSERT INTO role (name) VALUE ("test")'
    assert (insert.user, insert.database) == ("root", "test")
    assert (insert.affected, insert.insert_id) == (1, 1)
    assert mysql.wait_for_statement("SELECT * FROM role").rows == ((1, "test"),)


@pytest.mark.example("A7")
def test_without_a_commit_the_row_is_gone(program, mysql):
    console = program("mysql_role.py").run(committed=False)

    assert console.text == "[(1, 'test')]\n"
    assert mysql.query("SELECT * FROM role") == []


@pytest.mark.example("A7")
def test_the_real_server_gives_the_same(program, real_mysql):
    console = program("mysql_role.py").run()

    assert console.text == "[(1, 'test')]\n"
    assert real_mysql.query("SELECT * FROM role") == [(1, "test")]
    with pytest.raises(Error) as caught:
        program("mysql_role.py").run(password="654321")
    assert caught.value.errno == 1045


@pytest.mark.example("A7")
def test_a_wrong_password_is_refused(program, mysql):
    with pytest.raises(Error) as caught:
        program("mysql_role.py").run(password="654321")

    assert caught.value.errno == 1045
    assert caught.value.sqlstate == "28000"
    assert list(mysql.statements) == []


@pytest.mark.example("A7")
def test_running_it_again_fails_for_the_table_is_there(program, mysql):
    program("mysql_role.py").run()

    with pytest.raises(Error) as caught:
        program("mysql_role.py").run()

    assert (caught.value.errno, caught.value.sqlstate) == (1050, "42S01")


@pytest.mark.mistake("A7")
def test_the_module_is_from_another_package_than_the_documented_one():
    # mysql-connector is dead; of the same module's name, mysql-connector-python is alive.
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("mysql-connector")
    assert "mysql-connector-python" in metadata.packages_distributions()["mysql"]
