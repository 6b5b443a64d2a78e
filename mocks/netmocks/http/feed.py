"""Feed: a stream that the test feeds, step by step, while its clients read."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any, Final

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.http.events import Event
from netmocks.http.pieces import BreakOff
from netmocks.journal import LIMIT
from netmocks.record import PATIENCE, Record

_END: Final = object()
_BROKEN: Final = object()


class Feed:
    """A stream for any number of clients: each gets what is sent while it reads.

        feed = Feed()
        web.on("GET", "/news").reply(stream=feed)  # or events=feed
        feed.send("one")
        ...
        feed.wait_until_open()  # the code under test has asked, and got the head of the answer
        feed.send("two")
        feed.end()

    What is sent before the first client comes waits for it. Nothing is kept for others that come
    later, as on the air: who sends to nobody learns it by what `send` returns. All methods may be
    called from any thread, and in any event loop.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: list[_Reader] = []
        self._waiting: list[object] = []  # for the first reader
        self._openings: Record[_Reader] = Record(limit=LIMIT)
        self._last: object = None  # what ended it, once something has

    def __repr__(self) -> str:
        return f"<Feed to {self.readers} clients{', ended' if self._last else ''}>"

    @property
    def readers(self) -> int:
        """How many clients read it now."""
        return len(self._readers)

    def send(self, piece: bytes | str | Event) -> int:
        """Send a piece to all who read it now; return how many they are.

        Before the first client has come, it is kept for that one.

        Arguments:
            piece: bytes or text (UTF-8) for `stream=`, an `Event` or the text of one for `events=`.

        Raises:
            MisuseError: it is none of them, or the feed has ended.
        """
        if not isinstance(piece, (bytes, str, Event)):
            raise MisuseError(f"send({piece!r}): a feed is made of bytes, text or Event('data')")
        return self._tell(piece)

    def end(self) -> None:
        """End the answer of all who read it now, and of those who come later."""
        self._finish(_END)

    def break_off(self) -> None:
        """End the connection of all who read it, in the middle of their answer; of others later."""
        self._finish(_BROKEN)

    def wait_until_open(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """Wait until so many clients, past ones counted, have begun to read it.

        Arguments:
            count: how many.
            timeout: seconds.

        Raises:
            WaitTimeout: they did not come in time.
            MisuseError: called inside a running event loop, which it would block.
        """
        try:
            self._openings.wait_for_count(count, timeout=timeout)
        except WaitTimeout:
            raise self._too_late(count, timeout) from None

    async def wait_until_open_async(self, count: int = 1, *, timeout: float = PATIENCE) -> None:
        """`wait_until_open` for coroutines: the event loop runs on meanwhile."""
        try:
            await self._openings.wait_for_count_async(count, timeout=timeout)
        except WaitTimeout:
            raise self._too_late(count, timeout) from None

    def _too_late(self, count: int, timeout: float) -> WaitTimeout:
        return WaitTimeout(
            f"{len(self._openings)} of {count} clients have opened this feed within {timeout:g} s;"
            " it is opened by a request to a rule that says reply(stream=feed)"
        )

    # -- its readers --------------------------------------------------------------------------

    def _tell(self, piece: object) -> int:
        with self._lock:
            if self._last is not None:
                raise MisuseError("this feed has ended: make a new Feed() for the next answer")
            if not self._openings:
                self._waiting.append(piece)
            for reader in self._readers:
                reader.offer(piece)
            return len(self._readers)

    def _finish(self, last: object) -> None:
        with self._lock:
            self._last = self._last or last  # the first end is the one that counts
            for reader in self._readers:
                reader.offer(last)

    async def __aiter__(self) -> AsyncGenerator[Any, None]:
        reader = _Reader()
        with self._lock:
            self._readers.append(reader)
            for piece in self._waiting:
                reader.offer(piece)
            self._waiting.clear()
            if self._last is not None:
                reader.offer(self._last)
            self._openings.append(reader)
        try:
            while (piece := await reader.pieces.get()) is not _END:
                if piece is _BROKEN:
                    raise BreakOff
                yield piece
        finally:
            with self._lock:
                self._readers.remove(reader)


class _Reader:
    """One client; made in the loop that serves it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.pieces: asyncio.Queue[object] = asyncio.Queue()

    def offer(self, piece: object) -> None:
        """Hand it a piece, from any thread."""
        self._loop.call_soon_threadsafe(self.pieces.put_nowait, piece)
