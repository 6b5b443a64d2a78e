"""Input: what a client has said and nobody has used yet."""

from collections.abc import Awaitable, Callable

from netmocks.wire.stream import Stream


class Left(Exception):  # no error of ours
    """The client has left; the text says when."""


class Input:
    """The bytes that wait, line by line.

    Arguments:
        stream: where they come from; it is read no more while twice the limit waits.
        more: waits until more has come, or the end.
        limit: bytes that a line may have; of a longer one, only their number is kept.
    """

    def __init__(self, stream: Stream, more: Callable[[], Awaitable[None]], limit: int) -> None:
        self._stream = stream
        self._more = more
        self._limit = limit
        self._waiting = bytearray()
        self._searched = 0  # so many of them have no line feed
        self._is_deaf = False
        self._has_ended = False

    def __len__(self) -> int:
        """How many bytes wait."""
        return len(self._waiting)

    def receive(self, data: bytes) -> None:
        """Keep what came."""
        self._waiting += data
        if len(self._waiting) > self._limit:
            self._balance()

    def end(self) -> None:
        """Take note that nothing more will come."""
        self._has_ended = True

    @property
    def has_ended(self) -> bool:
        """Whether nothing waits, and nothing more will come."""
        return self._has_ended and not self._waiting

    async def line(self) -> tuple[bytes, int]:
        """Return a line with its end, and 0; or nothing, and the octets of one far too long.

        Raises:
            Left: the client left before it.
        """
        skipped = 0
        while True:
            end = self._waiting.find(b"\n", self._searched) + 1
            if end:
                line = self._off(end)
                if skipped or end > self._limit:
                    return b"", skipped + end
                return line, 0
            self._searched = len(self._waiting)
            if self._searched > self._limit:
                skipped += len(self._off(self._searched))
            if self._has_ended:
                raise Left("the client left without QUIT")
            await self._more()

    async def readline(self) -> bytes:
        """Return a line, as asyncio's `StreamReader` does, for which aiosmtpd takes this.

        Raises:
            Left: the client left before it.
            ValueError: it is far too long.
        """
        line, too_many = await self.line()
        if too_many:
            raise ValueError(f"a line of {too_many} octets")
        return line

    def take(self) -> bytes:
        """Return what waits; the client may go on."""
        return self._off(len(self._waiting))

    def put_back(self, data: bytes) -> None:
        """Let bytes be read again that were taken last."""
        self._waiting[:0] = data

    def _off(self, count: int) -> bytes:
        taken = bytes(self._waiting[:count])
        del self._waiting[:count]
        self._searched = 0
        if self._is_deaf:
            self._balance()
        return taken

    def _balance(self) -> None:
        is_deaf = len(self._waiting) > (self._limit if self._is_deaf else 2 * self._limit)
        if is_deaf is self._is_deaf:
            return
        self._is_deaf = is_deaf
        if is_deaf:
            self._stream.pause_reading()
        else:
            self._stream.resume_reading()
