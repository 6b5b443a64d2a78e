"""Client: what a test asks a real server by itself, as the server's own administrator."""

import struct
from collections.abc import Sequence
from typing import BinaryIO

from netmocks.errors import PeerError
from netmocks.mysql.protocol.capabilities import Capability
from netmocks.mysql.protocol.commands import Command
from netmocks.mysql.protocol.fields import Fields, encoded_string, integer
from netmocks.mysql.protocol.framing import PacketReader, PacketWriter
from netmocks.mysql.protocol.greeting import read_greeting, response_without_password
from netmocks.mysql.protocol.parameters import Parameter
from netmocks.mysql.protocol.results import ERR, OK, ResultReader, error_of
from netmocks.mysql.protocol.rows import as_text

#: What it can; no TLS and no proof of a password, for it speaks through a Unix socket.
CAPABILITIES = (
    Capability.LONG_PASSWORD
    | Capability.PROTOCOL_41
    | Capability.TRANSACTIONS
    | Capability.SECURE_CONNECTION
    | Capability.MULTI_STATEMENTS
    | Capability.MULTI_RESULTS
    | Capability.PS_MULTI_RESULTS
    | Capability.PLUGIN_AUTH
)

#: Bytes that are read at once.
PIECE = 64 * 1024

#: How parameters are said: Protocol::ColumnType.
NULL_TYPE, INTEGER_TYPE, REAL_TYPE, STRING_TYPE, BLOB_TYPE = 6, 8, 5, 253, 252


class Client:
    """A connection that blocks; rows have text for decimals and moments, as the mock's have.

    Arguments:
        stream: what it speaks through, which it closes.
        user: who logs in, without a password.

    Raises:
        MySQLError: the server refuses it.
        PeerError: the server does not speak the protocol.
    """

    def __init__(self, stream: BinaryIO, user: str = "root") -> None:
        self._stream = stream
        self._reader = PacketReader(limit=1 << 30)
        self._writer = PacketWriter()
        greeting = read_greeting(self._checked(self._packet()))
        self._capabilities = CAPABILITIES & greeting.capabilities
        answer = response_without_password(user, self._capabilities, greeting.plugin)
        while True:
            self._writer.number = self._reader.expected
            self._send(answer)
            said = self._checked(self._packet())
            if said[0] == OK:
                return
            answer = b""  # another authentication, to which no password is also the answer

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def query(self, sql: str) -> list[tuple[Parameter, ...]]:
        """Run statements; return the rows of the last.

        Raises:
            MySQLError: one is refused.
        """
        return self._rows(self._ask(Command.QUERY, sql.encode()), is_binary=False)

    def execute(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Parameter, ...]]:
        """Run one statement with what stands for each `?` in it; return its rows.

        Raises:
            MySQLError: it is refused.
        """
        head = Fields(self._ask(Command.STMT_PREPARE, sql.encode())[1:])
        number, columns, count = head.take(4), head.integer(2), head.integer(2)
        for group in (count, columns):
            for _ in range(group + bool(group)):  # their definitions, and an EOF
                self._packet()
        try:
            packet = number + b"\0" + integer(1, 4) + _bound(parameters)
            return self._rows(self._ask(Command.STMT_EXECUTE, packet), is_binary=True)
        finally:
            self._command(Command.STMT_CLOSE, number)

    def renew(self, database: str) -> None:
        """Begin a new session, in a database, or in none.

        Raises:
            MySQLError: there is no such database.
        """
        self._ask(Command.RESET_CONNECTION, b"")
        if database:
            self._ask(Command.INIT_DB, database.encode())

    def _ask(self, command: Command, payload: bytes) -> bytes:
        """Send a command; return the first packet of its answer."""
        self._command(command, payload)
        return self._checked(self._packet())

    def _command(self, command: Command, payload: bytes) -> None:
        self._writer.number = 0
        self._send(bytes((command,)) + payload)

    def _rows(self, first: bytes, *, is_binary: bool) -> list[tuple[Parameter, ...]]:
        reader = ResultReader(self._capabilities, is_binary=is_binary)
        packet = first
        while not reader.feed(packet):
            packet = self._packet()
        for result in reader.results:
            if result.error is not None:
                raise result.error
        return reader.results[-1].rows

    @staticmethod
    def _checked(packet: bytes) -> bytes:
        if packet[0] == ERR:
            raise error_of(packet)
        return packet

    def _send(self, payload: bytes) -> None:
        self._stream.write(self._writer.frame(payload))
        self._stream.flush()
        self._reader.expected = self._writer.number

    def _packet(self) -> bytes:
        while (packet := self._reader.next()) is None:
            data = self._stream.read1(PIECE)  # type: ignore[attr-defined]  # a buffered one has it
            if not data:
                raise PeerError("the server ended the connection")
            self._reader.feed(data)
        if not packet:
            raise PeerError("the server sent an empty packet")
        return packet


def _bound(parameters: Sequence[Parameter]) -> bytes:
    """Return the parameters of a COM_STMT_EXECUTE: which are NULL, their types, their values."""
    if not parameters:
        return b""
    nulls = bytearray((len(parameters) + 7) // 8)
    for place, value in enumerate(parameters):
        if value is None:
            nulls[place >> 3] |= 1 << (place & 7)
    said = [_parameter(value) for value in parameters]
    types = b"".join(integer(kind, 2) for kind, _ in said)
    return bytes(nulls) + b"\1" + types + b"".join(data for _, data in said)


def _parameter(value: Parameter) -> tuple[int, bytes]:
    """Return a parameter's type, and its value."""
    match value:
        case None:
            return NULL_TYPE, b""
        case int() if -(1 << 63) <= value < 1 << 63:
            return INTEGER_TYPE, value.to_bytes(8, "little", signed=True)
        case float():
            return REAL_TYPE, struct.pack("<d", value)
        case bytes():
            return BLOB_TYPE, encoded_string(value)
    return STRING_TYPE, encoded_string(as_text(value))
