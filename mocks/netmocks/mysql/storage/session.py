"""Session: one client's work on the store.

It may block, in a thread of its own. In haste it does not: what has to wait, or takes longer than a
moment, is broken off with `Later`, and is to be run again in such a thread.
"""

import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from netmocks.mysql.answer import Answer, Done, Rows
from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error
from netmocks.mysql.protocol.capabilities import Status
from netmocks.mysql.sql.functions.function import integer, number
from netmocks.mysql.sql.lexer import Statement, statements
from netmocks.mysql.sql.plans import INFORMATION, Deletion, Insertion, Plan, Selection, Update
from netmocks.mysql.sql.table import Stored, Table
from netmocks.mysql.storage import information
from netmocks.mysql.storage.connection import Connection, Later
from netmocks.mysql.storage.control import CONTROL
from netmocks.mysql.storage.planning import plan_of
from netmocks.mysql.storage.refusal import unknown
from netmocks.mysql.storage.schema import SCHEMA
from netmocks.mysql.storage.show import LOOKING
from netmocks.mysql.storage.store import Database, Store
from netmocks.mysql.storage.transaction import Transaction
from netmocks.mysql.storage.variables import VERSION, Variables
from netmocks.mysql.storage.writer import Writer
from netmocks.mysql.type import BIGINT, DOUBLE, LONGBLOB, LONGTEXT, Type

#: Rows that are fetched at once.
BATCH = 256

#: Rows of a warning list (max_error_count).
MOST_WARNINGS = 1024

#: What answers say, by whether statements commit by themselves, and a transaction is open.
STATUS = {
    (False, False): 0,
    (False, True): int(Status.IN_TRANS),
    (True, False): int(Status.AUTOCOMMIT),
    (True, True): Status.AUTOCOMMIT | Status.IN_TRANS,
}

#: Statements that show the warnings of the one before.
LISTING = re.compile(r"SHOW\s+(?:WARNINGS|ERRORS)", re.IGNORECASE)

# sqlglot warns there of what it does not know: it is refused by name here.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


class Session:
    """What one client does.

    Arguments:
        store: the databases.
        number: the connection's id.
        user: who it is.
        database: the current database; "" for none.
        counts_found: whether an UPDATE's rows count though they stay as they are.
    """

    def __init__(
        self,
        store: Store,
        number: int = 0,
        user: str = "",
        database: str = "",
        *,
        counts_found: bool = False,
    ) -> None:
        self.store = store
        self.number = number
        self.user = user
        self.name = ""
        self.counts_found = counts_found
        self.variables = Variables()
        self.warnings: list[MySQLError] = []
        self.user_variables: dict[str, Stored] = {}
        self._last_insert_id = 0
        self._affected = -1
        self._found = 0
        self.read_only = False
        #: whether it runs where nothing may wait
        self.hurries = False
        self._stopped = threading.Event()
        if database:  # before there is anything to be closed
            self.use(database)
        self.connection = Connection(self._functions())
        self.transaction = Transaction(self.connection, f"connection {number}")

    # -- what it is ---------------------------------------------------------------------------

    @property
    def status(self) -> int:
        """What each answer says of the session."""
        return STATUS[self.variables.is_autocommit, self.transaction.is_open]

    @property
    def is_autocommit(self) -> bool:
        return self.variables.is_autocommit

    def use(self, name: str) -> None:
        """Change the current database.

        Raises:
            MySQLError: 1049, there is none of that name.
        """
        if name.lower() == INFORMATION:
            self.name = INFORMATION
            return
        self.store.get(name)
        self.name = name

    def reset(self) -> None:
        """Begin anew, as the same user in the same database (COM_RESET_CONNECTION)."""
        self.transaction.rollback()
        self.variables = Variables()
        self.warnings.clear()
        self.user_variables.clear()
        self._last_insert_id, self._affected, self._found = 0, -1, 0
        self.read_only = False
        self.connection.execute("PRAGMA foreign_keys = ON")

    def stop(self) -> None:
        """End what it does just now; from any thread."""
        self._stopped.set()
        self.transaction.cancel()
        self.connection.stop()

    def close(self) -> None:
        """Undo what was not committed, and let everything go."""
        try:
            self.transaction.rollback()
        except MySQLError:
            pass  # it was interrupted, which rolled it back
        finally:
            self.transaction.abandon()
            self.connection.close()

    # -- what a translation asks --------------------------------------------------------------

    def current(self, name: str = "") -> Database:
        """Return a database; "" is the current one.

        Raises:
            MySQLError: 1046, none is chosen; 1049, there is none of that name.
        """
        wanted = name or self.name
        if not wanted:
            raise mysql_error(1046)
        return self.store.get(wanted)

    def table(self, database: str, name: str) -> tuple[str, Table]:
        """Return a table, and its database's name.

        Raises:
            MySQLError: 1046, 1049 or 1146.
        """
        if (database or self.name).lower() == INFORMATION:
            return INFORMATION, information.table(name)
        found = self.current(database)
        return found.name, found.table(name)

    def variable(self, name: str, kind: str) -> int | str:
        """Return a system variable.

        Raises:
            MySQLError: 1193.
        """
        return self.variables.get(name)

    # -- statements ---------------------------------------------------------------------------

    def run(self, statement: Statement, values: Sequence[Stored] | None = None) -> Answer:
        """Carry out one statement.

        Arguments:
            statement: see `netmocks.mysql.sql.lexer.statements`.
            values: its lifted literals, with its parameters in their places.

        Raises:
            MySQLError: it is refused.
            Later: it has to wait, or takes long, in haste.
        """
        if statement.verb != "SHOW" or not LISTING.match(statement.shape):
            self.warnings.clear()
        given = statement.values if values is None else values
        try:
            answer = self._carry_out(statement, given)
        except MySQLError:
            self._affected = -1
            raise
        if isinstance(answer, Done):
            self._affected = answer.affected
        else:
            self._affected = -1
        return answer

    def _carry_out(self, statement: Statement, values: Sequence[Stored]) -> Answer:
        verb = statement.verb
        if verb in PLANNED:
            return self._do(plan_of(statement, self), values)
        method = VERBS.get(verb)
        if method is None:
            raise unknown(statement)
        if self.hurries and (verb not in BRIEF or self.transaction.is_large):
            raise Later
        return method(self, statement)

    # -- queries and changes ------------------------------------------------------------------

    def _do(self, plan: Plan, values: Sequence[Stored]) -> Answer:
        if self.hurries and not plan.may_hurry:
            raise Later
        if plan.databases:
            self.attach(plan.databases)
        if isinstance(plan, Insertion | Update):
            self.attach([plan.database])
        if isinstance(plan, Selection):
            return self._select(plan, values)
        self.begin_if_needed()
        if self.read_only:
            raise mysql_error(1792)
        if isinstance(plan, Deletion):
            return self._delete(plan, values)
        database = self.store.get(plan.database)
        if isinstance(plan, Insertion):  # not broken off: the ids that it has taken would be gone
            insert = partial(Writer.insert, plan=plan)
            return self._changed([(database, plan.table)], values, insert, plan.is_single)
        update = self._in_time(partial(Writer.update, plan=plan))
        return self._changed([(database, plan.table)], values, update)

    def change(self, plan: Insertion) -> Done:
        """Carry out a change that another statement is made of."""
        done = self._do(plan, ())
        assert isinstance(done, Done)
        return done

    def _delete(self, plan: Deletion, values: Sequence[Stored]) -> Done:
        targets = [(self.store.get(name), table) for name, table in plan.targets]
        delete = self._in_time(partial(Writer.delete, plan=plan, tables=targets))
        return self._changed(targets, values, delete, plan.is_direct)

    def _in_time(self, change: Callable[[Writer], Done]) -> Callable[[Writer], Done]:
        """Return a change that is broken off if it takes long, in haste."""
        if not self.hurries:
            return change

        def hurried(writer: Writer) -> Done:
            self.connection.hurry()
            try:
                return change(writer)
            finally:
                self.connection.take_time()

        return hurried

    def _changed(
        self,
        targets: Sequence[tuple[Database, Table]],
        values: Sequence[Stored],
        change: Callable[[Writer], Done],
        is_single: bool = False,
    ) -> Done:
        """Let a writer change tables, under their databases' locks."""
        self.lock([database for database, _ in targets])
        writer: Writer

        def attempt() -> Done:
            nonlocal writer  # an attempt on a stale snapshot counts nothing
            writer = Writer(
                self.connection,
                *targets[0],
                values,
                self.variables.is_strict,
                self.counts_found,
                self.warn,
            )
            return change(writer)

        done = self.transaction.write(attempt, is_single)
        if writer.generated:
            self._last_insert_id = writer.generated
        return done

    def lock(self, databases: Iterable[Database], seconds: float | None = None) -> None:
        wait = self.variables.lock_wait if seconds is None else seconds
        try:
            self.transaction.lock(databases, 0 if self.hurries else wait)
        except MySQLError:
            self.settle()
            if self.hurries:
                raise Later from None
            if self._stopped.is_set():
                raise mysql_error(1317) from None
            raise

    def settle(self) -> None:
        """Give back the locks of a statement that is a transaction by itself."""
        if not self.transaction.is_open:
            self.transaction.abandon()

    def warn(self, error: MySQLError) -> None:
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(error)

    def begin_if_needed(self) -> None:
        if not self.variables.is_autocommit:
            self.transaction.begin()
        if self.variables.reads_committed:
            self.transaction.refresh()

    def attach(self, names: Iterable[str]) -> None:
        for name in names:
            if name == INFORMATION:
                information.fill(self.connection, self.store)
            else:
                self.connection.attach(self.store.get(name))

    def _select(self, plan: Selection, values: Sequence[Stored]) -> Rows:
        if plan.databases:
            self.begin_if_needed()
        if plan.locks and self.transaction.is_open:
            self._lock_for_update(plan)
        if self.hurries:
            self.connection.hurry()
        try:
            cursor = self.connection.execute(plan.sql, values)
            batch = self._batch(cursor)
        finally:
            self.connection.take_time()
        if self.hurries and len(batch) == BATCH:
            cursor.close()
            raise Later
        columns = plan.columns if plan.is_typed else _columns(plan.columns, batch)
        return Rows(columns, self._rest(cursor, batch))

    def _lock_for_update(self, plan: Selection) -> None:
        databases = [self.store.get(name) for name in plan.locks]
        if not plan.waits:
            try:
                self.lock(databases, 0)
            except MySQLError:
                raise mysql_error(3572) from None
        self.lock(databases)
        self.transaction.refresh()

    def _batch(self, cursor: sqlite3.Cursor) -> list[tuple[Stored, ...]]:
        try:
            return cursor.fetchmany(BATCH)
        except (sqlite3.Error, OverflowError) as error:
            raise self.connection.error(error) from error

    def _rest(
        self, cursor: sqlite3.Cursor, batch: list[tuple[Stored, ...]]
    ) -> Iterator[tuple[Stored, ...]]:
        self._found = 0
        try:
            while batch:
                self._found += len(batch)
                yield from batch
                batch = self._batch(cursor) if len(batch) == BATCH else []
        finally:
            cursor.close()

    # -- transactions -------------------------------------------------------------------------

    def roll_back(self) -> None:
        """Undo the open transaction, as a ROLLBACK does, and a deadlock."""
        self.transaction.rollback()
        self.read_only = False

    # -- functions that know the session ------------------------------------------------------

    def _functions(self) -> dict[str, tuple[int, Callable[..., Any]]]:
        return {
            "my_database": (0, lambda: self.name or None),
            "my_user": (0, lambda: f"{self.user}@localhost"),
            "my_version": (0, lambda: VERSION),
            "my_connection_id": (0, lambda: self.number),
            "my_row_count": (0, lambda: self._affected),
            "my_found_rows": (0, lambda: self._found),
            "my_last_insert_id": (-1, self._last_id),
            "my_sleep": (1, self._sleep),
            "my_variable": (2, self.variable),
            "my_user_variable": (1, lambda name: self.user_variables.get(name)),
        }

    def _last_id(self, *arguments: Stored) -> int:
        if arguments:
            self._last_insert_id = integer(arguments[0])
        return self._last_insert_id

    def _sleep(self, seconds: Stored) -> int:
        if self.hurries:
            raise Later
        return int(self._stopped.wait(float(number(seconds))))

    # -- for a look from the test -------------------------------------------------------------

    def look(self, sql: str, parameters: Sequence[Stored] = ()) -> list[tuple[Stored, ...]]:
        """Run statements; return the rows of the last."""
        found: list[tuple[Stored, ...]] = []
        for statement in statements(sql):
            values = list(statement.values)
            for place, value in zip(statement.parameters, parameters, strict=True):
                values[place] = value
            answer = self.run(statement, values)
            found = list(answer.rows) if isinstance(answer, Rows) else []
        return found


def _columns(
    columns: list[ResultColumn], batch: Sequence[tuple[Stored, ...]]
) -> list[ResultColumn]:
    """Return the columns, those of unknown types with the types of their first values."""
    return [
        column
        if column.type.family != "null"
        else column._replace(type=_type_of([row[place] for row in batch]))
        for place, column in enumerate(columns)
    ]


def _type_of(values: Iterable[Stored]) -> Type:
    for value in values:
        match value:
            case None:
                continue
            case int():
                return BIGINT
            case float():
                return DOUBLE
            case bytes():
                return LONGBLOB
            case _:
                return LONGTEXT
    return LONGTEXT


#: Statements that are planned, and run by their plans.
PLANNED = frozenset(("SELECT", "WITH", "(", "INSERT", "REPLACE", "UPDATE", "DELETE"))

#: Others that neither wait nor take long.
BRIEF = frozenset(
    (
        "BEGIN",
        "START",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT",
        "RELEASE",
        "SET",
        "USE",
        "UNLOCK",
        "FLUSH",
    )
)

#: What carries out the others, by their verbs.
VERBS: dict[str, Callable[[Session, Statement], Answer]] = {**CONTROL, **LOOKING, **SCHEMA}
