"""Conversation: a session's answers as packets, made in the session's thread or in the loop's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from netmocks.mysql.answer import Answer, Done, Rows
from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import MySQLError, mysql_error
from netmocks.mysql.protocol import replies
from netmocks.mysql.protocol.capabilities import Capability, Status
from netmocks.mysql.protocol.columns import definition
from netmocks.mysql.protocol.fields import integer
from netmocks.mysql.protocol.framing import PacketWriter
from netmocks.mysql.protocol.head import Head
from netmocks.mysql.protocol.parameters import execution
from netmocks.mysql.protocol.rows import binary_row, text_row
from netmocks.mysql.rule import UNDOING, Rule
from netmocks.mysql.sql.lexer import Statement, statements
from netmocks.mysql.sql.plans import Selection
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.statement import ROWS_KEPT, Executed
from netmocks.mysql.storage.connection import Later
from netmocks.mysql.storage.planning import plan_of
from netmocks.mysql.storage.session import PLANNED, Session
from netmocks.mysql.type import LONGTEXT

if TYPE_CHECKING:
    from netmocks.mysql.mock import MySQLMock

#: What a statement did that was refused, or gave rows.
NOTHING_DONE = Done()

#: Bytes that are put together before they are written.
CHUNK = 64 * 1024

#: Heads of answers that a conversation keeps.
MOST_HEADS = 256


class Chunk(NamedTuple):
    """A piece of an answer."""

    data: bytes
    is_last: bool
    #: whether the connection is to be lost behind it
    is_cut: bool = False


@dataclass
class Prepared:
    """A prepared statement."""

    statement: Statement
    types: list[tuple[int, int]] = field(default_factory=list)
    #: parameters that came by COM_STMT_SEND_LONG_DATA
    long_data: dict[int, bytes] = field(default_factory=dict)


class _Kept:
    """What of an answer is kept with its statement."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.names: tuple[str, ...] = ()
        self.rows: list[tuple[Stored, ...]] = []
        self.count = 0
        #: bytes of its rows
        self.size = 0

    def add(self, row: tuple[Stored, ...], size: int) -> None:
        """Count a row of so many bytes, and keep it if it is one of the first."""
        self.count += 1
        if self.count <= ROWS_KEPT:
            self.rows.append(tuple(row))
            self.size += size


class _Lost(Exception):  # no error: a rule wants it
    """The connection is to be lost here."""


class Conversation:
    """What a session answers, in packets.

    Arguments:
        mock: whose rules apply, and who keeps the statements.
        session: does the work.
        capabilities: what client and server can.
        connection: the connection's ordinal.
    """

    def __init__(
        self, mock: "MySQLMock", session: Session, capabilities: int, connection: int
    ) -> None:
        self._mock = mock
        self.session = session
        self._connection = connection
        self._ends_with_ok = bool(capabilities & Capability.DEPRECATE_EOF)
        #: whether one packet may hold several statements
        self.is_multiple = bool(capabilities & Capability.MULTI_STATEMENTS)
        self._prepared: dict[int, Prepared] = {}
        self._count = 0
        #: by the identities of the lists of columns that they hold
        self._heads: dict[int, Head] = {}

    # -- statements ---------------------------------------------------------------------------

    def at_once(
        self, statement: Statement, values: list[Stored] | None, writer: PacketWriter
    ) -> bytes | None:
        """Return the answer to a statement, if making it neither waits nor takes long; else None.

        Nothing is done then: it is to be run in the session's thread.

        Arguments: as `_one` has them.
        """
        session, first = self.session, writer.number
        given = statement.values if values is None else values
        database, kept = session.name, _Kept()
        began = perf_counter()
        error: MySQLError | None = None
        session.hurries = True
        try:
            answer = kept.answer = session.run(statement, given)
            if isinstance(answer, Done):
                data = writer.frame(self._ok(answer, 0))
            else:
                pieces = [*self._rows(answer, writer, values is not None, kept, None)]
                data = b"".join([*pieces, writer.frame(self._end())])
        except Later:
            writer.number = first
            return None
        except MySQLError as refused:
            error = refused
            data = writer.frame(replies.err(refused))
        finally:
            session.hurries = False
        self._keep(statement, given, database, kept, error, perf_counter() - began, None)
        return data

    def query_at_once(self, text: bytes, writer: PacketWriter) -> bytes | None:
        """Answer a COM_QUERY of one statement; see `at_once`."""
        try:
            found = statements(text.decode("utf-8", "surrogateescape"))
        except MySQLError:
            return None
        return self.at_once(found[0], None, writer) if len(found) == 1 else None

    def query(self, text: bytes, writer: PacketWriter, rule: Rule | None) -> Iterator[Chunk]:
        """Answer a COM_QUERY."""
        sql = text.decode("utf-8", "surrogateescape")
        try:
            found = statements(sql)
            if len(found) > 1 and not self.is_multiple:
                raise mysql_error(1064, found[1].text[:80], 1)
        except MySQLError as error:
            self._mock.note(Executed(sql, connection=self._connection, error=error, rule=rule))
            yield Chunk(writer.frame(replies.err(error)), is_last=True)
            return
        for place, statement in enumerate(found):
            is_last = place == len(found) - 1
            more = 0 if is_last else Status.MORE_RESULTS_EXISTS
            for chunk in self._one(statement, None, writer, rule, more):
                yield chunk._replace(is_last=chunk.is_last and (is_last or chunk.is_cut))
                if chunk.is_cut or (chunk.is_last and not is_last and self._refused):
                    if not chunk.is_cut:
                        yield Chunk(b"", is_last=True)
                    return
            rule = None if is_last else self._mock.rule_for(found[place + 1].text)

    #: whether the last statement was refused
    _refused = False

    def _one(
        self,
        statement: Statement,
        values: list[Stored] | None,
        writer: PacketWriter,
        rule: Rule | None,
        more: int = 0,
    ) -> Iterator[Chunk]:
        """Run one statement, and put its answer into packets; the last chunk says so."""
        given = statement.values if values is None else values
        database, kept = self.session.name, _Kept()
        began = perf_counter()
        self._refused = False
        error: MySQLError | None = None
        is_cut = False
        data = b""
        try:
            answer = kept.answer = self._answer(statement, given, rule)
            if isinstance(answer, Done):
                if rule is not None and rule.treatment.cut is not None:
                    raise _Lost
                data = writer.frame(self._ok(answer, more))
            else:
                for data in self._rows(answer, writer, values is not None, kept, rule):
                    if len(data) >= CHUNK:
                        yield Chunk(data, is_last=False)
                        data = b""
                data += writer.frame(self._end(more))
        except _Lost:
            is_cut = True
        except MySQLError as refused:
            error = refused
            self._refused = True
            data += writer.frame(replies.err(refused))
        self._keep(statement, given, database, kept, error, perf_counter() - began, rule)
        yield Chunk(data, is_last=True, is_cut=is_cut)

    def _keep(
        self,
        statement: Statement,
        values: Sequence[Stored],
        database: str,
        kept: "_Kept",
        error: MySQLError | None,
        seconds: float,
        rule: Rule | None,
    ) -> None:
        """Keep a statement that was run, with what came back."""
        done = kept.answer if error is None and isinstance(kept.answer, Done) else NOTHING_DONE
        self._mock.note(
            Executed(
                statement.text,
                tuple([values[place] for place in statement.parameters]),
                self.session.user,
                database,
                self._connection,
                done.affected,
                done.insert_id,
                kept.names,
                tuple(kept.rows),
                kept.count,
                error,
                seconds,
                rule,
            ),
            kept.size,
        )

    def _answer(self, statement: Statement, values: Sequence[Stored], rule: Rule | None) -> Answer:
        if rule is not None:
            try:
                answer = rule.treatment.answer() if rule.treatment.answer else None
            except MySQLError as error:
                if error.number in UNDOING:
                    self.session.roll_back()
                raise
            if answer is not None:
                return answer
        return self.session.run(statement, values)

    # -- packets ------------------------------------------------------------------------------

    def _ok(self, done: Done, more: int) -> bytes:
        return replies.ok(
            self.session.status | more,
            done.affected,
            done.insert_id,
            len(self.session.warnings),
            done.info,
        )

    def _end(self, more: int = 0) -> bytes:
        status, warnings = self.session.status | more, len(self.session.warnings)
        if self._ends_with_ok:
            return replies.ok(status, warnings=warnings, ends_rows=True)
        return replies.eof(status, warnings)

    def _rows(
        self, answer: Rows, writer: PacketWriter, is_binary: bool, kept: "_Kept", rule: Rule | None
    ) -> Iterator[bytes]:
        """Put rows into packets; yields what has come together whenever that is enough."""
        head = self._head(answer.columns, writer)
        kept.names = head.names
        pieces = [head.frames]
        if not self._ends_with_ok:
            pieces.append(writer.frame(replies.eof(self.session.status)))
        encode = binary_row if is_binary else text_row
        encoders = head.binary if is_binary else head.text
        cut = rule.treatment.cut if rule is not None else None
        size = 0
        for row in answer.rows:
            if cut is not None and kept.count == cut:
                yield b"".join(pieces)
                raise _Lost
            packet = writer.frame(encode(row, encoders))
            kept.add(row, len(packet))
            pieces.append(packet)
            size += len(packet)
            if size >= CHUNK:
                yield b"".join(pieces)
                pieces, size = [], 0
        yield b"".join(pieces)
        if cut is not None:
            raise _Lost

    def _head(self, columns: list[ResultColumn], writer: PacketWriter) -> Head:
        """Frame what comes before rows; all answers of a plan have the same columns."""
        head = self._heads.get(id(columns))
        if head is None or head.columns is not columns or head.first != writer.number:
            head = Head(columns, writer)
            if len(self._heads) >= MOST_HEADS:
                self._heads.clear()
            self._heads[id(columns)] = head
        writer.number = head.next
        return head

    # -- prepared statements ------------------------------------------------------------------

    def prepare(self, text: bytes, writer: PacketWriter) -> bytes:
        """Answer a COM_STMT_PREPARE.

        Raises:
            MySQLError: the statement makes no sense.
        """
        sql = text.decode("utf-8", "surrogateescape")
        found = statements(sql)
        if len(found) > 1:
            raise mysql_error(1064, found[1].text[:80], 1)
        [statement] = found
        columns: list[ResultColumn] = []
        if statement.verb in PLANNED and self._mock.rule_for(statement.text, counts=False) is None:
            plan = plan_of(statement, self.session)
            columns = plan.columns if isinstance(plan, Selection) else []
        self._count += 1
        self._prepared[self._count] = Prepared(statement)
        parameters = [ResultColumn("?", LONGTEXT)] * len(statement.parameters)
        head = b"\0" + integer(self._count, 4) + integer(len(columns), 2)
        head += integer(len(parameters), 2) + b"\0" + integer(0, 2)
        pieces = [writer.frame(head)]
        for group in (parameters, columns):
            pieces += [writer.frame(definition(column)) for column in group]
            if group and not self._ends_with_ok:
                pieces.append(writer.frame(replies.eof(self.session.status)))
        return b"".join(pieces)

    def prepared(self, number: int, command: str) -> Prepared:
        """Return a prepared statement.

        Raises:
            MySQLError: 1243, there is none of that number.
        """
        found = self._prepared.get(number)
        if found is None:
            raise mysql_error(1243, number, command)
        return found

    def execute(self, payload: bytes, writer: PacketWriter, rule: Rule | None) -> Iterator[Chunk]:
        """Answer a COM_STMT_EXECUTE."""
        try:
            statement, values = self._bound(payload)
        except MySQLError as error:
            yield Chunk(writer.frame(replies.err(error)), is_last=True)
            return
        yield from self._one(statement, values, writer, rule)

    def execute_at_once(self, payload: bytes, writer: PacketWriter) -> bytes | None:
        """Answer a COM_STMT_EXECUTE; see `at_once`."""
        number = int.from_bytes(payload[:4], "little")
        if self.prepared(number, "mysqld_stmt_execute").long_data:
            return None  # which can be used but once
        return self.at_once(*self._bound(payload), writer)

    def _bound(self, payload: bytes) -> tuple[Statement, list[Stored]]:
        """Return a prepared statement, and its values with what a COM_STMT_EXECUTE binds."""
        prepared = self.prepared(int.from_bytes(payload[:4], "little"), "mysqld_stmt_execute")
        statement = prepared.statement
        found = execution(payload, len(statement.parameters), prepared.types, prepared.long_data)
        prepared.types = found.types
        prepared.long_data.clear()
        values = list(statement.values)
        for place, value in zip(statement.parameters, found.parameters, strict=True):
            values[place] = value
        return statement, values

    def forget(self, number: int) -> None:
        """Forget a prepared statement (COM_STMT_CLOSE)."""
        self._prepared.pop(number, None)

    def forget_all(self) -> None:
        """Forget all prepared statements (COM_RESET_CONNECTION)."""
        self._prepared.clear()

    # -- others -------------------------------------------------------------------------------

    def ok(self) -> bytes:
        """Return the OK that says the session's status."""
        return replies.ok(self.session.status)

    def end(self) -> bytes:
        """Return what ends a list."""
        return replies.eof(self.session.status)

    def fields(self, payload: bytes, writer: PacketWriter) -> bytes:
        """Answer a COM_FIELD_LIST.

        Raises:
            MySQLError: 1146, there is no such table.
        """
        name = payload.partition(b"\0")[0].decode("utf-8", "replace")
        database, table = self.session.table("", name)
        pieces = []
        for column in table.columns:
            shown = ResultColumn(
                column.name, column.type, database, name, name, column.name, table.flags(column)
            )
            pieces.append(writer.frame(definition(shown) + b"\xfb"))
        return b"".join(pieces) + writer.frame(replies.eof(self.session.status))
