"""MySQLMock: a MySQL server that keeps its data in SQLite."""

import asyncio
import importlib.util
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Literal, Self, Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mock import MockOptions, StreamMock
from netmocks.mysql.observed import Observed
from netmocks.mysql.reach import Reachable
from netmocks.mysql.rule import Rule, pattern_of
from netmocks.mysql.statement import Executed, Statements

Authentication = Literal["caching_sha2_password", "mysql_native_password"]

PLUGINS = ("caching_sha2_password", "mysql_native_password")

#: What the mock needs besides what is always there.
NEEDED = "sqlglot"


class MySQLMock(Observed, StreamMock, Reachable):
    """A MySQL 8 server: its protocol, its SQL, its errors; the data are in SQLite.

        with MySQLMock(accounts={"root": "123456"}, databases=["test"]) as server:
            connection = mysql.connector.connect(**server.login)

    What it does not understand it refuses by name, with error 1235. The data go when it stops.

    Arguments:
        accounts: user names and their passwords; where left out, anybody may log in.
        databases: those that exist from the start.
        authentication: how clients prove that they know a password.
        cached: whether the accounts have logged in before: with caching_sha2_password, the first
            login of an account otherwise takes the full exchange, over TLS or RSA.
        options: see `MockOptions`. TLS is always offered, never from the first byte.

    Raises:
        MisuseError: an option that makes no sense, or sqlglot is not installed.
    """

    default_name = "mysql"

    def __init__(
        self,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] = ("test",),
        authentication: Authentication = "caching_sha2_password",
        cached: bool = True,
        spelling: str = "mysql",
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        _check(accounts, databases, authentication)
        if any(endpoint.tls for endpoint in self.endpoints):
            raise MisuseError("tls=True: MySQL's TLS begins within the dialogue, and is offered")
        self.accounts = None if accounts is None else dict(accounts)
        self.authentication = authentication
        #: accounts that take the fast path of caching_sha2_password
        self.remembered = set(self.accounts or ()) if cached else set()
        self.statements = Statements(limit=LIMIT)
        self.databases = tuple(databases)
        self._spelling = spelling
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def start(self) -> Self:
        # Here, and not above: sqlglot takes a while to import, and a mock may never start.
        from netmocks.mysql.storage.store import Store

        self.store = Store(self.databases)
        try:
            return super().start()
        except BaseException:
            self.store.close()
            raise

    def stop(self) -> None:
        was_running = self.running
        super().stop()
        if was_running:
            self.store.close()

    # -- what it is told ----------------------------------------------------------------------

    def on(
        self, statement: str | re.Pattern[str], *, times: int | None = None, required: bool = True
    ) -> Rule:
        """Return a rule for a statement: what it gets instead, or what befalls it.

            mysql.on("SELECT … FROM role …").rows([{"id": 1, "name": "Mary"}])
            mysql.on("UPDATE …", times=1).error(1213)

        The newest rule that matches applies.

        Arguments:
            statement: SQL, in which … (or ...) stands for anything, and neither case nor the
                kind of white space matter; or a pattern for the whole statement.
            times: how often it applies, at most.
            required: whether it is a finding if it never applies.

        Raises:
            MisuseError: the statement is none, or times that no rule can have.
        """
        rule = Rule(
            self,
            pattern_of(statement),
            self.statements,
            times=times,
            required=required,
            spelling=f"{self._spelling}.on({statement!r})",
        )
        with self._lock:
            self._rules.insert(0, rule)
        return rule

    def remove(self, rule: Rule) -> None:
        """Withdraw a rule; what it saw stays readable."""
        with self._lock:
            self._rules.remove(rule)

    def query(self, sql: str, *parameters: float | str | bytes | None) -> list[tuple]:  # type: ignore[type-arg]  # rows of any shape
        """Run statements for the test itself: no client, no journal; return the last one's rows.

        Decimals and moments come as text, as they are stored.

        Arguments:
            sql: one or more statements of MySQL's SQL.
            parameters: what stands for each `?`.

        Raises:
            MySQLError: a statement is refused.
        """
        from netmocks.mysql.storage.session import Session

        self.address  # noqa: B018  # a mock that does not run has no data either
        database = self.databases[0] if self.databases else ""
        session = Session(self.store, user="the test", database=database)
        try:
            return session.look(sql, parameters)
        finally:
            session.close()

    # -- for its engines ----------------------------------------------------------------------

    @property
    def is_ruled(self) -> bool:
        """Whether there is any rule."""
        return bool(self._rules)

    def rule_for(self, sql: str, *, counts: bool = True) -> Rule | None:
        """Return the rule that applies to a statement, and count that it did."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(sql):
                    if counts:
                        rule.next_answer()
                    return rule
        return None

    def note(self, done: Executed, size: int = 0) -> None:
        """Keep what a client ran, with the bytes that its rows have."""
        self.site.note_event(done.connection, done)
        self.statements.append(done, len(done.sql) + size)

    def _engine(self) -> asyncio.BaseProtocol:
        from netmocks.mysql.engine import MySQLEngine

        return MySQLEngine(self)

    def _conclude(self) -> None:
        for rule in self._rules:
            rule.report_unused()


def _check(
    accounts: Mapping[str, str] | None, databases: Sequence[str], authentication: str
) -> None:
    if NEEDED not in sys.modules and importlib.util.find_spec(NEEDED) is None:
        raise MisuseError("a MySQL mock needs sqlglot: pip install 'netharness[mysql]'")
    if accounts is not None and not isinstance(accounts, Mapping):
        raise MisuseError(
            f"accounts={accounts!r}: map user names to passwords: accounts={{'root': '123456'}}"
        )
    if isinstance(databases, str):
        raise MisuseError(f"databases={databases!r}: it is a list: databases=[{databases!r}]")
    if authentication not in PLUGINS:
        raise MisuseError(f"authentication={authentication!r}: it is one of {', '.join(PLUGINS)}")
