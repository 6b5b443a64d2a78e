"""ResultColumn: what a client is told of a column of an answer."""

from typing import NamedTuple

from netmocks.mysql.type import Type


class ResultColumn(NamedTuple):
    """One column of an answer."""

    #: what it is called in the answer
    name: str
    type: Type
    #: where it comes from; "" for what is computed
    database: str = ""
    #: the name or alias of its table in the statement
    table: str = ""
    #: its table's own name
    original_table: str = ""
    #: its own name in that table
    original_name: str = ""
    #: column flags besides those of the type
    flags: int = 0
