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
from netmocks.mysql.protocol.fields import encoded_integer, integer
from netmocks.mysql.protocol.framing import PacketWriter
from netmocks.mysql.protocol.parameters import execution
from netmocks.mysql.protocol.rows import binary_encoder, binary_row, text_encoder, text_row
from netmocks.mysql.rule import UNDOING, Rule
from netmocks.mysql.sql.lexer import Statement, statements
from netmocks.mysql.sql.plans import Selection
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.statement import ROWS_KEPT, Executed
from netmocks.mysql.storage.connection import Later
from netmocks.mysql.storage.session import PLANNED, Session
from netmocks.mysql.type import LONGTEXT

if TYPE_CHECKING:
    from netmocks.mysql.mock import MySQLMock

NO_STATUS = Status(0)

#: Bytes that are put together before they are written.
CHUNK = 64 * 1024


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
        self, mock: "MySQLMock", session: Session, capabilities: Capability, connection: int
    ) -> None:
        self._mock = mock
        self.session = session
        self._connection = connection
        self._ends_with_ok = bool(capabilities & Capability.DEPRECATE_EOF)
        #: whether one packet may hold several statements
        self.is_multiple = bool(capabilities & Capability.MULTI_STATEMENTS)
        self._prepared: dict[int, Prepared] = {}
        self._count = 0

    # -- statements ---------------------------------------------------------------------------

    def at_once(self, chunks: Iterator[Chunk], writer: PacketWriter) -> bytes | None:
        """Return a whole answer, if making it neither waits nor takes long; else None.

        It is to be made anew then, in the session's thread: nothing is done yet.

        Arguments:
            chunks: of `query` or `execute`, not begun.
            writer: as they have it.
        """
        first = writer.number
        self.session.hurries = True
        try:
            return b"".join([chunk.data for chunk in chunks])
        except Later:
            writer.number = first
            return None
        finally:
            self.session.hurries = False

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
        if len(found) > 1 and self.session.hurries:
            raise Later
        for place, statement in enumerate(found):
            is_last = place == len(found) - 1
            more = NO_STATUS if is_last else Status.MORE_RESULTS_EXISTS
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
        more: Status = NO_STATUS,
    ) -> Iterator[Chunk]:
        """Run one statement, and put its answer into packets; the last chunk says so."""
        given = statement.values if values is None else values
        bound = tuple(given[place] for place in statement.parameters)
        done = Executed(
            statement.text, bound, self.session.user, self.session.name, self._connection
        )
        kept: list[tuple[Stored, ...]] = []
        counts = [0]
        answer: Answer | None = None
        began = perf_counter()
        error: MySQLError | None = None
        self._refused = False
        data = b""
        try:
            answer = self._answer(statement, given, rule)
            if isinstance(answer, Done):
                if rule is not None and rule.treatment.cut is not None:
                    raise _Lost
                data = writer.frame(self._ok(answer, more))
            else:
                is_binary = values is not None
                for data in self._rows(answer, writer, is_binary, kept, counts, rule):
                    if len(data) >= CHUNK:
                        yield Chunk(data, is_last=False)
                        data = b""
                data += writer.frame(self._end(more))
        except _Lost:
            yield self._finish(done, answer, kept, counts, began, None, rule, data, is_cut=True)
            return
        except MySQLError as refused:
            error = refused
            self._refused = True
            data += writer.frame(replies.err(refused))
        yield self._finish(done, answer, kept, counts, began, error, rule, data)

    def _finish(
        self,
        done: Executed,
        answer: Answer | None,
        kept: list[tuple[Stored, ...]],
        counts: list[int],
        began: float,
        error: MySQLError | None,
        rule: Rule | None,
        data: bytes,
        *,
        is_cut: bool = False,
    ) -> Chunk:
        seen = Executed(
            done.sql,
            done.parameters,
            done.user,
            done.database,
            done.connection,
            answer.affected if isinstance(answer, Done) and error is None else 0,
            answer.insert_id if isinstance(answer, Done) and error is None else 0,
            tuple(c.name for c in answer.columns) if isinstance(answer, Rows) else (),
            tuple(kept),
            counts[0],
            error,
            perf_counter() - began,
            rule,
        )
        self._mock.note(seen)
        return Chunk(data, is_last=True, is_cut=is_cut)

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

    def _ok(self, done: Done, more: Status) -> bytes:
        return replies.ok(
            self.session.status | more,
            done.affected,
            done.insert_id,
            len(self.session.warnings),
            done.info,
        )

    def _end(self, more: Status = NO_STATUS) -> bytes:
        status, warnings = self.session.status | more, len(self.session.warnings)
        if self._ends_with_ok:
            return replies.ok(status, warnings=warnings, ends_rows=True)
        return replies.eof(status, warnings)

    def _rows(
        self,
        answer: Rows,
        writer: PacketWriter,
        is_binary: bool,
        kept: list[tuple[Stored, ...]],
        counts: list[int],
        rule: Rule | None,
    ) -> Iterator[bytes]:
        """Put rows into packets; yields what has come together whenever that is enough."""
        columns = answer.columns
        pieces = [writer.frame(encoded_integer(len(columns)))]
        pieces += [writer.frame(definition(column)) for column in columns]
        if not self._ends_with_ok:
            pieces.append(writer.frame(replies.eof(self.session.status)))
        choose, encode = (binary_encoder, binary_row) if is_binary else (text_encoder, text_row)
        encoders = [choose(column.type) for column in columns]
        cut = rule.treatment.cut if rule is not None else None
        size = 0
        for row in answer.rows:
            if cut is not None and counts[0] == cut:
                yield b"".join(pieces)
                raise _Lost
            packet = writer.frame(encode(row, encoders))
            counts[0] += 1
            if counts[0] <= ROWS_KEPT:
                kept.append(tuple(row))
            pieces.append(packet)
            size += len(packet)
            if size >= CHUNK:
                yield b"".join(pieces)
                pieces, size = [], 0
        yield b"".join(pieces)
        if cut is not None:
            raise _Lost

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
            plan = self.session.plan(statement)
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
        number = int.from_bytes(payload[:4], "little")
        try:
            prepared = self.prepared(number, "mysqld_stmt_execute")
        except MySQLError as error:
            yield Chunk(writer.frame(replies.err(error)), is_last=True)
            return
        statement = prepared.statement
        found = execution(payload, len(statement.parameters), prepared.types, prepared.long_data)
        prepared.types = found.types
        prepared.long_data.clear()
        values = list(statement.values)
        for place, value in zip(statement.parameters, found.parameters, strict=True):
            values[place] = value
        yield from self._one(statement, values, writer, rule)

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
