"""What MySQL does, on the mock and on the real server: the same tests run against both."""

import datetime as dt
from decimal import Decimal

import pytest

ROLE = "CREATE TABLE role(id INT(11) PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))"


@pytest.fixture
def role(client):
    client.run(ROLE)
    client.run("INSERT INTO role (name) VALUES ('one'), ('Two'), ('three')")
    return client


EXPRESSIONS = {
    "1": 1,
    "'it''s'": "it's",
    r"'a\nb\\c\'d\%'": "a\nb\\c'd\\%",
    '"text"': "text",
    "NULL": None,
    "1.50": Decimal("1.50"),
    "1e3": 1000.0,
    "7 / 2": Decimal("3.5000"),
    "7 DIV 2": 3,
    "-7 DIV 2": -3,
    "7 % 3": 1,
    "-7 % 3": -1,
    "1 / 0": None,
    "1 + 1": 2,
    "'3' + 4": 7.0,
    "'3 apples' + 4": 7.0,
    "0.1 + 0.2": Decimal("0.3"),
    "1.10 * 3": Decimal("3.30"),
    "'a' = 'A'": 1,
    "'é' = 'E'": 1,
    "BINARY 'a' = 'A'": 0,
    "'a' || 'b'": 0,
    "1 || 0": 1,
    "1 AND NULL": None,
    "NULL <=> NULL": 1,
    "NULL = NULL": None,
    "1 IN (2, 1)": 1,
    "'b' BETWEEN 'A' AND 'C'": 1,
    "'abc' LIKE 'A_C'": 1,
    r"'50%' LIKE '50\%'": 1,
    r"'500' LIKE '50\%'": 0,
    "'a1' REGEXP '^[a-z][0-9]$'": 1,
    "NOT 1": 0,
    "1 XOR 1": 0,
    "5 & 6": 4,
    "IF(1 > 2, 'yes', 'no')": "no",
    "CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END": "two",
    "IFNULL(NULL, 'x')": "x",
    "NULLIF(1, 1)": None,
    "COALESCE(NULL, NULL, 3)": 3,
    "CONCAT('a', 1, 'b')": "a1b",
    "CONCAT('a', NULL)": None,
    "CONCAT_WS('-', 'a', NULL, 'b')": "a-b",
    "UPPER('aé')": "AÉ",
    "LENGTH('é')": 2,
    "CHAR_LENGTH('é')": 1,
    "SUBSTRING('hello', 2, 3)": "ell",
    "SUBSTRING('hello', -3)": "llo",
    "LEFT('hello', 2)": "he",
    "RIGHT('hello', 2)": "lo",
    "TRIM('  a ')": "a",
    "TRIM(LEADING 'x' FROM 'xxa')": "a",
    "REPLACE('aXbX', 'X', '-')": "a-b-",
    "LPAD('5', 3, '0')": "005",
    "INSTR('foobar', 'BAR')": 4,
    "FIELD('b', 'a', 'b')": 2,
    "FIND_IN_SET('b', 'a,b')": 2,
    "HEX('a')": "61",
    "MD5('a')": "0cc175b9c0f1b6a831c399e269772661",
    "SUBSTRING_INDEX('a.b.c', '.', 2)": "a.b",
    "GREATEST(1, 3, 2)": 3,
    "ABS(-5)": 5,
    "CEIL(1.2)": 2,
    "FLOOR(-1.2)": -2,
    "ROUND(2.5)": Decimal(3),
    "ROUND(1.255, 2)": Decimal("1.26"),
    "TRUNCATE(1.999, 1)": Decimal("1.9"),
    "MOD(10, 4)": 2,
    "POW(2, 10)": 1024.0,
    "SQRT(9)": 3.0,
    "SIGN(-3)": -1,
    "CAST('12' AS SIGNED)": 12,
    "CAST('1.239' AS DECIMAL(5,2))": Decimal("1.24"),
    "CAST(12 AS CHAR)": "12",
    "CAST('2020-1-2' AS DATE)": dt.date(2020, 1, 2),
    "CONVERT('7', SIGNED)": 7,
    "DATE_FORMAT('2020-02-03 04:05:06', '%Y/%m/%d %H:%i')": "2020/02/03 04:05",
    "DATEDIFF('2020-03-01', '2020-02-01')": 29,
    "YEAR('2020-05-06')": 2020,
    "DAYOFWEEK('2020-01-01')": 4,
    "LAST_DAY('2020-02-03')": dt.date(2020, 2, 29),
    "TIMESTAMPDIFF(MONTH, '2020-01-31', '2020-03-01')": 1,
    "EXTRACT(DAY FROM '2020-05-06')": 6,
    "DATE_ADD('2020-01-31', INTERVAL 1 MONTH)": "2020-02-29",
    "'2020-01-01' + INTERVAL 1 DAY": "2020-01-02",
    "UNHEX('4D')": b"M",
    "X'4D'": b"M",
    "DATABASE()": "test",
    "@nothing": None,
    "(SELECT 1 UNION SELECT 1)": 1,
    "EXISTS (SELECT 1)": 1,
    "1 = 1.0": 1,
    "'1' = 1": 1,
    "'abc' = 0": 1,
    "TRUE": 1,
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_has_its_value(client, expression):
    [(found,)] = client.run(f"SELECT {expression}")

    wanted = EXPRESSIONS[expression]
    assert found == wanted or (isinstance(found, bytes) and found.decode() == wanted)


def test_columns_have_the_names_that_clients_expect(role):
    with role.connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, role.name, COUNT(*), 1+1, 'x' y, Max(id) AS top FROM role GROUP BY id"
        )
        names = [column[0] for column in cursor.description]

    assert names == ["id", "name", "COUNT(*)", "1+1", "y", "top"]


QUERIES = {
    "SELECT name FROM role WHERE name = 'TWO'": [("Two",)],
    "SELECT name FROM role WHERE id = '2'": [("Two",)],
    "SELECT id FROM role ORDER BY name": [(1,), (3,), (2,)],
    "SELECT id FROM role ORDER BY id DESC LIMIT 1, 1": [(2,)],
    "SELECT id FROM role ORDER BY 1 LIMIT 2 OFFSET 1": [(2,), (3,)],
    "SELECT COUNT(*), MAX(name), SUM(id), AVG(id) FROM role": [
        (3, "Two", Decimal(6), Decimal("2.0000"))
    ],
    "SELECT LEFT(name, 1) first, COUNT(*) FROM role GROUP BY first HAVING COUNT(*) > 1": [("T", 2)],
    "SELECT GROUP_CONCAT(name ORDER BY id DESC SEPARATOR '+') FROM role": [("three+Two+one",)],
    "SELECT a.id, b.id FROM role a JOIN role b ON b.id = a.id + 1 ORDER BY a.id": [(1, 2), (2, 3)],
    "SELECT a.id, b.id FROM role a LEFT JOIN role b ON b.id = a.id + 1 WHERE b.id IS NULL": [
        (3, None)
    ],
    "SELECT id FROM role JOIN role AS other USING (id, name) ORDER BY id": [(1,), (2,), (3,)],
    "SELECT x.n FROM (SELECT id AS n FROM role WHERE id < 3) x ORDER BY n": [(1,), (2,)],
    "SELECT id FROM role WHERE id IN (SELECT MAX(id) FROM role)": [(3,)],
    "SELECT (SELECT COUNT(*) FROM role b WHERE b.id < a.id) FROM role a ORDER BY id": [
        (0,),
        (1,),
        (2,),
    ],
    "SELECT id FROM role WHERE id = 1 UNION ALL SELECT 9 UNION SELECT 9": [(1,), (9,)],
    "WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n": [
        (1,),
        (2,),
        (3,),
    ],
    "SELECT ROW_NUMBER() OVER (ORDER BY id DESC) FROM role ORDER BY id": [(3,), (2,), (1,)],
    "SELECT DISTINCT LENGTH(name) FROM role ORDER BY 1": [(3,), (5,)],
    "SELECT id FROM role WHERE (id, name) IN ((1, 'one'), (2, 'x'))": [(1,)],
    "SELECT id FROM role WHERE name LIKE 't%' ORDER BY id": [(2,), (3,)],
    "SELECT nosuch FROM role": "error 1054",
    "SELECT id FROM role WHERE nosuch = 1": "error 1054",
    "SELECT * FROM nosuch": "error 1146",
    "SELECT id FROM role a JOIN role b ON a.id = b.id": "error 1052",
    "SELECT id FROM role, role": "error 1066",
    "SELECT id FRM role": "error 1064",
    "SELEC 1": "error 1064",
    "SELECT 'open": "error 1064",
    "SELECT (SELECT 1 UNION SELECT 2)": "error 1242",
}


@pytest.mark.parametrize("sql", QUERIES)
def test_a_query_has_its_rows(role, sql):
    assert role.run(sql) == QUERIES[sql]


def test_an_insert_tells_the_id_that_it_generated(client):
    client.run(ROLE)

    with client.connection.cursor() as cursor:
        cursor.execute('INSERT INTO role (name) VALUE ("test")')
        first = cursor.rowcount, cursor.lastrowid
        cursor.execute("INSERT INTO role (name) VALUES ('a'), ('b')")
        several = cursor.rowcount, cursor.lastrowid
        cursor.execute("INSERT INTO role (id, name) VALUES (100, 'Mary')")
        explicit = cursor.rowcount, cursor.lastrowid
        cursor.execute("INSERT INTO role VALUES (NULL, 'next')")
        following = cursor.lastrowid

    assert (first, several, explicit, following) == ((1, 1), (2, 2), (1, 100), 101)
    assert client.run("SELECT LAST_INSERT_ID()") == [(101,)]


def test_an_update_counts_the_rows_that_it_changed(role):
    assert role.run("UPDATE role SET name = 'x' WHERE id IN (1, 2)") == 2
    assert role.run("UPDATE role SET name = 'x' WHERE id < 4") == 1
    assert role.run("UPDATE role SET name = 'X' WHERE id = 1") == 1
    assert role.run("UPDATE role SET name = CONCAT(name, id), id = id + 10 WHERE id = 3") == 1
    assert role.run("SELECT * FROM role ORDER BY id") == [(1, "X"), (2, "x"), (13, "x3")]


def test_an_update_assigns_from_left_to_right(client):
    client.run("CREATE TABLE pair (a INT, b INT)")
    client.run("INSERT INTO pair VALUES (1, 0)")
    client.run("UPDATE pair SET a = a + 1, b = a")

    assert client.run("SELECT * FROM pair") == [(2, 2)]


def test_an_update_and_a_delete_take_an_order_and_a_limit(role):
    assert role.run("UPDATE role SET name = 'last' ORDER BY id DESC LIMIT 1") == 1
    assert role.run("DELETE FROM role ORDER BY id LIMIT 1") == 1
    assert role.run("SELECT * FROM role ORDER BY id") == [(2, "Two"), (3, "last")]


def test_an_update_and_a_delete_may_join(role):
    role.run("CREATE TABLE bonus (role_id INT, extra VARCHAR(5))")
    role.run("INSERT INTO bonus VALUES (1, '!'), (2, '?')")

    assert role.run("UPDATE role r JOIN bonus b ON b.role_id = r.id SET r.name = b.extra") == 2
    assert role.run("DELETE r FROM role r JOIN bonus b ON b.role_id = r.id WHERE extra = '?'") == 1
    assert role.run("SELECT * FROM role ORDER BY id") == [(1, "!"), (3, "three")]


def test_a_duplicate_may_be_ignored_updated_or_replaced(role):
    assert role.run("INSERT INTO role VALUES (1, 'x')") == "error 1062"
    assert role.run("INSERT IGNORE INTO role VALUES (1, 'x'), (4, 'four')") == 1
    upsert = "INSERT INTO role VALUES (1, 'new') ON DUPLICATE KEY UPDATE name = "
    assert role.run(f"{upsert} CONCAT(name, '/', VALUES(name))") == 2
    assert role.run(f"{upsert} name") == 0
    assert role.run("REPLACE INTO role VALUES (2, 'again'), (9, 'nine')") == 3
    assert role.run("SELECT * FROM role ORDER BY id") == [
        *((1, "one/new"), (2, "again"), (3, "three"), (4, "four"), (9, "nine"))
    ]


def test_rows_may_come_from_a_query(role):
    assert role.run("INSERT INTO role (name) SELECT CONCAT(name, '2') FROM role") == 3
    assert role.run("SELECT COUNT(*) FROM role") == [(6,)]


TYPES = {
    "TINYINT": (-128, 127),
    "TINYINT UNSIGNED": (0, 255),
    "SMALLINT": (-32768,),
    "MEDIUMINT": (8388607,),
    "INT UNSIGNED": (4294967295,),
    "BIGINT": (-(2**63), 2**63 - 1),
    "BOOLEAN": (1,),
    "YEAR": (1999,),
    "DECIMAL(20, 6)": (Decimal("12345678901234.567891"), Decimal("-0.000001")),
    "DOUBLE": (1.5, -1e300, 0.1),
    "FLOAT": (1.5, -0.25),
    "DATE": (dt.date(1999, 12, 31),),
    "TIME": (dt.timedelta(hours=-30), dt.timedelta(hours=838)),
    "DATETIME": (dt.datetime(2020, 2, 29, 23, 59, 59),),
    "DATETIME(6)": (dt.datetime(2020, 2, 29, 1, 2, 3, 4),),
    "TIMESTAMP NULL": (dt.datetime(2020, 2, 29, 1, 2, 3),),
    "CHAR(5)": ("ab", "é"),
    "VARCHAR(20)": ("", "it's", 'quo"te', "back\\slash", "new\nline", "表", "😀", "a\0b", "100%"),
    "TEXT": ("x" * 5000,),
    "BLOB": (b"", bytes(range(256))),
    "VARBINARY(4)": (b"\xff\x00",),
    "BINARY(4)": (b"ab\0\0",),
    "ENUM('a','b')": ("b",),
    "SET('a','b','c')": ("a,c",),
    "JSON": ('{"a": [1, "é"]}',),
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_is_read_as_it_was_written(client, kind):
    client.run(f"CREATE TABLE kept (id INT PRIMARY KEY AUTO_INCREMENT, value {kind})")
    for value in TYPES[kind]:
        assert client.run("INSERT INTO kept (value) VALUES (%s)", value) == 1, value
    client.run("INSERT INTO kept (value) VALUES (NULL)")

    found = client.run("SELECT value FROM kept ORDER BY id")
    assert found == [*((value,) for value in TYPES[kind]), (None,)]


REFUSED = {
    ("TINYINT", "128"): 1264,
    ("INT UNSIGNED", "-1"): 1264,
    ("INT", "'abc'"): 1366,
    ("DECIMAL(4, 2)", "100"): 1264,
    ("VARCHAR(3)", "'abcd'"): 1406,
    ("VARBINARY(3)", "'abcd'"): 1406,
    ("DATE", "'2020-02-30'"): 1292,
    ("DATETIME", "'soon'"): 1292,
    ("TIME", "'25:61:00'"): 1292,
    ("ENUM('a','b')", "'c'"): 1265,
    ("INT NOT NULL", "NULL"): 1048,
}


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_a_value_that_does_not_fit_is_refused(client, kind, value):
    client.run(f"CREATE TABLE kept (value {kind})")

    assert client.run(f"INSERT INTO kept VALUES ({value})") == f"error {REFUSED[kind, value]}"
    assert client.run("SELECT * FROM kept") == []


CONVERTED = {
    ("INT", "'12'"): 12,
    ("INT", "1.5"): 2,
    ("DECIMAL(5, 1)", "1.25"): Decimal("1.3"),
    ("VARCHAR(5)", "12"): "12",
    ("CHAR(3)", "'a  '"): "a",
    ("VARCHAR(3)", "'abc  '"): "abc",
    ("DATE", "'20200102'"): dt.date(2020, 1, 2),
    ("DATE", "'2020-01-02 03:04:05'"): dt.date(2020, 1, 2),
    ("DATETIME", "'2020-01-02'"): dt.datetime(2020, 1, 2),
    ("TIME", "'1:2:3'"): dt.timedelta(hours=1, minutes=2, seconds=3),
    ("YEAR", "'99'"): 1999,
    ("ENUM('a','B')", "'b'"): "B",
    ("BOOLEAN", "TRUE"): 1,
    ("VARCHAR(10)", "CONCAT('a', 1 + 1)"): "a2",
}


@pytest.mark.parametrize(("kind", "value"), CONVERTED)
def test_a_value_of_another_kind_is_converted(client, kind, value):
    client.run(f"CREATE TABLE kept (value {kind})")

    assert client.run(f"INSERT INTO kept VALUES ({value})") == 1
    assert client.run("SELECT * FROM kept") == [(CONVERTED[kind, value],)]


def test_moments_compare_as_moments(client):
    client.run("CREATE TABLE event (day DATE, at DATETIME)")
    client.run("INSERT INTO event VALUES ('2020-01-02', '2020-01-02 00:00:00')")

    for condition in (
        *("at = '2020-01-02'", "day = '2020-1-2'", "day = '2020-01-02 00:00:00'", "day = at"),
        *("at < '2020-01-02 00:00:01'", "at BETWEEN '2020-01-01' AND '2020-01-02'"),
        *("day > '2020-01-01 23:59:59'", "at IN ('2020-01-02')", "YEAR(day) = 2020"),
    ):
        assert client.run(f"SELECT 1 FROM event WHERE {condition}") == [(1,)], condition


def test_decimals_compare_as_numbers(client):
    client.run("CREATE TABLE price (amount DECIMAL(10, 2))")
    client.run("INSERT INTO price VALUES (9.5), (10), (-3)")

    assert client.run("SELECT amount FROM price WHERE amount > 9 ORDER BY amount DESC") == [
        *((Decimal("10.00"),), (Decimal("9.50"),))
    ]
    assert client.run("SELECT SUM(amount), MIN(amount), MAX(amount) FROM price") == [
        (Decimal("16.50"), Decimal("-3.00"), Decimal("10.00"))
    ]
    assert client.run("SELECT COUNT(*) FROM price WHERE amount = '10'") == [(1,)]


def test_defaults_fill_what_an_insert_leaves_out(client):
    client.run(
        "CREATE TABLE full (a INT NOT NULL DEFAULT 5, b VARCHAR(5) DEFAULT 'x', c INT,"
        " at DATETIME DEFAULT CURRENT_TIMESTAMP, must INT NOT NULL)"
    )

    assert client.run("INSERT INTO full (must) VALUES (1)") == 1
    assert client.run("INSERT INTO full (a, must) VALUES (DEFAULT, 2)") == 1
    assert client.run("INSERT INTO full (a) VALUES (1)") == "error 1364"
    assert client.run("SELECT a, b, c, at IS NOT NULL, must FROM full") == [
        *((5, "x", None, 1, 1), (5, "x", None, 1, 2))
    ]


def test_foreign_keys_hold(role):
    role.run(
        "CREATE TABLE user (id INT PRIMARY KEY, role_id INT, boss INT,"
        " FOREIGN KEY (role_id) REFERENCES role (id) ON DELETE CASCADE,"
        " FOREIGN KEY (boss) REFERENCES user (id))"
    )
    assert role.run("INSERT INTO user VALUES (1, 1, NULL), (2, 2, 1)") == 2

    assert role.run("INSERT INTO user VALUES (3, 99, NULL)") == "error 1452"
    assert role.run("UPDATE user SET role_id = 99 WHERE id = 1") == "error 1452"
    assert role.run("DELETE FROM user WHERE id = 1") == "error 1451"
    assert role.run("TRUNCATE TABLE role") == "error 1701"
    assert role.run("DELETE FROM role WHERE id = 2") == 1
    assert role.run("SELECT id FROM user") == [(1,)]


def test_unique_keys_hold_and_name_themselves(client):
    client.run("CREATE TABLE u (a INT, b VARCHAR(5), UNIQUE KEY both_of (a, b), UNIQUE (b))")
    assert client.run("INSERT INTO u VALUES (1, 'x'), (1, NULL), (1, NULL)") == 3

    with pytest.raises(Exception, match=r"Duplicate entry '1-X' for key '(u\.)?both_of'"):
        client.connection.cursor().execute("INSERT INTO u VALUES (1, 'X')")


def test_checks_hold(client):
    client.run("CREATE TABLE c (a INT, CONSTRAINT positive CHECK (a > 0))")

    assert client.run("INSERT INTO c VALUES (1), (NULL)") == 2
    assert client.run("INSERT INTO c VALUES (0)") in ("error 3819", "error 4025")


def test_a_statement_that_fails_in_the_middle_leaves_nothing(role):
    assert role.run("INSERT INTO role VALUES (10, 'ten'), (1, 'dup')") == "error 1062"
    assert role.run("UPDATE role SET id = 5") == "error 1062"
    assert role.run("SELECT id FROM role ORDER BY id") == [(1,), (2,), (3,)]


def test_tables_are_altered(role):
    for sql in (
        "ALTER TABLE role ADD COLUMN age INT NOT NULL DEFAULT 7 AFTER id",
        "ALTER TABLE role ADD UNIQUE KEY by_name (name)",
        "ALTER TABLE role MODIFY name VARCHAR(50) NOT NULL",
        "ALTER TABLE role CHANGE age years SMALLINT",
        "CREATE INDEX by_years ON role (years)",
        "DROP INDEX by_years ON role",
        "ALTER TABLE role ADD at DATETIME NULL, DROP COLUMN years",
        "ALTER TABLE role RENAME TO part",
        "RENAME TABLE part TO piece",
    ):
        assert not str(role.run(sql)).startswith("error"), sql

    assert role.run("SELECT * FROM piece WHERE id = 2") == [(2, "Two", None)]
    assert role.run("INSERT INTO piece (name) VALUES ('TWO')") == "error 1062"
    assert role.run("SELECT * FROM role") == "error 1146"


STRUCTURE = {
    "CREATE TABLE role (id INT)": "error 1050",
    "CREATE TABLE IF NOT EXISTS role (id INT)": 0,
    "CREATE TABLE t (a INT, A INT)": "error 1060",
    "CREATE TABLE t (a INT, PRIMARY KEY (b))": "error 1072",
    "CREATE TABLE t (a INT AUTO_INCREMENT)": "error 1075",
    "CREATE TABLE t (a INT PRIMARY KEY, b INT PRIMARY KEY)": "error 1068",
    "DROP TABLE nosuch": "error 1051",
    "DROP TABLE IF EXISTS nosuch": 0,
    "CREATE DATABASE test": "error 1007",
    "DROP DATABASE nowhere": "error 1008",
    "ALTER TABLE role DROP COLUMN nosuch": "error 1091",
    "ALTER TABLE role ADD COLUMN name INT": "error 1060",
    "ALTER TABLE nosuch ADD COLUMN name INT": "error 1146",
    "TRUNCATE nosuch": "error 1146",
    "USE nowhere": "error 1049",
    "INSERT INTO role VALUES (1)": "error 1136",
    "INSERT INTO role (nosuch) VALUES (1)": "error 1054",
    "SET nosuch = 1": "error 1193",
    "ROLLBACK TO nosuch": "error 1305",
}


@pytest.mark.parametrize("sql", STRUCTURE)
def test_structure_is_refused_as_mysql_does(role, sql):
    assert role.run(sql) == STRUCTURE[sql]


def test_a_truncated_table_counts_from_one_again(role):
    role.run("TRUNCATE TABLE role")
    role.run("INSERT INTO role (name) VALUES ('new')")

    assert role.run("SELECT * FROM role") == [(1, "new")]


def test_composite_keys_and_several_databases(client):
    client.run("CREATE DATABASE other")
    client.run("CREATE TABLE other.pair (a INT, b INT, c INT, PRIMARY KEY (a, b))")
    assert client.run("INSERT INTO other.pair VALUES (1, 1, 0), (1, 2, 0)") == 2
    assert client.run("INSERT INTO other.pair VALUES (1, 2, 5)") == "error 1062"
    client.run("USE other")

    assert client.run("SELECT DATABASE(), COUNT(*) FROM pair") == [("other", 2)]
    client.run("DROP DATABASE other")
    assert client.run("SELECT * FROM pair") in ("error 1046", "error 1146")


def test_describe_and_show_tell_of_tables(role):
    assert [row[0] for row in role.run("SHOW TABLES")] == ["role"]
    assert role.run("SHOW FULL TABLES LIKE 'r%'") == [("role", "BASE TABLE")]
    fields = [(row[0], row[2], row[3], row[5]) for row in role.run("DESCRIBE role")]
    assert fields == [("id", "NO", "PRI", "auto_increment"), ("name", "YES", "", "")]
    assert ("test",) in role.run("SHOW DATABASES")
    assert "AUTO_INCREMENT" in role.run("SHOW CREATE TABLE role")[0][1]
    assert [row[2] for row in role.run("SHOW INDEX FROM role")] == ["PRIMARY"]
    assert role.run("SHOW VARIABLES LIKE 'autocommit'") == [("autocommit", "ON")]
    assert role.run(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = 'role' ORDER BY ordinal_position"
    ) == [("id",), ("name",)]


def test_variables_of_the_user_keep_their_values(client):
    client.run("SET @a = 5, @b = 'x'")

    assert client.run("SELECT @a + 1, @b") == [(6, "x")]


def test_several_statements_may_come_at_once(server, client_of):
    from pymysql.constants import CLIENT

    client = client_of(server, client_flag=CLIENT.MULTI_STATEMENTS)
    with client.connection.cursor() as cursor:
        cursor.execute("SELECT 1; CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2); SELECT 3")
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())

    assert [list(rows) for rows in found] == [[(1,)], [], [], [(3,)]]


def test_one_statement_is_all_that_comes_without_the_capability(client):
    assert client.run("SELECT 1; SELECT 2") == "error 1064"
