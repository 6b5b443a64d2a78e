"""Lexer: statements, their shapes, and the literals lifted out of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mysql.error import MySQLError
from netmocks.mysql.sql import lexer
from netmocks.mysql.sql.lexer import statements, unquoted


def only(sql):
    [statement] = statements(sql)
    return statement


def test_literals_are_lifted_and_leave_the_shape():
    found = only("SELECT name FROM role WHERE id = 5 AND name = 'it''s' AND x > 1.5 AND y < 1e3")

    assert found.shape == (
        "SELECT name FROM role WHERE id = :i0 AND name = :s1 AND x > :d2 AND y < :e3"
    )
    assert found.values == [5, "it's", "1.5", 1000.0]


def test_statements_that_differ_in_values_have_one_shape():
    one, other = only("INSERT INTO t VALUES (1, 'a')"), only("INSERT INTO t VALUES (22, 'b c')")

    assert one.shape == other.shape
    assert (one.values, other.values) == ([1, "a"], [22, "b c"])
    assert other.text == "INSERT INTO t VALUES (22, 'b c')"


TEXT = st.text("ab'\\\"`;:?0 %\n-#/*é", max_size=12)


@given(st.lists(TEXT | st.integers(0, 10**17), min_size=1, max_size=4))
def test_a_literal_is_lifted_as_its_client_escaped_it(values):
    from pymysql.converters import escape_string

    written = [f"'{escape_string(v)}'" if isinstance(v, str) else str(v) for v in values]
    sql = f"SELECT * FROM t WHERE a IN ({', '.join(written)})"

    # Read twice: the second time by what the first has learned.
    for _ in range(2):
        found = only(sql)
        assert found.values == values
        assert found.text == sql


NUMBERS_THAT_STAY = (
    "SELECT a FROM t ORDER BY 1, 2 DESC",
    "SELECT a FROM t GROUP BY 1",
    "SELECT CAST(a AS DECIMAL(10, 2)) FROM t",
    "SELECT CAST(a AS CHAR(3)) FROM t",
    "SELECT t1.a2 FROM t1",
    "SELECT `a 1` FROM t",
    "SELECT @a1, @@x1",
)


@pytest.mark.parametrize("sql", NUMBERS_THAT_STAY)
def test_numbers_of_the_grammar_stay(sql):
    for _ in range(2):
        assert only(sql).values == []


def test_the_columns_of_a_select_have_the_names_of_their_texts():
    found = only("SELECT DISTINCT a, count( * ), 'x', concat(a, 'y') AS z, (SELECT 1, 2) FROM t")

    assert found.names == ("a", "count( * )", "x", "concat(a, 'y') AS z", "(SELECT 1, 2)")
    assert only("SELECT 1").names == ("1",)
    assert only("SELECT 2").names == ("2",)


def test_comments_are_skipped_and_executable_ones_are_not():
    found = only("SELECT /* no */ 1 -- no\n + 2 # no\n /*!50000 + 3 */")

    assert found.shape == "SELECT :i0 + :i1 + :i2"


def test_sql_is_cut_at_its_semicolons_alone():
    found = statements("SELECT 'a;b'; ; INSERT INTO t VALUES (1);")

    assert [statement.verb for statement in found] == ["SELECT", "INSERT"]
    assert found[1].text == "INSERT INTO t VALUES (1)"


def test_bytes_and_introducers():
    assert only("SELECT _binary'a\\0b', x'4D', 0x4D4E, _utf8mb4'é', b'101'").values == [
        *(b"a\0b", b"M", b"MN", "é", 5)
    ]
    assert only("INSERT INTO t VALUES (_binary'\udcff')").values == [b"\xff"]


def test_value_is_values_only_where_rows_follow():
    assert "VALUES ( :s0 )" in only("INSERT INTO t (value) VALUE ('a')").shape
    assert "( value )" in only("INSERT INTO t (value) VALUE ('a')").shape


def test_parameters_are_counted():
    found = only("SELECT ? FROM t WHERE a = '?' AND b = ?")

    assert found.values == [None, "?", None]
    assert found.parameters == [0, 2]


@pytest.mark.parametrize("sql", ["SELECT 'a", 'SELECT "a', "SELECT `a"])
def test_a_quote_that_is_never_closed_is_a_syntax_error(sql):
    with pytest.raises(MySQLError, match="1064"):
        statements(sql)


@pytest.mark.parametrize("sql", ["", " ; ;", "-- nothing"])
def test_no_statement_is_an_error(sql):
    with pytest.raises(MySQLError, match="1065"):
        statements(sql)


def test_names_and_texts_are_unquoted():
    assert unquoted("`a``b`") == "a`b"
    assert unquoted(r"'a\tb\%c\\'") == "a\tb\\%c\\"
    assert unquoted('"a""b"') == 'a"b'


def test_what_is_known_is_bounded(monkeypatch):
    monkeypatch.setattr(lexer, "MOST_KNOWN", 3)
    for number in range(10):
        statements(f"SELECT column_{number} FROM t WHERE a = 1")

    assert len(lexer._known) <= 3
