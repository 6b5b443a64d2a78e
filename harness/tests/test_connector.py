"""Databases in an internet: by pure Python, by the C extension, on the mock and the real server."""

import subprocess
import sys

import pymysql
import pytest

from netharness import Internet
from netmocks.errors import MisuseError
from netmocks.mysql import MySQLMock, MySQLRelay, server

ACCOUNTS = {"root": "123456"}


def selected(host="localhost", port=3306):
    connection = pymysql.connect(
        host=host, port=port, user="root", password="123456", database="test", ssl_disabled=True
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT DATABASE()")
        found = cursor.fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "db.example.com", "10.1.2.3"])
def test_a_database_lives_at_its_host(host):
    with Internet() as internet:
        mysql = internet.mysql(host, accounts=ACCOUNTS)

        assert selected(host) == (("test",),)
        assert isinstance(mysql, MySQLMock)
        assert [statement.sql for statement in mysql.statements][-1] == "SELECT DATABASE()"


def test_two_databases_live_side_by_side():
    with Internet() as internet:
        one = internet.mysql("one.example.com", accounts=ACCOUNTS)
        other = internet.mysql("one.example.com", 3307, accounts=ACCOUNTS)
        selected("one.example.com")
        selected("one.example.com", 3307)

        assert one.wait_for_statement("SELECT …")
        assert other.wait_for_statement("SELECT …")
        assert internet.mysql("one.example.com") is one
        with pytest.raises(MisuseError, match="made without databases"):
            internet.mysql("one.example.com", databases=["x"])


def test_a_host_without_a_database_is_told_with_the_line_to_write():
    with Internet(tolerate=["unrouted"]) as internet:
        internet.http("db.example.com")
        with pytest.raises(
            pymysql.OperationalError, match=r"internet\.mysql\('db\.example\.com'\)"
        ):
            selected("db.example.com")


def test_an_unknown_engine_is_misuse():
    with Internet() as internet, pytest.raises(MisuseError, match="'mock', 'real' or 'auto'"):
        internet.mysql("localhost", engine="sqlite")


def test_auto_is_the_mock_where_no_server_is_installed(monkeypatch):
    monkeypatch.setattr(server, "installed", lambda: None)
    monkeypatch.setattr(server, "shared", server.shared.__wrapped__)  # another test's may run
    with Internet() as internet:
        assert isinstance(internet.mysql("localhost", engine="auto"), MySQLMock)
        with pytest.raises(MisuseError, match="no MySQL server is installed"):
            internet.mysql("other.example.com", engine="real")


@pytest.mark.usefixtures("_mysql_process")
def test_the_real_server_lives_at_a_host_and_is_new_for_each_internet():
    for _ in range(2):
        with Internet() as internet:
            real = internet.mysql("db.example.com", accounts=ACCOUNTS, engine="real")
            assert isinstance(real, MySQLRelay)
            assert selected("db.example.com") == (("test",),)
            assert real.query("SHOW TABLES FROM test") == []
            real.query("CREATE TABLE test.t (a INT)")
            seen = real.wait_for_statement("SELECT DATABASE()")
            assert (seen.user, seen.rows) == ("root", (("test",),))
            assert real in internet.mocks


@pytest.mark.usefixtures("_mysql_process")
def test_the_real_server_lives_at_one_host():
    with Internet() as internet:
        real = internet.mysql("localhost", accounts=ACCOUNTS, engine="real")
        real.query("CREATE TABLE t (a INT)")
        assert internet.mysql("localhost", engine="real") is real
        with pytest.raises(MisuseError, match="made without accounts or with others"):
            internet.mysql("localhost", accounts={"root": "other"}, engine="real")
        with pytest.raises(MisuseError, match=r"lives at localhost:3306 already.*but one"):
            internet.mysql("db.example.com", engine="real")

        assert real.query("SELECT * FROM t") == []
        assert isinstance(internet.mysql("db.example.com"), MySQLMock)


def test_the_fixture_of_the_real_server_tells_its_statements(mysql_server):
    connection = pymysql.connect(**mysql_server.login)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 + 1")
    connection.close()

    assert mysql_server.wait_for_statement("SELECT 1 + 1").rows == ((2,),)


C_EXTENSION = """
import sys
try:
    import _mysql_connector  # before ssl, for it brings an OpenSSL of its own
except ImportError:
    sys.exit(77)
from netharness import Internet
import mysql.connector
from mysql.connector.connection_cext import CMySQLConnection
before = CMySQLConnection._open_connection
with Internet() as internet:
    mock = internet.mysql("db.example.com", accounts={"root": "123456"})
    connection = mysql.connector.connect(
        host="db.example.com", user="root", password="123456", database="test"
    )
    assert isinstance(connection, CMySQLConnection)
    assert connection.server_host == "db.example.com"
    cursor = connection.cursor()
    cursor.execute("SELECT DATABASE()")
    print(cursor.fetchall())
    cursor.close()
    connection.close()
    try:
        mysql.connector.connect(host="db.example.com", port=3307, user="root")
    except ConnectionRefusedError as error:
        print("refused")
    internet.findings.clear()
assert CMySQLConnection._open_connection is before
"""


def test_the_c_extension_is_led_like_everybody_else():
    done = subprocess.run(
        [sys.executable, "-c", C_EXTENSION], capture_output=True, text=True, timeout=60
    )

    if done.returncode == 77:
        pytest.skip("MySQL Connector's C extension does not load on this machine")
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[('test',)]", "refused"]
