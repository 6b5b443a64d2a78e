"""MySQLError: what the server refuses, by MySQL's numbers and SQLSTATEs."""

from netmocks.errors import NetmocksError

#: SQLSTATE of an error that has none of its own.
GENERAL = "HY000"

#: Number → (SQLSTATE, text); the text takes what the error is about.
KNOWN: dict[int, tuple[str, str]] = {
    1007: (GENERAL, "Can't create database '{}'; database exists"),
    1008: (GENERAL, "Can't drop database '{}'; database doesn't exist"),
    1040: ("08004", "Too many connections"),
    1044: ("42000", "Access denied for user '{}'@'localhost' to database '{}'"),
    1045: ("28000", "Access denied for user '{}'@'localhost' (using password: {})"),
    1046: ("3D000", "No database selected"),
    1047: ("08S01", "Unknown command"),
    1048: ("23000", "Column '{}' cannot be null"),
    1049: ("42000", "Unknown database '{}'"),
    1050: ("42S01", "Table '{}' already exists"),
    1051: ("42S02", "Unknown table '{}'"),
    1052: ("23000", "Column '{}' in {} is ambiguous"),
    1054: ("42S22", "Unknown column '{}' in '{}'"),
    1060: ("42S21", "Duplicate column name '{}'"),
    1061: ("42000", "Duplicate key name '{}'"),
    1062: ("23000", "Duplicate entry '{}' for key '{}'"),
    1064: (
        "42000",
        (
            "You have an error in your SQL syntax; check the manual that corresponds to your MySQL"
            " server version for the right syntax to use near '{}' at line {}"
        ),
    ),
    1065: ("42000", "Query was empty"),
    1066: ("42000", "Not unique table/alias: '{}'"),
    1068: ("42000", "Multiple primary key defined"),
    1072: ("42000", "Key column '{}' doesn't exist in table"),
    1075: (
        "42000",
        (
            "Incorrect table definition; there can be only one auto column and it must be defined"
            " as a key"
        ),
    ),
    1091: ("42000", "Can't DROP '{}'; check that column/key exists"),
    1101: ("42000", "BLOB, TEXT, GEOMETRY or JSON column '{}' can't have a default value"),
    1136: ("21S01", "Column count doesn't match value count at row {}"),
    1146: ("42S02", "Table '{}' doesn't exist"),
    1153: ("08S01", "Got a packet bigger than 'max_allowed_packet' bytes"),
    1156: ("08S01", "Got packets out of order"),
    1176: ("42000", "Key '{}' doesn't exist in table '{}'"),
    1193: (GENERAL, "Unknown system variable '{}'"),
    1205: (GENERAL, "Lock wait timeout exceeded; try restarting transaction"),
    1213: ("40001", "Deadlock found when trying to get lock; try restarting transaction"),
    1222: ("21000", "The used SELECT statements have a different number of columns"),
    1231: ("42000", "Variable '{}' can't be set to the value of '{}'"),
    1235: ("42000", "this mock does not support {}: use the real server"),
    1242: ("21000", "Subquery returns more than 1 row"),
    1243: (GENERAL, "Unknown prepared statement handler ({}) given to {}"),
    1251: ("08004", "Client does not support authentication protocol requested by server"),
    1264: ("22003", "Out of range value for column '{}' at row {}"),
    1265: ("01000", "Data truncated for column '{}' at row {}"),
    1292: ("22007", "Incorrect {} value: '{}' for column '{}' at row {}"),
    1305: ("42000", "FUNCTION {}.{} does not exist"),
    1317: ("70100", "Query execution was interrupted"),
    1364: (GENERAL, "Field '{}' doesn't have a default value"),
    1365: ("22012", "Division by 0"),
    1366: (GENERAL, "Incorrect {} value: '{}' for column '{}' at row {}"),
    1406: ("22001", "Data too long for column '{}' at row {}"),
    1451: (
        "23000",
        "Cannot delete or update a parent row: a foreign key constraint fails ({})",
    ),
    1452: ("23000", "Cannot add or update a child row: a foreign key constraint fails ({})"),
    1582: ("42000", "Incorrect parameter count in the call to native function '{}'"),
    1690: ("22003", "{} value is out of range in '{}'"),
    1701: (
        "42000",
        "Cannot truncate a table referenced in a foreign key constraint ({})",
    ),
    1792: ("25006", "Cannot execute statement in a READ ONLY transaction."),
    1824: (GENERAL, "Failed to open the referenced table '{}'"),
    1835: (GENERAL, "Malformed communication packet."),
    3024: (
        GENERAL,
        "Query execution was interrupted, maximum statement execution time exceeded",
    ),
    3140: (
        "22032",
        "Invalid JSON text: \"{}\" at position {} in value for column '{}'.",
    ),
    3572: (
        GENERAL,
        "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set.",
    ),
    3819: (GENERAL, "Check constraint '{}' is violated."),
}


class MySQLError(NetmocksError):
    """One error, as a client gets it.

    Arguments:
        number: MySQL's number, such as 1062.
        text: what is said, instead of MySQL's own text.
        state: the SQLSTATE, of five characters; that of the number where left out.
    """

    def __init__(self, number: int, text: str = "", state: str = "") -> None:
        known_state, known_text = KNOWN.get(number, (GENERAL, f"error {number}"))
        self.number = number
        self.state = state or known_state
        self.text = text or known_text
        super().__init__(f"{number} ({self.state}): {self.text}")

    def __reduce__(self) -> "tuple[type[MySQLError], tuple[int, str, str]]":
        return MySQLError, (self.number, self.text, self.state)


def mysql_error(number: int, *about: object) -> MySQLError:
    """Return an error with MySQL's own text, filled with what it is about."""
    return MySQLError(number, KNOWN[number][1].format(*about))


def unsupported(what: str) -> MySQLError:
    """Return the error that refuses something by name."""
    return mysql_error(1235, what)
