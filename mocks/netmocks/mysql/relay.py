"""MySQLRelay: the real server, with what every mock has: a journal, statements, faults."""

import asyncio
from typing import Unpack

from netmocks.journal import LIMIT, EntryKind
from netmocks.mock import MockOptions
from netmocks.mysql.observed import Observed
from netmocks.mysql.protocol.parameters import Parameter
from netmocks.mysql.reach import Reachable
from netmocks.mysql.server import MySQLServer
from netmocks.mysql.statement import Executed, Statements
from netmocks.mysql.tap import Tap
from netmocks.relay import RelayMock
from netmocks.relay.engine import RelayEngine
from netmocks.wire.stream import Stream
from netmocks.wire.tunnel import Tunnel


class MySQLRelay(Observed, RelayMock, Reachable):
    """Stands before the real server, which answers; what is said is kept, and broken on purpose.

        with MySQLServer() as server, MySQLRelay(server.renew()) as mysql:
            connection = pymysql.connect(**mysql.login)

    Where a connection is compressed, its statements are not read; the journal says so.

    Arguments:
        server: the real one, which runs.
        options: see `MockOptions`.

    Raises:
        MisuseError: the server does not run, or an option makes no sense.
    """

    default_name = "mysql"

    def __init__(self, server: MySQLServer, **options: Unpack[MockOptions]) -> None:
        super().__init__(to=(server.host, server.port), **options)
        self.server = server
        self.accounts = dict(server.accounts or {})
        self.databases = server.databases
        self.statements = Statements(limit=LIMIT)

    def query(self, sql: str, *parameters: Parameter) -> list[tuple[Parameter, ...]]:
        """Run statements for the test itself; see `MySQLServer.query`."""
        return self.server.query(sql, *parameters)

    def _engine(self) -> asyncio.BaseProtocol:
        return _Engine(self)


class _Engine(RelayEngine):
    """Passes on what is said, and lets a tap hear it."""

    _mock: MySQLRelay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._tap = Tap(self, self._stream.number)

    def data_received(self, data: bytes) -> None:
        self._tap.client_said(data)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._tap.end()
        super().connection_lost(exc)

    def _new_tunnel(self, client: Stream) -> Tunnel:
        return _Tunnel(client, self._tap)

    # -- for its tap --------------------------------------------------------------------------

    def note(self, done: Executed) -> None:
        """Keep what a client ran."""
        self._write("event", done)
        size = len(done.sql) + sum(len(str(row)) for row in done.rows)
        self._mock.statements.append(done, size)

    def note_login(self, text: str) -> None:
        """Keep that a client logged in, or was refused."""
        self._write("event", text)

    def note_unreadable(self, text: str) -> None:
        """Keep why no more can be read."""
        self._write("error", text)

    def _write(self, kind: EntryKind, value: object) -> None:
        site = self._stream.site
        site.journal.write(site.name, kind, connection=self._stream.number, value=value)


class _Tunnel(Tunnel):
    """The server's side, which a tap hears, too."""

    def __init__(self, client: Stream, tap: Tap) -> None:
        super().__init__(client)
        self._tap = tap

    def data_received(self, data: bytes) -> None:
        self._tap.server_said(data)
        super().data_received(data)
