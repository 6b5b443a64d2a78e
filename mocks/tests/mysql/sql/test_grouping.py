"""Grouping: what ONLY_FULL_GROUP_BY refuses, which MySQL 8 has by default and MariaDB has not."""

import pytest

from netmocks.mysql import MySQLError, MySQLMock


@pytest.fixture(scope="module")
def mysql():
    with MySQLMock() as mock:
        mock.query("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)")
        mock.query("INSERT INTO t VALUES (1, 1, 5), (2, 1, 6)")
        yield mock


REFUSED = {
    "SELECT a, b FROM t GROUP BY a": 1055,
    "SELECT a, b + 1 FROM t GROUP BY a": 1055,
    "SELECT a, COUNT(*) FROM t": 1140,
}


@pytest.mark.parametrize("sql", REFUSED)
def test_a_group_is_not_asked_for_what_only_its_rows_have(mysql, sql):
    with pytest.raises(MySQLError) as caught:
        mysql.query(sql)

    assert caught.value.number == REFUSED[sql]
    assert "only_full_group_by" in caught.value.text


ACCEPTED = {
    "SELECT a, MAX(b), COUNT(*) FROM t GROUP BY a": [(1, 6, 2)],
    "SELECT a + 1 FROM t GROUP BY a + 1": [(2,)],
    "SELECT a + 1 AS c FROM t GROUP BY c": [(2,)],
    "SELECT a, COUNT(*) FROM t GROUP BY 1": [(1, 2)],
    "SELECT id, a, b FROM t GROUP BY id ORDER BY id": [(1, 1, 5), (2, 1, 6)],
    "SELECT a, b FROM t WHERE b = 5 GROUP BY a": [(1, 5)],
    "SELECT a, (SELECT MAX(b) FROM t) FROM t GROUP BY a": [(1, 6)],
    "SELECT SUM(a) + 1 FROM t": [(3,)],
    "SELECT a, SUM(b) OVER (PARTITION BY a) FROM t WHERE id = 1": [(1, 5)],
}


@pytest.mark.parametrize("sql", ACCEPTED)
def test_what_follows_from_the_group_is_given(mysql, sql):
    found = mysql.query(sql)

    assert [tuple(int(value) for value in row) for row in found] == ACCEPTED[sql]


def test_the_mode_may_be_switched_off(mysql):
    assert len(mysql.query("SET sql_mode = ''; SELECT a, b FROM t GROUP BY a")) == 1
