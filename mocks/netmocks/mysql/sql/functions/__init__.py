"""MySQL's functions, as SQLite calls them: one family a file."""

from netmocks.mysql.sql.functions import calendar, control, documents, numbers, strings
from netmocks.mysql.sql.functions.function import Function

#: By their names in capitals. What is not here is refused by name.
FUNCTIONS: dict[str, Function] = {
    **strings.FUNCTIONS,
    **numbers.FUNCTIONS,
    **calendar.FUNCTIONS,
    **control.FUNCTIONS,
    **documents.FUNCTIONS,
}

__all__ = ["FUNCTIONS", "Function"]
