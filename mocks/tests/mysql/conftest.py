"""What tests of the MySQL room share: a server, the mock or the real one, and clients of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pymysql
import pytest

from netmocks.mysql import MySQLMock, MySQLRelay, MySQLServer
from netmocks.mysql.reach import Reachable
from netmocks.mysql.server import installed


@pytest.fixture
def mysql() -> Iterator[MySQLMock]:
    with MySQLMock(accounts={"root": "123456"}) as mock:
        yield mock


@pytest.fixture(scope="session")
def real_server() -> Iterator[MySQLServer]:
    if installed() is None:
        pytest.skip("no MySQL server is installed: apt-get install mariadb-server")
    with MySQLServer() as server:
        yield server


@pytest.fixture
def relay(real_server: MySQLServer) -> Iterator[MySQLRelay]:
    with MySQLRelay(real_server.renew(accounts={"root": "123456"})) as relay:
        yield relay


@pytest.fixture(params=["mysql", "relay"])
def server(request: pytest.FixtureRequest) -> MySQLMock | MySQLRelay:
    """The mock, and the real server: what holds for one holds for the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def both(
    mysql: MySQLMock, relay: MySQLRelay, client_of: Callable[..., "Client"]
) -> tuple["Client", "Client"]:
    """A client of each, side by side."""
    return client_of(mysql), client_of(relay)


class Client:
    """A client that runs one statement after the other."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, sql: str, *parameters: Any) -> Any:
        """Return the rows of a statement, the number of rows it affected, or its error's number."""
        with self.connection.cursor() as cursor:
            try:
                affected = cursor.execute(sql, parameters or None)
            except pymysql.MySQLError as error:
                return f"error {error.args[0]}"
            return list(cursor.fetchall()) if cursor.description else affected

    def outcome(self, sql: str) -> Any:
        """Return what `run` does; for a change, also the id that it generated."""
        found = self.run(sql)
        return (found, self.connection.insert_id()) if isinstance(found, int) else found


@pytest.fixture
def client_of() -> Iterator[Callable[..., Client]]:
    """Connect to a server; the test's end closes what is open."""
    with ExitStack() as stack:

        def connect(server: Reachable, **options: Any) -> Client:
            arguments = {**server.login, "autocommit": True, "read_timeout": 20, **options}
            connection = pymysql.connect(**arguments)
            stack.callback(lambda: connection.close() if connection.open else None)
            return Client(connection)

        yield connect


@pytest.fixture
def client(server: Reachable, client_of: Callable[..., Client]) -> Client:
    return client_of(server)
