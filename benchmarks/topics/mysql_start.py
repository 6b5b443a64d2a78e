"""What a MySQL server costs a test: a fresh mock, a fresh database, and the real one's start."""

import time
from collections.abc import Callable

from contenders.background import BackgroundLoop, port_of
from contenders.replay import Replay
from effort import Effort
from load_mysql import login
from mysql import connector
from rounds import turns
from row import Outcome, Row, Samples, at_most, at_most_more

from netmocks.mysql import MySQLMock, MySQLServer
from netmocks.mysql.server import installed
from netmocks.wire.loop import shared

ACCOUNTS = {"root": "123456"}


def measure(effort: Effort) -> Outcome:
    """Compare a fresh mock with a connection to a server that runs; time the others."""
    if installed() is None:
        return Outcome([], ["mysql_start: no MySQL server is installed to compare with"])
    began = time.perf_counter()
    with MySQLServer() as server:
        started = time.perf_counter() - began
        server.renew(accounts=ACCOUNTS)
        shared.acquire()  # as the plugin does, from the first mock to the end of the session
        try:
            fresh, canned, connected, renewed = _in_turns(server, max(effort.operations // 10, 10))
        finally:
            shared.release()
    nothing = Samples("nothing", [0.0])
    rows = [
        Row("fresh mock, connected, SELECT 1", "s", fresh, connected, at_most(3)),
        Row("fresh mock, connected, SELECT 1", "s", fresh, canned),
        Row("the same with canned packets alone", "s", canned, connected),
        Row("fresh database of a real server", "s", renewed, nothing, at_most_more(0.030)),
    ]
    return Outcome(
        rows, [f"mysql_start: the real server starts in {started:.1f} s, once a session"]
    )


def _in_turns(server: MySQLServer, count: int) -> list[Samples]:
    background, said = BackgroundLoop(), _said()

    def canned() -> None:
        replay = background.listen(lambda: Replay(said))
        _select(port_of(replay))
        background.close(replay)

    contenders: list[tuple[str, Callable[[], object]]] = [
        ("MySQLMock", _fresh),
        ("canned packets in asyncio", canned),
        (
            "connection to MariaDB",
            lambda: connector.connect(**login(server.port)).close(),
        ),
        ("MySQLServer.renew", lambda: server.renew(accounts=ACCOUNTS)),
    ]
    seconds: dict[str, list[float]] = {}
    for name, run in contenders:
        seconds[name] = []
        run()  # what is made once is made before
    for name, run in turns(contenders, count):
        began = time.perf_counter()
        run()
        seconds[name].append(time.perf_counter() - began)
    return [Samples(name, values) for name, values in seconds.items()]


def _fresh() -> None:
    with MySQLMock(accounts=ACCOUNTS) as mock:
        _select(mock.port)


def _select(port: int) -> None:
    connection = connector.connect(**login(port))
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    cursor.fetchall()
    connection.close()


def _said() -> list[bytes]:
    """Return what a mock says to such a client."""
    with MySQLMock(accounts=ACCOUNTS) as mock:
        _select(mock.port)
    return [entry.data for entry in mock.journal if entry.kind == "sent"]
