"""Tap: reads what a client and a real server say to each other; neither notices."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from netmocks.errors import PeerError
from netmocks.mysql.error import MySQLError
from netmocks.mysql.protocol.capabilities import Capability
from netmocks.mysql.protocol.commands import Command
from netmocks.mysql.protocol.fields import Fields
from netmocks.mysql.protocol.framing import PacketReader
from netmocks.mysql.protocol.greeting import change_user, is_ssl_request, read_greeting, response
from netmocks.mysql.protocol.parameters import Parameter, execution, statement_id
from netmocks.mysql.protocol.results import EOF, ERR, OK, Result, ResultReader, error_of
from netmocks.mysql.sql.lexer import USE, plain_name, statements
from netmocks.mysql.statement import ROWS_KEPT, Executed

#: Bytes of one packet that it follows; a server may be told to take so much.
LIMIT = 1 << 30

#: What a connection may be turned into, and then is not read any more.
UNREADABLE = {
    Capability.COMPRESS: "compressed",
    Capability.ZSTD_COMPRESSION: "compressed",
}

#: Commands that are never answered.
SILENT = (Command.STMT_SEND_LONG_DATA, Command.STMT_CLOSE, Command.QUIT)


class Listener(Protocol):
    """Who is told what a tap hears."""

    def note_login(self, text: str) -> None:
        """Keep that a client logged in, or was refused."""

    def note(self, done: Executed) -> None:
        """Keep what a client ran."""

    def note_unreadable(self, text: str) -> None:
        """Keep why no more can be read."""


class _Overhearing(PacketReader):
    """Reads packets whatever their place: to check it is up to those who talk."""

    def _jump(self, number: int) -> None:
        self.expected = number


@dataclass
class _Prepared:
    sql: str
    #: how many parameters it has
    count: int
    types: list[tuple[int, int]] = field(default_factory=list)
    long_data: dict[int, bytes] = field(default_factory=dict)


@dataclass
class _Asked:
    """A command that waits for its answer."""

    #: takes a packet of the answer; true where it is the last
    feed: Callable[[bytes], bool]
    sql: str = ""
    parameters: tuple[Parameter, ...] = ()
    reader: ResultReader | None = None
    began: float = field(default_factory=perf_counter)


class Tap:
    """Hears one connection.

    Arguments:
        listener: is told of logins and statements.
        connection: the connection's ordinal.
    """

    def __init__(self, listener: Listener, connection: int) -> None:
        self._listener = listener
        self._connection = connection
        self._client = _Overhearing(LIMIT)
        self._server = _Overhearing(LIMIT)
        self._offered = self._capabilities = 0
        self._user = self._database = ""
        self._is_greeted = self._has_said_who = self._is_in = self._is_deaf = False
        self._asked: deque[_Asked] = deque()
        self._prepared: dict[int, _Prepared] = {}

    @property
    def has_eof(self) -> bool:
        """Whether lists end with an EOF packet."""
        return not self._capabilities & Capability.DEPRECATE_EOF

    # -- what it hears ------------------------------------------------------------------------

    def client_said(self, data: bytes) -> None:
        """Take what the client said."""
        self._hear(self._client, data, self._from_client)

    def server_said(self, data: bytes) -> None:
        """Take what the server said."""
        self._hear(self._server, data, self._from_server)

    def end(self) -> None:
        """The connection is over: what was not answered to its end never will be."""
        while self._asked:
            self._tell(self._asked.popleft())

    def _hear(self, reader: PacketReader, data: bytes, take: Callable[[bytes], None]) -> None:
        if self._is_deaf:
            return
        reader.feed(data)
        try:
            while not self._is_deaf and (packet := reader.next()) is not None:
                take(packet)
        except PeerError as error:
            self._give_up(str(error))

    def _give_up(self, why: str) -> None:
        self._is_deaf = True
        self._asked.clear()
        self._listener.note_unreadable(f"its statements can't be read from here on: {why}")

    # -- the client ---------------------------------------------------------------------------

    def _from_client(self, packet: bytes) -> None:
        if not self._is_in:
            if not self._has_said_who:
                self._introduced(packet)
            return  # a proof of the password
        if self._asked and self._asked[0].reader is not None and self._asked[0].reader.wants_file:
            return  # a piece of the file
        if packet:
            self._command(packet[0], packet[1:])

    def _introduced(self, packet: bytes) -> None:
        if is_ssl_request(packet):
            self._give_up("the client speaks TLS with the server itself")
            return
        self._has_said_who = True
        wanted = Fields(packet).integer(4) & self._offered
        for capability, what in UNREADABLE.items():
            if wanted & capability:
                self._give_up(f"it is {what}")
                return
        answer = response(packet)
        self._capabilities = wanted
        self._user, self._database = answer.user, answer.database

    def _command(self, command: int, payload: bytes) -> None:
        match command:
            case Command.QUERY:
                self._run(payload.decode("utf-8", "surrogateescape"), (), is_binary=False)
            case Command.STMT_PREPARE:
                self._asked.append(_Asked(_Preparing(self, payload).feed))
            case Command.STMT_EXECUTE:
                self._execute(payload)
            case Command.STMT_SEND_LONG_DATA:
                long = self._known(payload).long_data
                place = int.from_bytes(payload[4:6], "little")
                long[place] = long.get(place, b"") + payload[6:]
            case Command.STMT_CLOSE:
                self._prepared.pop(statement_id(payload), None)
            case Command.INIT_DB:
                self._asked.append(_Asked(self._using(payload.decode("utf-8", "replace"))))
            case Command.CHANGE_USER:
                answer = change_user(payload, self._capabilities)
                self._user, self._database = answer.user, answer.database
                self._is_in = False
            case Command.FIELD_LIST | Command.STMT_FETCH:
                self._asked.append(_Asked(lambda packet: packet[0] in (EOF, ERR)))
            case _ if command not in SILENT:
                self._asked.append(_Asked(lambda _: True))

    def _execute(self, payload: bytes) -> None:
        known = self._known(payload)
        found = execution(payload, known.count, known.types, known.long_data)
        known.types = found.types
        known.long_data.clear()
        self._run(known.sql, tuple(found.parameters), is_binary=True)

    def _known(self, payload: bytes) -> _Prepared:
        found = self._prepared.get(statement_id(payload))
        if found is None:
            raise PeerError(f"statement {statement_id(payload)} was never prepared")
        return found

    def _run(self, sql: str, parameters: tuple[Parameter, ...], *, is_binary: bool) -> None:
        reader = ResultReader(self._capabilities, is_binary=is_binary, keep=ROWS_KEPT)
        self._asked.append(_Asked(reader.feed, sql, parameters, reader))

    def _using(self, name: str) -> Callable[[bytes], bool]:
        def feed(packet: bytes) -> bool:
            if packet[0] == OK:
                self._database = name
            return True

        return feed

    # -- the server ---------------------------------------------------------------------------

    def _from_server(self, packet: bytes) -> None:
        if not packet:
            raise PeerError("the server sent an empty packet")
        if not self._is_in:
            self._welcome(packet)
        elif self._asked and self._asked[0].feed(packet):
            self._tell(self._asked.popleft())

    def _welcome(self, packet: bytes) -> None:
        if packet[0] == ERR:
            self._listener.note_login(f"login refused: {error_of(packet)}")
        elif not self._is_greeted:
            self._is_greeted = True
            self._offered = read_greeting(packet).capabilities
        elif packet[0] == OK:
            self._is_in = True
            where = f" to {self._database}" * bool(self._database)
            self._listener.note_login(f"login of {self._user!r}{where}")

    def prepared(self, number: int, sql: str, count: int) -> None:
        """Keep a statement that the server has prepared."""
        self._prepared[number] = _Prepared(sql, count)

    def _tell(self, asked: _Asked) -> None:
        if asked.reader is None:
            return
        results = asked.reader.results or [Result()]
        texts = _texts(asked.sql)
        for place, result in enumerate(results[: len(texts)]):
            self._listener.note(self._executed(asked, texts[place], result))

    def _executed(self, asked: _Asked, sql: str, result: Result) -> Executed:
        done = Executed(
            sql,
            asked.parameters,
            self._user,
            self._database,
            self._connection,
            result.affected,
            result.insert_id,
            tuple(column.name for column in result.columns),
            tuple(result.rows),
            result.row_count,
            result.error,
            perf_counter() - asked.began,
        )
        if result.error is None and (used := USE.fullmatch(sql)):
            self._database = plain_name(used[1])
        return done


class _Preparing:
    """Reads the answer to a COM_STMT_PREPARE."""

    def __init__(self, tap: Tap, sql: bytes) -> None:
        self._tap = tap
        self._sql = sql.decode("utf-8", "surrogateescape")
        self._missing: int | None = None

    def feed(self, packet: bytes) -> bool:
        if self._missing is None:
            if packet[0] == ERR:
                return True
            fields = Fields(packet[1:])
            number, columns, count = fields.integer(4), fields.integer(2), fields.integer(2)
            self._tap.prepared(number, self._sql, count)
            ends = bool(columns) + bool(count) if self._tap.has_eof else 0
            self._missing = columns + count + ends
        else:
            self._missing -= 1
        return self._missing == 0


def _texts(sql: str) -> list[str]:
    """Return the statements that a client sent at once."""
    try:
        return [statement.text for statement in statements(sql)]
    except MySQLError:
        return [sql]
