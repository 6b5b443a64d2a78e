"""Rule: what a statement gets instead of what the storage would say, or what befalls it."""

import asyncio
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Self

from netmocks import rule
from netmocks.errors import MisuseError
from netmocks.mysql.answer import Answer, Done, Rows
from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import KNOWN, MySQLError
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.statement import Executed
from netmocks.mysql.type import BIGINT, DOUBLE, LONGBLOB, LONGTEXT, Type
from netmocks.record import Record
from netmocks.slice import Slice

#: Stands for any text in a pattern.
ANYTHING = re.compile(r"…|\.\.\.")

#: Numbers of errors that also undo the transaction (InnoDB Error Handling).
UNDOING = (1213,)


def pattern_of(given: str | re.Pattern[str]) -> re.Pattern[str]:
    """Return the pattern of the statements that a rule is for.

    Raises:
        MisuseError: it is neither text nor a pattern.
    """
    if isinstance(given, re.Pattern):
        return given
    if not isinstance(given, str) or not given.strip():
        raise MisuseError(
            f"on({given!r}): a statement is SQL text, in which … stands for anything, or a"
            ' re.Pattern: mysql.on("INSERT INTO role …")'
        )
    pieces = [re.escape(piece) for piece in ANYTHING.split(" ".join(given.split()))]
    text = ".*".join(piece.replace(r"\ ", r"\s+") for piece in pieces)
    return re.compile(text.removesuffix(";"), re.IGNORECASE | re.DOTALL)


class Gate:
    """Holds statements until it is released."""

    def __init__(self) -> None:
        self._released: Future[None] = Future()

    def release(self) -> None:
        """Let them go on, and those that come later."""
        if not self._released.done():
            self._released.set_result(None)

    async def passed(self) -> None:
        """Return once it is released."""
        # Shielded: the end of one connection must not open the gate for the others.
        await asyncio.shield(asyncio.wrap_future(self._released))


@dataclass
class Treatment:
    """What befalls a statement."""

    #: gives its answer, or raises it; None where the storage answers
    answer: Callable[[], Answer] | None = None
    #: what lets it go on; None: it is not held
    gate: Gate | None = None
    #: seconds that it waits before anything else happens
    delay: float = 0.0
    #: rows after which the connection is lost; None: it is not
    cut: int | None = None


class Rule(rule.Rule[Executed, Treatment]):
    """One rule of a `MySQLMock`; made by `MySQLMock.on`.

    Until it is told what to do, it does nothing but watch.

    Arguments:
        pattern: matches the statements that it is for.
        mock, times, required, spelling: see `netmocks.rule.Rule`.
        statements: those of its mock.
    """

    noun = "statement"

    def __init__(
        self,
        mock: rule.Ruled,
        pattern: re.Pattern[str],
        statements: Record[Executed],
        *,
        times: int | None,
        required: bool,
        spelling: str,
    ) -> None:
        self.pattern = pattern
        self.treatment = Treatment()
        calls = Slice(statements, lambda done: done.rule is self)
        super().__init__(
            mock, calls, self.treatment, times=times, required=required, spelling=spelling
        )

    # -- what it does -------------------------------------------------------------------------

    def rows(
        self,
        rows: Iterable[Sequence[Stored] | Mapping[str, Stored]],
        columns: Sequence[str] = (),
    ) -> Self:
        """Answer with these rows.

        Arguments:
            rows: mappings from columns to values, or sequences of values.
            columns: their names, where the rows do not say.

        Raises:
            MisuseError: rows whose columns have no names, or that differ in length.
        """
        listed = list(rows)
        names = list(columns)
        if listed and isinstance(listed[0], Mapping):
            names = names or list(listed[0])
        values = [
            tuple(row[name] for name in names) if isinstance(row, Mapping) else tuple(row)
            for row in listed
        ]
        if not names:
            raise MisuseError(
                f'{self.spelling}.rows(…): name the columns: .rows([(1, "a")], ["id", "name"])'
            )
        for row in values:
            if len(row) != len(names):
                raise MisuseError(f"{self.spelling}.rows(…): {row!r} has not the columns {names!r}")
        shown = [
            ResultColumn(name, _type_of([row[place] for row in values]))
            for place, name in enumerate(names)
        ]
        self.treatment.answer = lambda: Rows(shown, list(values))
        return self

    def ok(self, affected: int = 0, insert_id: int = 0) -> Self:
        """Answer that it is done, without doing it."""
        self.treatment.answer = lambda: Done(affected, insert_id)
        return self

    def error(self, number: int, text: str = "", state: str = "") -> Self:
        """Answer with an error; 1213 (deadlock) also undoes the transaction, as MySQL does.

        Arguments:
            number: MySQL's number, such as 1205.
            text: MySQL's own, where left out.
            state: the SQLSTATE; that of the number where left out.

        Raises:
            MisuseError: it is no number; or no such number is known, and no text is given.
        """
        if not isinstance(number, int):
            raise MisuseError(
                f"error({number!r}): MySQL's errors have numbers: .error(1213) is a deadlock,"
                " .error(1205) a lock that was waited for too long"
            )
        if number not in KNOWN and not text:
            raise MisuseError(f"error({number}): what does it say? write .error({number}, '…')")

        def refuse() -> Answer:
            raise MySQLError(number, text, state)

        self.treatment.answer = refuse
        return self

    def lose_connection(self, after_rows: int = 0) -> Self:
        """Let the statement be done, and cut the connection in the middle of its answer.

        Arguments:
            after_rows: rows that still arrive.
        """
        self.treatment.cut = after_rows
        return self

    def delay(self, seconds: float) -> Self:
        """Let the statement wait so long, and be answered then.

            mysql.on("SELECT … FROM report …").delay(2).error(3024)

        Arguments:
            seconds: how long.

        Raises:
            MisuseError: no such time can pass.
        """
        if not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
            raise MisuseError(f"{self.spelling}.delay({seconds!r}): give seconds, such as 0.5")
        self.treatment.delay = seconds
        return self

    def hold(self) -> Gate:
        """Let the statement wait until `release()` of what this returns is called."""
        self.treatment.gate = Gate()
        return self.treatment.gate

    # -- for its mock -------------------------------------------------------------------------

    def matches(self, sql: str) -> bool:
        """Whether it applies to a statement."""
        return (
            not self.is_spent and self.pattern.fullmatch(sql.strip().removesuffix(";")) is not None
        )


def _type_of(values: Iterable[Stored]) -> Type:
    for value in values:
        match value:
            case int():
                return BIGINT
            case float():
                return DOUBLE
            case bytes():
                return LONGBLOB
            case str():
                return LONGTEXT
    return LONGTEXT
