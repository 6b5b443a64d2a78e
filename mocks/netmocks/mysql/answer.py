"""Answers: what a statement gives, before it is put into packets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.sql.table import Stored


@dataclass
class Done:
    """A statement without rows was done."""

    affected: int = 0
    insert_id: int = 0
    info: str = ""


@dataclass
class Rows:
    """Rows; they may come from the storage while they are sent."""

    columns: list[ResultColumn]
    rows: Iterable[tuple[Stored, ...]] = field(default_factory=list)


Answer = Done | Rows
