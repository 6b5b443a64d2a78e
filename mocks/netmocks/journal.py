"""Journal: everything that was said on the wires of one internet, in one order."""

import time
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from netmocks import transcript
from netmocks.record import PATIENCE, Record, anything

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
    #: seconds, from the monotonic clock
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


class Journal(Record[Entry]):
    """The ordered entries of all mocks that write into it.

    `str(journal)` is a transcript for people. Waiting, indexing and the byte limit are those of
    `Record`.

    Arguments:
        limit: bytes of traffic to keep; older entries are dropped, and the transcript says so.
    """

    def __init__(self, *, limit: int = LIMIT) -> None:
        super().__init__(limit=limit)
        self._number = 0

    def write(
        self,
        mock: str,
        kind: EntryKind,
        *,
        connection: int = 0,
        direction: Direction = "",
        data: bytes = b"",
        value: object = None,
    ) -> None:
        """Append one entry, numbered and timed."""
        with self._lock:
            self._number += 1
            self.append(
                Entry(
                    self._number, time.monotonic(), mock, connection, direction, kind, data, value
                )
            )

    def _cost(self, item: Entry) -> int:
        return len(item.data)

    def of(self, mock: str) -> "JournalSlice":
        """Return the part of the journal that one mock wrote."""
        return JournalSlice(self, mock)

    def __str__(self) -> str:
        return transcript.of(self, self.dropped)

    def _summary(self) -> str:
        if not self._items:
            return "nothing arrived at all"
        return "what did arrive:\n" + transcript.of(self.tail(40), self.dropped)


class JournalSlice:
    """One mock's part of a journal; reads and waits like the whole."""

    def __init__(self, journal: Journal, mock: str) -> None:
        self.whole = journal
        self.mock = mock

    def __iter__(self) -> Iterator[Entry]:
        return (entry for entry in self.whole if entry.mock == self.mock)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: int) -> Entry:
        return list(self)[index]

    def __str__(self) -> str:
        return transcript.of(self, self.whole.dropped)

    def _mine(self, predicate: Callable[[Entry], object]) -> Callable[[Entry], object]:
        return lambda entry: entry.mock == self.mock and predicate(entry)

    def wait_for(
        self, predicate: Callable[[Entry], object] = anything, *, timeout: float = PATIENCE
    ) -> Entry:
        """Return the first entry of this mock that matches; see `Record.wait_for`."""
        return self.whole.wait_for(self._mine(predicate), timeout=timeout)

    async def wait_for_async(
        self, predicate: Callable[[Entry], object] = anything, *, timeout: float = PATIENCE
    ) -> Entry:
        """`wait_for` for coroutines."""
        return await self.whole.wait_for_async(self._mine(predicate), timeout=timeout)
