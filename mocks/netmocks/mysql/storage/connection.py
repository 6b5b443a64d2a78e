"""Connection: SQLite, with MySQL's functions, collations and comparisons in it."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from time import perf_counter
from typing import Any

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.functions import FUNCTIONS
from netmocks.mysql.sql.order import COLLATIONS
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.storage.operators import AGGREGATES, OPERATORS, WINDOWS
from netmocks.mysql.storage.store import Database

#: Databases that one connection of SQLite can see.
MOST_DATABASES = 10

#: Seconds that SQLite itself waits for a file; the write locks leave it nothing to wait for.
BUSY = 5.0

#: What SQLite says of a function that it was not given yet.
MISSING = re.compile(r"no such function: (my_\w+)")

#: Steps of SQLite's machine (some tens of microseconds) after which it asks whether to go on.
STEPS = 2000

#: Seconds that a query may take in haste.
MOMENT = 0.003

NEVER = float("inf")

#: What a function of MySQL's raises that was given what it can't handle.
WRONG = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Connection:
    """One connection of SQLite; all databases that a session has used are attached to it.

    SQLite is given a function of ours when a statement first needs it: few need any, and there
    are many.

    Arguments:
        session_functions: functions that know the session, by SQLite's names; with their arity.
    """

    def __init__(self, session_functions: dict[str, tuple[int, Callable[..., Any]]]) -> None:
        self.sqlite = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, timeout=BUSY
        )
        #: what a function of ours raised; SQLite itself only says that one did
        self.failure: Exception | None = None
        #: when what runs in haste is broken off
        self._deadline = NEVER
        self._is_stopped = False
        self._attached: list[Database] = []
        self._session_functions = session_functions
        self._given: set[str] = set()
        self.sqlite.execute("PRAGMA foreign_keys = ON")
        self.sqlite.set_progress_handler(self._has_to_end, STEPS)
        for name, compare in COLLATIONS.items():
            self.sqlite.create_collation(name, compare)

    # -- functions ----------------------------------------------------------------------------

    def _gives_what_lacks(self, error: Exception) -> bool:
        """Give SQLite the function that it does not know yet; false if that is not its trouble."""
        missing = MISSING.search(str(error))
        if missing is None or missing[1] in self._given:
            return False
        self._given.add(missing[1])
        return self._give(missing[1])

    def _give(self, name: str) -> bool:
        if name in WINDOWS:
            self.sqlite.create_window_function(name, 1, WINDOWS[name])
        elif name in AGGREGATES:
            arity, kind = AGGREGATES[name]
            self.sqlite.create_aggregate(name, arity, self._guarded_class(kind))
        elif name in self._session_functions:
            arity, call = self._session_functions[name]
            self._register(name, arity, call, pure=False)
        elif name in OPERATORS:
            self._register(name, *OPERATORS[name])
        else:
            function = FUNCTIONS.get(name.removeprefix("my_").upper())
            if function is None:
                return False
            self._register(name, -1, function.call, pure=function.is_pure)
        return True

    def _register(
        self, name: str, arity: int, call: Callable[..., Any], *, pure: bool = True
    ) -> None:
        def guarded(*arguments: Any) -> Any:
            try:
                return call(*arguments)
            except WRONG as error:  # what no test has thought of is refused, too
                function = name.removeprefix("my_").upper()
                self.failure = unsupported(f"{function}() of these arguments ({error})")
                raise
            except Exception as error:
                self.failure = error
                raise

        self.sqlite.create_function(name, arity, guarded, deterministic=pure)

    def _guarded_class(self, kind: type[Any]) -> type[Any]:
        """Return an aggregate that tells what it raised."""
        connection = self

        class Guarded(kind):  # type: ignore[misc]  # the class is given
            def step(self, *arguments: Any) -> None:
                try:
                    super().step(*arguments)
                except Exception as error:
                    connection.failure = error
                    raise

        return Guarded

    # -- haste --------------------------------------------------------------------------------

    def hurry(self) -> None:
        """Break off, with `Later`, what takes longer than a moment from now."""
        self._deadline = perf_counter() + MOMENT

    def take_time(self) -> None:
        """Let everything take its time again."""
        self._deadline = NEVER

    def check_time(self) -> None:
        """Look at the clock, in work of many small statements.

        Raises:
            Later: the moment is over.
        """
        if self._is_late():
            raise Later

    def stop(self) -> None:
        """End what runs, and what is still to begin; from any thread."""
        self._is_stopped = True
        self.sqlite.interrupt()  # which what has not begun yet does not notice

    def _has_to_end(self) -> bool:
        return self._is_stopped or self._is_late()

    def _is_late(self) -> bool:
        return perf_counter() > self._deadline

    # -- databases ----------------------------------------------------------------------------

    def attach(self, database: Database) -> None:
        """Make a database's tables reachable by its name."""
        if database in self._attached:
            return
        for known in self._attached:
            if known.name == database.name:  # dropped, and made anew
                self.detach(known)
                break
        if len(self._attached) == MOST_DATABASES - 1:
            raise unsupported(f"more than {MOST_DATABASES - 1} databases on one connection")
        self.sqlite.execute(f"ATTACH ? AS {quoted(database.name)}", (str(database.path),))
        if not self.sqlite.in_transaction:  # within one, SQLite would not change it any more
            self.sqlite.execute(f"PRAGMA {quoted(database.name)}.synchronous = OFF")
        self._attached.append(database)

    def detach(self, database: Database) -> None:
        """Let a database go."""
        if database in self._attached:
            self._attached.remove(database)
            self.sqlite.execute(f"DETACH {quoted(database.name)}")

    # -- statements ---------------------------------------------------------------------------

    def execute(self, sql: str, values: Sequence[Stored] = ()) -> sqlite3.Cursor:
        """Run one statement of SQLite's.

        Raises:
            MySQLError: SQLite, or a function of ours, refused it.
            Later: it takes too long, in haste.
            sqlite3.IntegrityError: a constraint was violated: the caller knows what it means.
        """
        try:
            return self.sqlite.execute(sql, _bound(sql, values) if values else ())
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OverflowError) as error:
            if self._gives_what_lacks(error):
                return self.execute(sql, values)
            raise self.error(error) from error

    def error(self, error: Exception) -> Exception:
        """Return what MySQL says where SQLite raised this."""
        failure, self.failure = self.failure, None
        if failure is not None:
            return failure
        message = str(error)
        if "interrupted" in message:
            return Later() if self._is_late() else mysql_error(1317)
        if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY_SNAPSHOT":
            return StaleSnapshot()
        if "locked" in message:
            return mysql_error(1205)
        if "no such table" in message:  # those of statements are known: it is a key's parent
            parent = message.rpartition(" ")[2].replace(".", "`.`")
            return mysql_error(1452, f"there is no table `{parent}`")
        if "integer overflow" in message:
            return mysql_error(1690, "BIGINT", "SUM()")
        return unsupported(f"this statement (SQLite: {message})")

    def close(self) -> None:
        """Close it; an open transaction is rolled back."""
        self.sqlite.close()
        self._session_functions.clear()  # they would keep the session for the garbage collector


class Later(Exception):
    """A statement would have to wait, or takes too long, where it is run in haste.

    Nothing of it is done: it is to be run again where it may take its time.
    """


class StaleSnapshot(MySQLError):
    """Others have written since the transaction first read: it has to begin anew to write."""

    def __init__(self) -> None:
        super().__init__(1213)

    def __reduce__(self) -> Any:
        return StaleSnapshot, ()


#: What is quoted in SQLite's SQL, and a parameter by its number.
PARAMETER = re.compile(r"\"[^\"]*\"|'[^']*'|:v(\d+)")


def _bound(sql: str, values: Sequence[Stored]) -> Sequence[Stored] | dict[str, Stored]:
    """Return what the parameters of a statement get: by their names, or where they have none, all.

    Numbers would do, but from 3.14 on Python takes them for names, and warns of it from 3.12 on.
    """
    if used := _used(sql):
        return {name: values[place] for name, place in used.items()}
    return values if "?" in sql else ()


@lru_cache(maxsize=2048)
def _used(sql: str) -> dict[str, int]:
    """Return the names of a statement's parameters, and their places among the values."""
    numbers = [found[1] for found in PARAMETER.finditer(sql) if found[1]]
    return {f"v{number}": int(number) - 1 for number in numbers}
