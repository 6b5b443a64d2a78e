"""Transaction: what a session has begun and not ended, and the databases that it locks."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from netmocks.mysql.error import MySQLError, mysql_error
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.storage.connection import Connection, StaleSnapshot
from netmocks.mysql.storage.store import Database

T = TypeVar("T")

#: Changed rows from which on a commit or a rollback may take a while.
MANY = 1000


class Transaction:
    """The transaction of one session, or none.

    SQLite's snapshot begins with the first read, as InnoDB's does; one connection writes to a
    database at a time, and the others wait for its lock. A transaction that has only read, and now
    wants to write what others have written since, begins anew first: like InnoDB's, its change
    sees their rows.

    Arguments:
        connection: SQLite's.
        name: whose it is, for the error of who waited for its lock in vain.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._locked: list[Database] = []
        #: the database that it took a lock of last, or waits for
        self._waits_for: Database | None = None
        self._savepoints: list[str] = []
        self._has_written = False
        self._changes_before = 0

    def __str__(self) -> str:
        return self._name

    @property
    def is_open(self) -> bool:
        """Whether one has begun."""
        return self._connection.sqlite.in_transaction

    @property
    def is_large(self) -> bool:
        """Whether its end may take a while."""
        return self._connection.sqlite.total_changes - self._changes_before > MANY

    def begin(self) -> None:
        """Begin one, unless one is open."""
        if not self.is_open:
            self._connection.execute("BEGIN")

    def commit(self) -> None:
        """End it, and keep what it did."""
        if self.is_open:
            self._connection.execute("COMMIT")
        self._ended()

    def rollback(self) -> None:
        """End it, and undo what it did."""
        if self.is_open:
            self._connection.execute("ROLLBACK")
        self._ended()

    def _ended(self) -> None:
        if self._savepoints:
            self._savepoints.clear()
        self._has_written = False
        self._changes_before = self._connection.sqlite.total_changes
        self.abandon()

    def abandon(self) -> None:
        """Give its locks back."""
        for database in self._locked:
            database.lock.release(self)
        self._locked.clear()

    def refresh(self) -> None:
        """Let it see what others have committed since, if it has not written (READ COMMITTED)."""
        if self.is_open and not self._has_written:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN")
        for name in self._savepoints:
            self._connection.execute(f"SAVEPOINT {quoted(name)}")

    # -- locks --------------------------------------------------------------------------------

    def lock(self, databases: Iterable[Database], seconds: float) -> None:
        """Take the write locks of databases, until it ends.

        Raises:
            MySQLError: 1205, somebody else held one for so long.
        """
        for database in databases:
            self._waits_for = database
            if not database.lock.acquire(self, seconds):
                owner = database.lock.owner or "another connection"
                text = (
                    "Lock wait timeout exceeded; try restarting transaction (this mock locks a"
                    f" whole database: {owner} has written to {database.name!r}"
                    " and not ended its transaction)"
                )
                raise MySQLError(1205, text)
            if database not in self._locked:
                self._locked.append(database)

    def cancel(self) -> None:
        """Wait for no lock any more; from any thread."""
        if self._waits_for is not None:
            self._waits_for.lock.cancel(self)

    # -- savepoints ---------------------------------------------------------------------------

    def save(self, name: str) -> None:
        """Set a savepoint; an earlier one of that name is forgotten."""
        key = name.lower()
        if key in self._savepoints:
            self._savepoints.remove(key)
        self._connection.execute(f"SAVEPOINT {quoted(key)}")
        self._savepoints.append(key)

    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint.

        Raises:
            MySQLError: 1305, there is none of that name.
        """
        place = self._find(name)
        self._connection.execute(f"ROLLBACK TO {quoted(name.lower())}")
        del self._savepoints[place + 1 :]

    def release(self, name: str) -> None:
        """Forget a savepoint.

        Raises:
            MySQLError: 1305, there is none of that name.
        """
        place = self._find(name)
        self._connection.execute(f"RELEASE {quoted(name.lower())}")
        del self._savepoints[place:]

    def _find(self, name: str) -> int:
        if not self.is_open or name.lower() not in self._savepoints:
            raise MySQLError(1305, f"SAVEPOINT {name} does not exist", "42000")
        return self._savepoints.index(name.lower())

    # -- statements ---------------------------------------------------------------------------

    def write(self, change: Callable[[], T], is_single: bool = False) -> T:
        """Run the change that a statement makes: wholly, or not at all.

        Arguments:
            change: what it does.
            is_single: whether it changes by one statement of SQLite's, which is whole by itself.
        """
        if self.is_open:
            result = self._attempt(change, is_single)
            self._has_written = True
            return result
        try:
            if not is_single:
                self._connection.execute("BEGIN")
            result = change()
            if not is_single:
                self._connection.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise
        self._ended()
        return result

    def _attempt(self, change: Callable[[], T], is_single: bool) -> T:
        run = change if is_single else partial(self._whole, change)
        try:
            return run()
        except StaleSnapshot:
            if self._has_written:
                self.rollback()
                raise mysql_error(1213) from None
            self._begin_anew()
            return run()

    def _whole(self, change: Callable[[], T]) -> T:
        self._connection.execute('SAVEPOINT "a statement"')
        try:
            return change()
        except BaseException:
            if self.is_open:
                self._connection.execute('ROLLBACK TO "a statement"')
            raise
        finally:
            if self.is_open:
                self._connection.execute('RELEASE "a statement"')
