"""Dialect: sqlglot's MySQL, with functions left as they are called.

sqlglot makes a node of its own kind of many functions, for it writes them in other dialects. Here
a function is looked up by its name, so it stays a name and its arguments.
"""

from functools import lru_cache
from typing import Any, ClassVar, cast

from sqlglot import exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import SqlglotError

from netmocks.mysql.error import MySQLError, mysql_error

MySQLParser: Any = MySQL.Parser


class Dialect(MySQL):
    """MySQL, for a translation of ours."""

    class Parser(MySQLParser):  # type: ignore[misc]  # made at run time
        """Parses calls as calls."""

        FUNCTIONS: ClassVar[dict[str, object]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, object]] = {
            name: parser
            for name, parser in MySQLParser.FUNCTION_PARSERS.items()
            if not name.startswith("JSON_")
        }


def _syntax_error(near: str, line: int) -> MySQLError:
    """Return MySQL's own error, and a word for who knows that the statement is right."""
    text = mysql_error(1064, near, line).text
    return MySQLError(
        1064, f"{text} (if it is right, this mock can't read it: use the real server)"
    )


@lru_cache(maxsize=512)
def parse(sql: str) -> exp.Expression:
    """Return the tree of one statement, which nobody changes: it is kept for the next time.

    Raises:
        MySQLError: 1064, it makes no sense.
    """
    try:
        tree = Dialect().parse(sql)
    except SqlglotError as error:
        details = getattr(error, "errors", None)
        near = f"{details[0]['highlight']}{details[0]['end_context']}" if details else sql
        raise _syntax_error(near.strip()[:80], details[0]["line"] if details else 1) from None
    found = [statement for statement in tree if statement is not None]
    if len(found) != 1:
        raise _syntax_error(sql[:80], 1)
    return cast("exp.Expression", found[0])
