"""Observed: what a test may ask of a server whose statements are kept, the mock or the real one."""

import re
from collections.abc import Callable

from netmocks.mysql.rule import pattern_of
from netmocks.mysql.statement import Executed, Statements
from netmocks.record import PATIENCE, Sought, anything


class Observed:
    """A server that tells what clients ran."""

    #: what clients ran, waitable
    statements: Statements

    def wait_for_statement(
        self,
        statement: str | re.Pattern[str] | None = None,
        where: Callable[[Executed], object] = anything,
        *,
        timeout: float = PATIENCE,
    ) -> Executed:
        """Return the first statement, past or future, that fits.

        Arguments:
            statement: as for `on`; any where left out.
            where: a function of the statement.
            timeout: seconds.

        Raises:
            WaitTimeout: none came in time; the text lists those that did.
            MisuseError: called inside a running event loop, which it would block.
        """
        return self.statements.wait_for(_wanted(statement, where), timeout=timeout)

    async def wait_for_statement_async(
        self,
        statement: str | re.Pattern[str] | None = None,
        where: Callable[[Executed], object] = anything,
        *,
        timeout: float = PATIENCE,
    ) -> Executed:
        """`wait_for_statement` for coroutines."""
        return await self.statements.wait_for_async(_wanted(statement, where), timeout=timeout)


def _wanted(
    statement: str | re.Pattern[str] | None, where: Callable[[Executed], object]
) -> Sought[Executed]:
    pattern = None if statement is None else pattern_of(statement)
    said = [] if statement is None else [f"statement={statement!r}"]
    said += [] if where is anything else ["where=…"]

    def fits(done: Executed) -> bool:
        sql = done.sql.strip().removesuffix(";")
        return (pattern is None or pattern.fullmatch(sql) is not None) and bool(where(done))

    return Sought(fits, ", ".join(said))
