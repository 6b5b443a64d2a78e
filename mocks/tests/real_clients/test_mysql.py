"""The MySQL mock meets the connectors that people use."""

import asyncio
import datetime as dt
import subprocess
import sys
from decimal import Decimal

import aiomysql
import asyncmy
import mysql.connector
import pymysql
import pytest

from netmocks.mysql import MySQLMock
from netmocks.wire.authority import authority

PLUGINS = ("caching_sha2_password", "mysql_native_password")

VALUES = (
    (1, "it's ''é😀\\", b"\x00'\xff\\", Decimal("-12.50"), 0.1, dt.date(2020, 2, 29)),
    (2, None, None, None, None, None),
)


def connector(**options):
    return mysql.connector.connect(use_pure=True, **options)


def connector_in_the_clear(**options):
    return mysql.connector.connect(use_pure=True, ssl_disabled=True, **options)


def pymysql_in_the_clear(**options):
    return pymysql.connect(ssl_disabled=True, **options)


CONNECTS = (connector, connector_in_the_clear, pymysql.connect, pymysql_in_the_clear)


@pytest.fixture(params=PLUGINS)
def server(request):
    with MySQLMock(accounts={"root": "123456", "free": ""}, authentication=request.param) as mock:
        yield mock


@pytest.mark.parametrize("connect", CONNECTS)
def test_a_connector_logs_in_and_reads_what_it_wrote(server, connect):
    connection = connect(**server.login)
    cursor = connection.cursor()
    cursor.execute(
        "CREATE TABLE kept (id INT PRIMARY KEY, a VARCHAR(20), b BLOB, c DECIMAL(9, 2),"
        " d DOUBLE, e DATE)"
    )
    cursor.executemany("INSERT INTO kept VALUES (%s, %s, %s, %s, %s, %s)", VALUES)
    assert cursor.rowcount == 2
    connection.commit()
    cursor.execute("SELECT * FROM kept WHERE id IN (%s, %s) ORDER BY id", (1, 2))
    found = tuple(map(tuple, cursor.fetchall()))
    cursor.close()
    connection.close()

    assert found == VALUES


@pytest.mark.parametrize("connect", CONNECTS)
def test_a_wrong_password_an_unknown_user_and_an_unknown_database_are_refused(server, connect):
    def errno(**changes):
        with pytest.raises((mysql.connector.Error, pymysql.Error)) as caught:
            connect(**{**server.login, **changes})
        return caught.value.args[0]

    assert errno(password="654321") == 1045
    assert errno(password="") == 1045
    assert errno(user="nobody") == 1045
    assert errno(database="nowhere") == 1049


@pytest.mark.parametrize("connect", CONNECTS)
def test_an_account_without_a_password_needs_none(server, connect):
    connect(**{**server.login, "user": "free", "password": ""}).close()


@pytest.mark.parametrize("connect", [connector, pymysql.connect, pymysql_in_the_clear])
def test_the_first_login_takes_the_full_exchange_and_the_next_one_the_fast_one(connect):
    with MySQLMock(accounts={"root": "123456"}, cached=False) as server:
        for wrong in ("654321", "1234567"):
            with pytest.raises((mysql.connector.Error, pymysql.Error)):
                connect(**{**server.login, "password": wrong})
        assert not server.remembered
        connect(**server.login).close()
        assert server.remembered == {"root"}
        sent = len(server.journal)
        connect(**server.login).close()

    full, fast = b"\x01\x04", b"\x01\x03"
    replies = [entry.data[4:6] for entry in server.journal if entry.kind == "sent"]
    assert full in replies
    later = [entry.data[4:6] for entry in list(server.journal)[sent:] if entry.kind == "sent"]
    assert fast in later
    assert full not in later


def test_tls_is_verified_against_the_authority(tmp_path):
    pem = tmp_path / "ca.pem"
    pem.write_text(authority().pem)
    with MySQLMock(accounts={"root": "123456"}) as server:
        connection = pymysql.connect(**server.login, ssl={"ca": str(pem), "check_hostname": True})
        connection.close()

        assert [entry for entry in server.journal if entry.kind == "tls"]


def test_prepared_statements_bind_their_parameters():
    with MySQLMock() as server:
        connection = connector(**server.login)
        cursor = connection.cursor(prepared=True)
        cursor.execute("CREATE TABLE kept (a INT, b VARCHAR(20), c BLOB, d DATETIME(6), e TIME)")
        at = dt.datetime(2020, 1, 2, 3, 4, 5, 6)
        long = dt.timedelta(hours=-30, microseconds=5)
        row = (-1, "' OR 1=1 -- ", b"\x00\xff", at, long)
        cursor.execute("INSERT INTO kept (a, b, c, d) VALUES (?, ?, ?, ?)", row[:4])
        cursor.execute("INSERT INTO kept (a, b, c, d) VALUES (?, ?, ?, ?)", (2, None, b"x", at))
        cursor.execute("SELECT a, b, c, d FROM kept WHERE b = ?", (row[1],))
        found = cursor.fetchall()
        cursor.execute("SELECT a + ?, ? FROM kept WHERE a < ?", (5, "text", 0))
        computed = cursor.fetchall()
        cursor.close()
        connection.close()

        assert found == [row[:4]]
        assert computed == [(4, "text")]
        insert = server.wait_for_statement("INSERT …")
        assert insert.sql == "INSERT INTO kept (a, b, c, d) VALUES (?, ?, ?, ?)"
        assert insert.parameters[:2] == row[:2]


def test_several_results_come_one_after_the_other():
    with MySQLMock() as server:
        connection = connector(**server.login)
        cursor = connection.cursor()
        found = []
        cursor.execute("SELECT 1; SELECT 2, 3")
        found.append(cursor.fetchall())
        assert cursor.nextset()
        found.append(cursor.fetchall())
        cursor.close()
        connection.close()

    assert found == [[(1,)], [(2, 3)]]


def test_a_connection_is_reset_and_changes_its_user():
    with MySQLMock(accounts={"root": "123456", "other": "secret"}) as server:
        connection = connector(**server.login)
        cursor = connection.cursor()
        cursor.execute("SET @a = 1")
        connection.cmd_reset_connection()
        cursor.execute("SELECT @a")
        assert cursor.fetchall() == [(None,)]
        connection.cmd_change_user(username="other", password="secret", database="test")
        cursor = connection.cursor()
        cursor.execute("SELECT CURRENT_USER()")
        assert cursor.fetchall() == [("other@localhost",)]
        connection.ping()
        connection.close()


def test_many_rows_arrive_whole():
    with MySQLMock() as server:
        server.query("CREATE TABLE n (i INT)")
        server.query(
            "INSERT INTO n WITH RECURSIVE c AS (SELECT 1 i UNION ALL SELECT i + 1 FROM c"
            " WHERE i < 20000) SELECT i FROM c"
        )
        connection = pymysql.connect(**server.login, cursorclass=pymysql.cursors.SSCursor)
        with connection.cursor() as cursor:
            cursor.execute("SELECT i, REPEAT('x', 50) FROM n")
            total = sum(row[0] for row in cursor)
        connection.close()

    assert total == 20000 * 20001 // 2


def test_a_value_of_more_than_16_mib_goes_both_ways():
    with MySQLMock() as server:
        server.query("CREATE TABLE big (data LONGBLOB)")
        data = bytes(range(256)) * (17 * 4096)
        connection = pymysql.connect(**server.login, ssl_disabled=True, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO big VALUES (%s)", (data,))
            cursor.execute("SELECT data FROM big")
            [(found,)] = cursor.fetchall()
        connection.close()

    assert found == data


def aiomysql_connect(login):
    return aiomysql.connect(db=login.pop("database"), **login)


def asyncmy_connect(login):
    return asyncmy.connect(db=login.pop("database"), **login)


@pytest.mark.parametrize("connect", [aiomysql_connect, asyncmy_connect])
def test_asynchronous_connectors_speak_with_it(server, connect):
    async def main():
        connection = await connect(dict(server.login))
        async with connection.cursor() as cursor:
            await cursor.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a TEXT)")
            await cursor.execute("INSERT INTO t (a) VALUES (%s)", ("é",))
            await connection.commit()
            await cursor.execute("SELECT id, a FROM t")
            found = await cursor.fetchall()
        await connection.ensure_closed()
        return found

    assert asyncio.run(main()) == ((1, "é"),)


#: What runs in a process of its own: the extension brings an OpenSSL, which has to come first.
C_EXTENSION = """
import sys
try:
    import _mysql_connector
except ImportError:
    sys.exit(77)
import mysql.connector
connection = mysql.connector.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="root", password="123456", database="test",
    use_pure=False,
)
assert type(connection).__name__ == "CMySQLConnection"
cursor = connection.cursor()
cursor.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(9), b DECIMAL(5,2))")
cursor.execute("INSERT INTO t (a, b) VALUES (%s, %s)", ("é", "1.5"))
print(cursor.rowcount, cursor.lastrowid)
connection.commit()
cursor.execute("SELECT * FROM t")
print(cursor.fetchall())
prepared = connection.cursor(prepared=True)
prepared.execute("SELECT a, b FROM t WHERE id = ?", (1,))
print(prepared.fetchall())
try:
    cursor.execute("INSERT INTO t VALUES (1, 'x', 1)")
except mysql.connector.IntegrityError as error:
    print(error.errno, error.sqlstate)
prepared.close()
cursor.close()
connection.close()
"""


@pytest.mark.parametrize("cached", [True, False])
def test_the_c_extension_of_the_connector_speaks_with_it(cached):
    with MySQLMock(accounts={"root": "123456"}, cached=cached) as server:
        done = subprocess.run(
            [sys.executable, "-c", C_EXTENSION, str(server.port)],
            capture_output=True,
            text=True,
            timeout=60,
        )

    if done.returncode == 77:
        pytest.skip("MySQL Connector's C extension does not load on this machine")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "1 1",
        "[(1, 'é', Decimal('1.50'))]",
        "[('é', Decimal('1.50'))]",
        "1062 23000",
    ]
