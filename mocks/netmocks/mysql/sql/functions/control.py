"""Functions that choose."""

import uuid
from collections.abc import Sequence

from netmocks.mysql.sql.functions.function import Function, widest
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGTEXT, Type


def _coalesce(*values: Stored) -> Stored:
    return next((value for value in values if value is not None), None)


def _first(types: Sequence[Type]) -> Type:
    return types[0]


FUNCTIONS: dict[str, Function] = {
    "COALESCE": Function(_coalesce, widest, 1, -1),
    "IFNULL": Function(_coalesce, widest, 2, 2),
    "ISNULL": Function(lambda value: int(value is None), BIGINT, 1, 1),
    "NULLIF": Function(lambda one, other: None if one == other else one, _first, 2, 2),
    "UUID": Function(lambda: str(uuid.uuid1()), LONGTEXT, 0, 0, is_pure=False),
}
