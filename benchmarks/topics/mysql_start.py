"""What a MySQL server costs a test: a fresh mock, a fresh database, and the real one's start."""

import time
from collections.abc import Callable

from effort import Effort
from load_mysql import login
from mysql import connector
from row import Outcome, Row, Samples, at_most, at_most_more

from netmocks.mysql import MySQLMock, MySQLServer
from netmocks.mysql.server import installed
from netmocks.wire.loop import shared

ACCOUNTS = {"root": "123456"}


def measure(effort: Effort) -> Outcome:
    """Compare a fresh mock with a connection to a server that runs; time the others."""
    if installed() is None:
        return Outcome([], ["mysql_start: no MySQL server is installed to compare with"])
    count = max(effort.operations // 10, 10)
    began = time.perf_counter()
    with MySQLServer() as server:
        started = time.perf_counter() - began
        server.renew(accounts=ACCOUNTS)
        connected = _timed(lambda: connector.connect(**login(server.port)).close(), count)
        renewed = _timed(lambda: server.renew(accounts=ACCOUNTS), count)
    shared.acquire()  # as the plugin does, from the first mock to the end of the session
    try:
        fresh = _timed(_fresh, count)
    finally:
        shared.release()
    nothing = Samples("nothing", [0.0])
    rows = [
        Row(
            "fresh mock, connected, SELECT 1",
            "s",
            Samples("MySQLMock", fresh),
            Samples("connection to MariaDB", connected),
            at_most(3),
        ),
        Row(
            "fresh database of a real server",
            "s",
            Samples("MySQLServer.renew", renewed),
            nothing,
            at_most_more(0.030),
        ),
    ]
    return Outcome(
        rows, [f"mysql_start: the real server starts in {started:.1f} s, once a session"]
    )


def _fresh() -> None:
    with MySQLMock(accounts=ACCOUNTS) as mock:
        connection = connector.connect(**login(mock.port))
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.fetchall()
        connection.close()


def _timed(run: Callable[[], object], count: int) -> list[float]:
    run()  # what is made once is made before
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return seconds
