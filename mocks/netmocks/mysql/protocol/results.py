"""Results: what a server answers, read packet by packet (COM_QUERY Response and its kin)."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from netmocks.mysql.error import GENERAL, MySQLError
from netmocks.mysql.protocol.capabilities import Capability, Status
from netmocks.mysql.protocol.fields import NULL, Fields
from netmocks.mysql.protocol.framing import MOST
from netmocks.mysql.protocol.parameters import INTEGERS, REALS, Parameter, value_of
from netmocks.mysql.type import BINARY_CHARSET, UNSIGNED

OK, EOF, ERR, LOCAL_FILE = 0x00, 0xFE, 0xFF, 0xFB

#: Types that hold bytes, where their character set is that of bytes.
BYTES = (15, 249, 250, 251, 252, 253, 254, 255)


class Described(NamedTuple):
    """A column, as a client is told of it."""

    name: str
    #: Protocol::ColumnType
    code: int
    charset: int
    flags: int

    @property
    def is_bytes(self) -> bool:
        """Whether its values are bytes."""
        return self.charset == BINARY_CHARSET and self.code in BYTES


@dataclass
class Result:
    """What one statement gave."""

    affected: int = 0
    insert_id: int = 0
    columns: list[Described] = field(default_factory=list)
    #: the first rows
    rows: list[tuple[Parameter, ...]] = field(default_factory=list)
    #: how many there are
    row_count: int = 0
    error: MySQLError | None = None


class _State(Enum):
    HEAD = auto()
    COLUMNS = auto()
    EOF_BEHIND_COLUMNS = auto()
    ROWS = auto()


class ResultReader:
    """Reads the answer to one command.

    Arguments:
        capabilities: those that client and server both have.
        is_binary: whether rows come as binary (COM_STMT_EXECUTE).
        keep: rows that are kept of each result; None for all.
    """

    def __init__(
        self, capabilities: int, *, is_binary: bool = False, keep: int | None = None
    ) -> None:
        self._has_eof = not capabilities & Capability.DEPRECATE_EOF
        self._is_binary = is_binary
        self._keep = keep
        self._state = _State.HEAD
        self._missing = 0
        #: what was read: one for each statement, the last perhaps not to its end
        self.results: list[Result] = []
        #: whether the server asks for a file of the client's (LOAD DATA LOCAL)
        self.wants_file = False

    def feed(self, payload: bytes) -> bool:
        """Take a packet that is not empty; true where it is the answer's last.

        Raises:
            PeerError: it is none that can come here.
        """
        match self._state:
            case _State.HEAD:
                return self._head(payload)
            case _State.COLUMNS:
                self.results[-1].columns.append(described(payload))
                self._missing -= 1
                if not self._missing:
                    self._state = _State.EOF_BEHIND_COLUMNS if self._has_eof else _State.ROWS
                return False
            case _State.EOF_BEHIND_COLUMNS:
                self._state = _State.ROWS
                # A cursor's rows are fetched by commands of their own.
                return bool(_status_of_eof(payload) & Status.CURSOR_EXISTS)
            case _State.ROWS:
                return self._row(payload)

    def _head(self, payload: bytes) -> bool:
        self.wants_file = payload[0] == LOCAL_FILE
        if self.wants_file:
            return False
        self.results.append(Result())
        if payload[0] == ERR:
            self.results[-1].error = error_of(payload)
            return True
        if payload[0] == OK:
            return self._done(payload, self.results[-1])
        self._missing = Fields(payload).encoded_integer()
        self._state = _State.COLUMNS
        return False

    def _done(self, payload: bytes, result: Result) -> bool:
        """Read an OK packet; true where no other result follows."""
        fields = Fields(payload[1:])
        result.affected, result.insert_id = fields.encoded_integer(), fields.encoded_integer()
        return self._ends(fields.integer(2))

    def _ends(self, status: int) -> bool:
        self._state = _State.HEAD
        return not status & Status.MORE_RESULTS_EXISTS

    def _row(self, payload: bytes) -> bool:
        result = self.results[-1]
        if payload[0] == ERR:
            result.error = error_of(payload)
            return True
        if payload[0] == EOF and self._has_eof and len(payload) < 9:
            return self._ends(_status_of_eof(payload))
        if payload[0] == EOF and not self._has_eof and len(payload) < MOST:
            return self._done(payload, Result())
        result.row_count += 1
        if self._keep is None or result.row_count <= self._keep:
            read = _binary_row if self._is_binary else _text_row
            result.rows.append(read(payload, result.columns))
        return False


def described(payload: bytes) -> Described:
    """Read the definition of a column (Protocol::ColumnDefinition41)."""
    fields = Fields(payload)
    for _ in range(4):
        fields.encoded_string()
    name = fields.encoded_string().decode("utf-8", "replace")
    fields.encoded_string()
    fields.encoded_integer()
    charset = fields.integer(2)
    fields.take(4)
    return Described(name, fields.integer(1), charset, fields.integer(2))


def error_of(payload: bytes) -> MySQLError:
    """Read an ERR packet."""
    fields = Fields(payload[1:])
    number = fields.integer(2)
    text = fields.rest().decode("utf-8", "replace")
    if text.startswith("#"):
        return MySQLError(number, text[6:], text[1:6])
    return MySQLError(number, text, GENERAL)


def _status_of_eof(payload: bytes) -> int:
    return int.from_bytes(payload[3:5], "little")


def _text_row(payload: bytes, columns: list[Described]) -> tuple[Parameter, ...]:
    fields = Fields(payload)
    values: list[Parameter] = []
    for column in columns:
        if payload[fields.place : fields.place + 1] == NULL:
            fields.take(1)
            values.append(None)
        else:
            values.append(_of_text(fields.encoded_string(), column))
    return tuple(values)


def _of_text(data: bytes, column: Described) -> Parameter:
    if column.code in INTEGERS:
        return int(data)
    if column.code in REALS:
        return float(data)
    return data if column.is_bytes else data.decode("utf-8", "replace")


def _binary_row(payload: bytes, columns: list[Described]) -> tuple[Parameter, ...]:
    fields = Fields(payload)
    fields.take(1)
    nulls = fields.take((len(columns) + 7 + 2) // 8)
    values: list[Parameter] = []
    for place, column in enumerate(columns, start=2):
        if nulls[place >> 3] & (1 << (place & 7)):
            values.append(None)
            continue
        flags = 0x80 if column.flags & UNSIGNED else 0
        value = value_of(fields, column.code, flags)
        if isinstance(value, bytes) and not column.is_bytes:
            value = value.decode("utf-8", "replace")
        values.append(value)
    return tuple(values)
