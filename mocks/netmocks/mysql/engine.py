"""MySQLEngine: one connection of a MySQL client, packet by packet.

What waits for the client is here, on the loop, and what SQLite does in a moment; what takes longer
is done in the session's thread, which begins with the first that does.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from netmocks.errors import PeerError
from netmocks.journal import EntryKind
from netmocks.mysql.conversation import Chunk, Conversation
from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.login import Login
from netmocks.mysql.protocol import replies
from netmocks.mysql.protocol.capabilities import Capability, Status
from netmocks.mysql.protocol.commands import Command
from netmocks.mysql.protocol.framing import OversizeError, PacketReader, PacketWriter
from netmocks.mysql.protocol.greeting import Response, change_user
from netmocks.mysql.protocol.parameters import statement_id
from netmocks.mysql.storage.session import Session
from netmocks.wire.eager import Eager
from netmocks.wire.stream import Stream
from netmocks.wire.worker import Worker

if TYPE_CHECKING:
    from netmocks.mysql.mock import MySQLMock
    from netmocks.mysql.rule import Rule

#: Makes the answer to a command, or nothing where that would take its time.
AtOnce = Callable[[bytes, PacketWriter], bytes | None]

#: COM_SET_OPTION's values.
MULTI_STATEMENTS_ON, MULTI_STATEMENTS_OFF = 0, 1


class MySQLEngine(asyncio.Protocol):
    """One connection."""

    stream: Stream

    def __init__(self, mock: "MySQLMock") -> None:
        self.mock = mock
        self.reader = PacketReader()
        self._writer = PacketWriter()
        #: packets that go with the next one
        self._ahead = b""
        self._session: Session | None = None
        self._talk: Conversation
        self._capabilities = 0
        self._has_left = False
        self._is_clogged = False  # the client does not read
        # The dialogue; it pauses until the client has said something, left, or read.
        self._course = Eager(partial(mock.spawn, handler=type(self)))

    @cached_property
    def worker(self) -> Worker:
        """The session's thread."""
        return Worker()

    # -- towards the stream -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._course.begin(self._serve())

    def data_received(self, data: bytes) -> None:
        self.reader.feed(data)
        self._course.go_on()

    def eof_received(self) -> bool:
        self._leave()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._session is not None:
            self._session.stop()
        self._is_clogged = False
        self._leave()

    def _leave(self) -> None:
        self._has_left = True
        self._course.go_on()

    def pause_writing(self) -> None:
        self._is_clogged = True

    def resume_writing(self) -> None:
        self._is_clogged = False
        self._course.go_on()

    # -- packets ------------------------------------------------------------------------------

    async def packet(self) -> bytes:
        """Return the client's next packet; what is sent then is its answer.

        Raises:
            ConnectionError: the client has left.
            PeerError: the packet is none.
        """
        while True:
            payload = self.reader.next()
            if payload is not None:
                self._writer.number = self.reader.expected
                return payload
            if self._has_left:
                if not self.reader.is_empty:
                    self._note("error", "the client left in the middle of a packet")
                raise ConnectionAbortedError
            await self._course.pause()

    def send(self, payload: bytes) -> None:
        """Send one packet, and what was held for it."""
        self._write(payload)
        self.reader.expected = self._writer.number

    def hold(self, payload: bytes) -> None:
        """Keep a packet that the next one follows at once: the client is woken once for both."""
        self._ahead += self._writer.frame(payload)
        self.reader.expected = self._writer.number

    def _write(self, payload: bytes) -> None:
        ahead, self._ahead = self._ahead, b""
        self.stream.write(ahead + self._writer.frame(payload))

    def _note(self, kind: EntryKind, value: object) -> None:
        site = self.mock.site
        site.journal.write(site.name, kind, connection=self.stream.number, value=value)

    async def _serve(self) -> None:
        try:
            await self._log_in()
            while True:
                self.reader.expected = 0
                payload = await self.packet()
                if not payload or payload[0] == Command.QUIT:
                    break
                await self._command(payload[0], payload[1:])
                if not self.reader.is_empty:
                    await asyncio.sleep(0)  # who says much at once lets others have a turn
        except ConnectionError:
            pass  # the journal says who ended it, and when
        except OversizeError as error:
            self._refuse(mysql_error(1153), str(error))
        except PeerError as error:
            number = 1156 if "sequence" in str(error) else 1835
            self._refuse(mysql_error(number), str(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._fail(error)
        finally:
            self._end()

    def _fail(self, error: Exception) -> None:
        """Tell of an error of ours."""
        self.stream.report(error)
        self._refuse(MySQLError(1105, f"{type(error).__name__}: {error}"), "")

    def _refuse(self, error: MySQLError, why: str) -> None:
        """Say what was wrong, and end the connection."""
        if why:
            self._note("error", why)
        self._writer.number = self.reader.expected
        self._write(replies.err(error))

    def _end(self) -> None:
        session, self._session = self._session, None
        if "worker" not in vars(self):
            if session is not None:
                session.close()
        elif session is not None:
            session.stop()
            self.worker.end(session.close)
        else:
            self.worker.end()
        self.stream.close()

    # -- the dialogue -------------------------------------------------------------------------

    async def _log_in(self) -> None:
        try:
            answer = await Login(self).first()
        except MySQLError as error:
            self._note("event", f"login refused: {error}")
            self.send(replies.err(error))
            raise ConnectionAbortedError from None
        self._capabilities = answer.capabilities
        self._begin(answer)
        self.send(replies.ok(Status.AUTOCOMMIT))

    def _begin(self, answer: Response) -> None:
        """Open a session for who has logged in."""
        self._note(
            "event", f"login of {answer.user!r}" + f" to {answer.database}" * bool(answer.database)
        )
        self._session = Session(
            self.mock.store,
            self.stream.number,
            answer.user,
            answer.database,
            counts_found=answer.can(Capability.FOUND_ROWS),
        )
        self._talk = Conversation(self.mock, self._session, self._capabilities, self.stream.number)

    async def _command(self, command: int, payload: bytes) -> None:
        try:
            match command:
                case Command.QUERY:
                    await self._query(payload)
                case Command.PING:
                    self.send(self._talk.ok())
                case Command.INIT_DB:
                    name = payload.decode("utf-8", "replace")
                    self._talk.session.use(name)
                    self.send(self._talk.ok())
                case Command.FIELD_LIST:
                    self.stream.write(self._talk.fields(payload, self._writer))
                case Command.STATISTICS:
                    self.send(b"Uptime: 1  Threads: 1  Questions: 1  Slow queries: 0")
                case Command.SET_OPTION:
                    self._set_option(payload)
                case Command.RESET_CONNECTION:
                    await self.worker.run(self._talk.session.reset)
                    self._talk.forget_all()
                    self.send(self._talk.ok())
                case Command.CHANGE_USER:
                    await self._change_user(payload)
                case _:
                    await self._prepared_statement(command, payload)
        except MySQLError as error:
            self.send(replies.err(error))

    def _set_option(self, payload: bytes) -> None:
        option = int.from_bytes(payload[:2], "little")
        if option not in (MULTI_STATEMENTS_ON, MULTI_STATEMENTS_OFF):
            raise mysql_error(1047)
        self._talk.is_multiple = option == MULTI_STATEMENTS_ON
        self.send(self._talk.end())

    async def _change_user(self, payload: bytes) -> None:
        answer = change_user(payload, self._capabilities)
        try:
            await Login(self).again(answer)
        except MySQLError as error:
            self._note("event", f"login refused: {error}")
            self.send(replies.err(error))
            raise ConnectionAbortedError from None
        self._session = None
        await self.worker.run(self._talk.session.close)
        self._begin(answer)
        self.send(self._talk.ok())

    async def _query(self, payload: bytes) -> None:
        if await self._answers_at_once(self._talk.query_at_once, payload):
            return
        rule = self.mock.rule_for(payload.decode("utf-8", "replace"))
        await self._held(rule)
        await self._stream(self._talk.query(payload, self._writer, rule))

    async def _answers_at_once(self, answer: AtOnce, payload: bytes) -> bool:
        """Answer here and now, if no rule might want to and it takes but a moment."""
        data = None if self.mock.is_ruled else answer(payload, self._writer)
        if data is None:
            return False
        await self._say(data)
        return True

    async def _prepared_statement(self, command: int, payload: bytes) -> None:
        match command:
            case Command.STMT_PREPARE:
                made = partial(self._talk.prepare, payload, self._writer)
                self.stream.write(await self.worker.run(made))
            case Command.STMT_EXECUTE:
                await self._execute(payload)
            case Command.STMT_SEND_LONG_DATA:  # is never answered
                self._long_data(payload)
            case Command.STMT_CLOSE:  # nor is this
                self._talk.forget(statement_id(payload))
            case Command.STMT_RESET:
                found = self._talk.prepared(statement_id(payload), "mysqld_stmt_reset")
                found.long_data.clear()
                self.send(self._talk.ok())
            case Command.STMT_FETCH | Command.PROCESS_KILL | Command.BINLOG_DUMP:
                raise unsupported(f"COM_{Command(command).name}")
            case _:
                raise mysql_error(1047)

    async def _execute(self, payload: bytes) -> None:
        if await self._answers_at_once(self._talk.execute_at_once, payload):
            return
        found = self._talk.prepared(statement_id(payload), "mysqld_stmt_execute")
        rule = self.mock.rule_for(found.statement.text)
        await self._held(rule)
        await self._stream(self._talk.execute(payload, self._writer, rule))

    def _long_data(self, payload: bytes) -> None:
        try:
            found = self._talk.prepared(statement_id(payload), "mysqld_stmt_send_long_data")
        except MySQLError as error:
            self._note("error", str(error))
            return
        place = int.from_bytes(payload[4:6], "little")
        found.long_data[place] = found.long_data.get(place, b"") + payload[6:]

    @staticmethod
    async def _held(rule: "Rule | None") -> None:
        if rule is None:
            return
        if rule.treatment.delay:
            await asyncio.sleep(rule.treatment.delay)
        if rule.treatment.gate is not None:
            await rule.treatment.gate.passed()

    async def _stream(self, chunks: Iterator[Chunk]) -> None:
        """Send an answer as it is made, no faster than the client takes it."""
        while True:
            chunk = await self.worker.run(partial(next, chunks))
            await self._say(chunk.data)
            if chunk.is_cut:
                self._note("fault", "the connection is lost, as a rule says")
                self.stream.close()
                raise ConnectionAbortedError
            if chunk.is_last:
                return
            if self.stream.is_closing():
                await self.worker.run(chunks.close)  # type: ignore[attr-defined]  # a generator
                raise ConnectionAbortedError

    async def _say(self, data: bytes) -> None:
        """Send packets, and wait while the client does not take them."""
        self.stream.write(data)
        while self._is_clogged:
            await self._course.pause()
