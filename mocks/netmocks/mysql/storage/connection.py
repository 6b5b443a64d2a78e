"""Connection: SQLite, with MySQL's functions, collations and comparisons in it."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql import moment
from netmocks.mysql.sql.aggregates import Average, GroupConcat, Sum
from netmocks.mysql.sql.functions import FUNCTIONS
from netmocks.mysql.sql.functions import numbers as arithmetic
from netmocks.mysql.sql.functions.function import number, text
from netmocks.mysql.sql.order import COLLATIONS, folded
from netmocks.mysql.sql.scope import quoted
from netmocks.mysql.sql.table import Column, Stored
from netmocks.mysql.sql.values import accept, written
from netmocks.mysql.storage.store import Database
from netmocks.mysql.type import Type

#: Databases that one connection of SQLite can see.
MOST_DATABASES = 10

#: Seconds that SQLite itself waits for a file; the write locks leave it nothing to wait for.
BUSY = 5.0

#: SQLite's functions of which MySQL's statements have other forms.
OPERATORS: dict[str, Callable[..., Any]] = {
    "my_add": arithmetic.calculate(lambda a, b: a + b),
    "my_subtract": arithmetic.calculate(lambda a, b: a - b),
    "my_multiply": arithmetic.calculate(lambda a, b: a * b),
    "my_divide": arithmetic.divide,
    "my_divide_whole": arithmetic.divide_whole,
}


class Connection:
    """One connection of SQLite; all databases that a session has used are attached to it.

    Arguments:
        session_functions: functions that know the session, by SQLite's names; with their arity.
    """

    def __init__(self, session_functions: dict[str, tuple[int, Callable[..., Any]]]) -> None:
        self.sqlite = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, timeout=BUSY
        )
        #: what a function of ours raised; SQLite itself only says that one did
        self.failure: Exception | None = None
        self._attached: list[Database] = []
        self.sqlite.execute("PRAGMA foreign_keys = ON")
        for name, compare in COLLATIONS.items():
            self.sqlite.create_collation(name, compare)
        for name, function in FUNCTIONS.items():
            self._register(f"my_{name.lower()}", -1, function.call, pure=function.is_pure)
        for name, call in OPERATORS.items():
            self._register(name, 2, _unless_null(call))
        self._register("my_number", 1, _number)
        self._register("my_checked", 1, _checked)
        self._register("my_like", 4, _like)
        self._register("my_regexp", 2, _regexp)
        self._register("my_moment", 3, _moment)
        self._register("my_cast", 4, _cast)
        for name, (arity, call) in session_functions.items():
            self._register(name, arity, call, pure=False)
        self.sqlite.create_window_function("my_sum", 1, Sum)
        self.sqlite.create_window_function("my_avg", 1, Average)
        self.sqlite.create_aggregate("my_group_concat", -1, self._guarded_class(GroupConcat))
        self.sqlite.create_aggregate("my_single", 1, self._guarded_class(_Single))

    def _register(
        self, name: str, arity: int, call: Callable[..., Any], *, pure: bool = True
    ) -> None:
        def guarded(*arguments: Any) -> Any:
            try:
                return call(*arguments)
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

    def execute(self, sql: str, values: Sequence[Stored] = ()) -> sqlite3.Cursor:
        """Run one statement of SQLite's.

        Raises:
            MySQLError: SQLite, or a function of ours, refused it.
            sqlite3.IntegrityError: a constraint was violated: the caller knows what it means.
        """
        try:
            return self.sqlite.execute(sql, values[: _used(sql)] if values else ())
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OverflowError) as error:
            raise self.error(error) from error

    def error(self, error: Exception) -> Exception:
        """Return what MySQL says where SQLite raised this."""
        failure, self.failure = self.failure, None
        if isinstance(failure, MySQLError):
            return failure
        if failure is not None:
            return failure
        message = str(error)
        if "interrupted" in message:
            return mysql_error(1317)
        if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY_SNAPSHOT":
            return StaleSnapshot()
        if "locked" in message:
            return mysql_error(1205)
        if "integer overflow" in message:
            return mysql_error(1690, "BIGINT", "SUM()")
        return unsupported(f"this statement (SQLite: {message})")

    def close(self) -> None:
        """Close it; an open transaction is rolled back."""
        self.sqlite.close()


class StaleSnapshot(MySQLError):
    """Others have written since the transaction first read: it has to begin anew to write."""

    def __init__(self) -> None:
        super().__init__(1213)

    def __reduce__(self) -> Any:
        return StaleSnapshot, ()


class _Single:
    """The value of a subquery that may have one row at most."""

    def __init__(self) -> None:
        self._value: Stored = None
        self._count = 0

    def step(self, value: Stored) -> None:
        self._count += 1
        if self._count > 1:
            raise mysql_error(1242)
        self._value = value

    def finalize(self) -> Stored:
        return self._value


#: What is quoted in SQLite's SQL, and a parameter by its number.
PARAMETER = re.compile(r"\"[^\"]*\"|'[^']*'|\?(\d+)")


@lru_cache(maxsize=2048)
def _used(sql: str) -> int | None:
    """Return how many parameters a statement has; None where they have no numbers."""
    numbers = [int(found[1]) for found in PARAMETER.finditer(sql) if found[1]]
    if numbers:
        return max(numbers)
    return None if "?" in sql else 0


def _unless_null(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda one, other: None if one is None or other is None else call(one, other)


def _number(value: Stored) -> Stored:
    if value is None or isinstance(value, int | float):
        return value
    found = number(value)
    return found if isinstance(found, int) else float(found)


def _checked(value: Stored) -> Stored:
    """Return the result of integer arithmetic, which SQLite makes a float where it overflows."""
    if isinstance(value, float):
        raise mysql_error(1690, "BIGINT", written(value))
    return value


def _like(value: Stored, pattern: Stored, escape: Stored, binary: int) -> Stored:
    if value is None or pattern is None:
        return None
    shown, wanted = text(value), text(pattern)
    if not binary:
        shown, wanted = folded(shown), folded(wanted)
    return int(_like_pattern(wanted, text(escape)).fullmatch(shown) is not None)


@lru_cache(maxsize=512)
def _like_pattern(wanted: str, escape: str) -> re.Pattern[str]:
    pieces, place = [], 0
    while place < len(wanted):
        letter = wanted[place]
        if letter == escape and place + 1 < len(wanted):
            place += 1
            pieces.append(re.escape(wanted[place]))
        elif letter == "%":
            pieces.append(".*")
        elif letter == "_":
            pieces.append(".")
        else:
            pieces.append(re.escape(letter))
        place += 1
    return re.compile("".join(pieces), re.DOTALL)


def like(value: str, pattern: str) -> bool:
    """Whether a name matches the pattern of a SHOW … LIKE."""
    return bool(_like(value, pattern, "\\", 0))


def _regexp(value: Stored, pattern: Stored) -> Stored:
    if value is None or pattern is None:
        return None
    try:
        return int(re.search(text(pattern), text(value), re.IGNORECASE) is not None)
    except re.error as error:
        raise MySQLError(3685, f"Illegal argument to a regular expression: {error}") from None


def _moment(value: Stored, kind: str, scale: int) -> Stored:
    """Return a moment as a column of a type would have it, so that texts compare."""
    if value is None:
        return None
    shown = text(value)
    if kind == "time":
        span = moment.duration(shown)
        return shown if span is None else moment.time_text(span, scale)
    when = moment.parsed(shown)
    if when is None:
        return shown
    if kind == "date":
        return moment.full_text(shown)
    exact = when.microsecond % 10 ** (6 - scale) == 0
    return moment.datetime_text(when, scale if exact else 6)


def _cast(value: Stored, name: str, length: int, scale: int) -> Stored:
    """Return a value as CAST makes it."""
    if value is None:
        return None
    kind = Type(name, None if length < 0 else length, scale)
    if kind.family == "integer":
        found = number(value)
        return (
            int(found + (0.5 if found >= 0 else -0.5)) if isinstance(found, float) else int(found)
        )
    if kind.family == "decimal":
        return accept(Column("CAST", kind), str(number(value)))
    if kind.family == "real":
        return float(number(value))
    if kind.family == "bytes":
        data = value if isinstance(value, bytes) else text(value).encode()
        return data if kind.length is None else data[: kind.length].ljust(kind.length, b"\0")
    if kind.family == "temporal":
        try:
            return accept(Column("CAST", kind), value)
        except MySQLError:
            return None  # with a warning, as MySQL does
    shown = text(value)
    return shown if kind.length is None else shown[: kind.length]
