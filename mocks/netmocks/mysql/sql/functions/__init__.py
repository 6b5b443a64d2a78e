"""MySQL's functions, as SQLite calls them: one family a file."""

from netmocks.mysql.sql.functions import (
    calendar,
    clock,
    control,
    documents,
    networks,
    numbers,
    patterns,
    strings,
    weeks,
)
from netmocks.mysql.sql.functions.function import Function

#: By their names in capitals. What is not here is refused by name.
FUNCTIONS: dict[str, Function] = {
    **strings.FUNCTIONS,
    **numbers.FUNCTIONS,
    **calendar.FUNCTIONS,
    **weeks.FUNCTIONS,
    **clock.FUNCTIONS,
    **control.FUNCTIONS,
    **documents.FUNCTIONS,
    **networks.FUNCTIONS,
    **patterns.FUNCTIONS,
}

__all__ = ["FUNCTIONS", "Function"]
