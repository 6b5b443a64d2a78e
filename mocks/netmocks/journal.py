"""Journal: everything that was said on the wires of one internet, in one order."""

from time import monotonic
from typing import Any, Literal, NamedTuple

from netmocks import transcript
from netmocks.record import LARGE, PAGE, Record
from netmocks.slice import Slice

#: Bytes of traffic that a journal keeps unless told otherwise: a long test's worth.
LIMIT = 16 * 1024 * 1024

Direction = Literal["in", "out", ""]

EntryKind = Literal[
    "opened",  # a connection was accepted; value: the peer's address
    "tls",  # its handshake is done; value: version, cipher and server name
    "received",  # bytes from the client, as the engine saw them
    "sent",  # bytes to the client, as the engine said them
    "event",  # what the engine made of them; value: a request, a command, a message
    "fault",  # a fault struck; value: which
    "error",  # something went wrong; value: what
    "closed",  # the connection ended; value: by whom
    "route",  # a name was looked up or an address tried; value: with what result
]


class Entry(NamedTuple):
    """One thing that happened on a wire."""

    #: place in the journal, from 1; without gaps, so that a dropped entry can be noticed
    number: int
    #: seconds, from the monotonic clock; taken without a lock, so that entries of two threads may
    #: stand the other way round by microseconds
    time: float
    #: the mock's name, or "internet"
    mock: str
    #: the connection's ordinal at that mock, from 1; 0 where there is none
    connection: int
    #: "in" from the client, "out" to the client, "" neither
    direction: Direction
    kind: EntryKind
    #: the bytes, empty where there are none
    data: bytes
    #: the parsed value, None where there is none
    value: object


new_tuple = tuple.__new__


class Journal(Record[Entry]):
    """The ordered entries of all mocks that write into it.

    `str(journal)` is a transcript for people. Waiting, indexing and the byte limit are those of
    `Record`.

    Arguments:
        limit: bytes of traffic to keep; older entries are dropped, and the transcript says so.
    """

    def __init__(self, *, limit: int = LIMIT) -> None:
        super().__init__(limit=limit)

    def write(
        self,
        mock: str,
        kind: EntryKind,
        connection: int = 0,
        direction: Direction = "",
        data: bytes = b"",
        value: object = None,
    ) -> None:
        """Append one entry, numbered and timed."""
        fresh = self._fresh
        fresh.append((monotonic(), mock, connection, direction, kind, data, value))
        if self._waiters or len(fresh) >= PAGE or len(data) > LARGE:
            self._settle()

    def _weigh(self, put: list[Any]) -> int:
        size = 0
        for _, _, _, _, _, data, value in put:
            size += len(data)
            if value is not None:  # a request has its content
                size += getattr(value, "size", 0)
        return size

    def _item(self, number: int, put: Any) -> Entry:
        # What Entry(...) does, too, but in twice the time.
        return new_tuple(Entry, (number, *put))

    @property
    def last_number(self) -> int:
        """The number of the newest entry; 0 where there is none yet."""
        self._settle()
        return self._next - 1

    def since(self, number: int) -> "JournalSpan":
        """Return the entries after a number, up to the newest there is now."""
        return JournalSpan(self, number + 1, self.last_number)

    def of(self, mock: str) -> "JournalSlice":
        """Return the part of the journal that one mock wrote."""
        return JournalSlice(self, mock)

    def __str__(self) -> str:
        return transcript.of(self, self.dropped)

    def _summary(self) -> str:
        if not len(self):
            return "nothing arrived at all"
        return "what did arrive:\n" + transcript.of(self.tail(40), self.dropped)


class JournalSlice(Slice[Entry]):
    """One mock's part of a journal; reads and waits like the whole."""

    def __init__(self, journal: Journal, mock: str) -> None:
        super().__init__(journal, lambda entry: entry.mock == mock)
        self.mock = mock

    def __str__(self) -> str:
        return transcript.of(self, self.whole.dropped)


class JournalSpan(Slice[Entry]):
    """The entries of a journal from one number to another."""

    def __init__(self, journal: Journal, first: int, last: int) -> None:
        super().__init__(journal, lambda entry: first <= entry.number <= last)

    def __str__(self) -> str:
        return transcript.of(self)
