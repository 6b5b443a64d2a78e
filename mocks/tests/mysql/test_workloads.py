"""Whatever is done to a table, the mock ends up with what the real server has."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TABLE = (
    "CREATE TABLE work (k INT PRIMARY KEY, u VARCHAR(4) UNIQUE, n INT NOT NULL DEFAULT 7,"
    " d DECIMAL(5, 2), parent INT, KEY (parent),"
    " FOREIGN KEY (parent) REFERENCES owner (id) ON DELETE CASCADE)"
)

#: What is there from the start.
SEED = "INSERT INTO work VALUES (1, 'a', 7, 1.5, 1), (2, 'b', 0, NULL, 2), (3, NULL, 1, -2, NULL)"


def mostly(*values, rarely):
    """Return values that fit, and now and then one that does not."""
    return st.sampled_from([*values] * 4 + [*rarely])


KEYS = st.integers(1, 5)
NAMES = mostly("NULL", "'a'", "'A'", "'b'", "'c'", "'long'", rarely=["'longer'"])
NUMBERS = mostly("0", "1", "-3", "2.5", "'4'", "7", rarely=["NULL", "2147483648", "'x'"])
AMOUNTS = mostly("NULL", "0", "1.5", "-12.345", "999.99", rarely=["1000", "'x'"])
OWNERS = mostly("NULL", "1", "2", rarely=["9"])

ROWS = st.builds("({}, {}, {}, {}, {})".format, KEYS, NAMES, NUMBERS, AMOUNTS, OWNERS)
SETS = st.one_of(
    st.builds("u = {}".format, NAMES),
    st.builds("n = {}".format, NUMBERS),
    st.just("n = n + 1, d = n"),
    st.builds("d = {}".format, AMOUNTS),
    st.builds("parent = {}".format, OWNERS),
    st.just("k = k + 10"),
)
WHERES = st.one_of(
    st.builds("k = {}".format, KEYS),
    st.builds("u = {}".format, NAMES),
    st.builds("u <=> {}".format, NAMES),
    st.builds("n BETWEEN {} AND {}".format, KEYS, KEYS),
    st.just("d IS NULL OR d < 1"),
    st.just("parent IN (SELECT id FROM owner)"),
    st.just("u LIKE 'A%' AND NOT n = 7"),
    st.just("1 = 1"),
)
STATEMENTS = st.one_of(
    st.builds("INSERT INTO work VALUES {}".format, ROWS),
    st.builds("REPLACE INTO work VALUES {}".format, ROWS),
    st.builds("INSERT INTO work VALUES {} ON DUPLICATE KEY UPDATE {}".format, ROWS, SETS),
    st.builds(
        "INSERT INTO work (k, u)"
        " SELECT k + 20, CONCAT(u, 'x') FROM work WHERE {} ORDER BY k".format,
        WHERES,
    ),
    st.builds("UPDATE work SET {} WHERE {} ORDER BY k DESC".format, SETS, WHERES),
    st.builds("DELETE FROM work WHERE {}".format, WHERES),
    st.builds("DELETE FROM owner WHERE id = {}".format, st.integers(1, 3)),
    st.builds(
        "SELECT n, COUNT(*), SUM(d), MIN(u) FROM work WHERE {} GROUP BY n ORDER BY n".format, WHERES
    ),
    st.builds(
        "SELECT o.id, w.k FROM owner o LEFT JOIN work w ON w.parent = o.id AND {}"
        " ORDER BY o.id, w.k".format,
        WHERES.map(lambda text: text.replace("u ", "w.u ").replace("k =", "w.k =")),
    ),
    st.sampled_from(["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s"]),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(workload=st.lists(STATEMENTS, min_size=4, max_size=12))
def test_a_workload_has_the_same_outcomes_on_both_engines(both, workload):
    for client in both:
        client.run("ROLLBACK")
        client.run("DROP TABLE IF EXISTS work, owner")
        client.run("CREATE TABLE owner (id INT PRIMARY KEY)")
        client.run("INSERT INTO owner VALUES (1), (2), (3)")
        assert client.run(TABLE) == 0
        assert client.run(SEED) == 3

    for sql in [*workload, "SELECT * FROM work ORDER BY k", "SELECT * FROM owner ORDER BY id"]:
        ours, theirs = (client.run(sql) for client in both)
        assert ours == theirs, sql
