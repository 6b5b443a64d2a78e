"""Refusal: what a statement is told that nobody here carries out."""

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.lexer import Statement

#: Words that begin statements of MySQL's; anything else is no SQL.
SQL_WORDS = frozenset(
    [
        "(",
        "ALTER",
        "ANALYZE",
        "BEGIN",
        "CACHE",
        "CALL",
        "CHANGE",
        "CHECK",
        "CHECKSUM",
        "CLONE",
        "COMMIT",
        "CREATE",
        "DEALLOCATE",
        "DELETE",
        "DESC",
        "DESCRIBE",
        "DO",
        "DROP",
        "EXECUTE",
        "EXPLAIN",
        "FLUSH",
        "GET",
        "GRANT",
        "HANDLER",
        "HELP",
        "IMPORT",
        "INSERT",
        "INSTALL",
        "KILL",
        "LOAD",
        "LOCK",
        "OPTIMIZE",
        "PREPARE",
        "PURGE",
        "RELEASE",
        "RENAME",
        "REPAIR",
        "REPLACE",
        "RESET",
        "RESIGNAL",
        "REVOKE",
        "ROLLBACK",
        "SAVEPOINT",
        "SELECT",
        "SET",
        "SHOW",
        "SHUTDOWN",
        "SIGNAL",
        "START",
        "STOP",
        "TABLE",
        "TRUNCATE",
        "UNINSTALL",
        "UNLOCK",
        "UPDATE",
        "USE",
        "VALUES",
        "WITH",
        "XA",
    ]
)


def unknown(statement: Statement) -> MySQLError:
    """Refuse a statement by name; one that begins with no word of SQL's is a syntax error."""
    if statement.verb not in SQL_WORDS:
        return mysql_error(1064, statement.text[:80], 1)
    return unsupported(" ".join(statement.text.split())[:60])
