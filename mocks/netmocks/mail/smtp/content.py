"""Content: what follows DATA or BDAT, read piece by piece; without I/O.

The pieces are kept as they come, and joined once: a message of many megabytes is in memory as few
times as can be.
"""

#: What ends the content that follows DATA (RFC 5321 §4.1.1.4).
END = b"\r\n.\r\n"

#: Octets of a line with its line end (RFC 5321 §4.5.3.1.6).
LINE_LIMIT = 1000


class Content:
    """A content that is being read.

    Arguments:
        limit: bytes that it may have; what comes beyond is dropped.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        #: bytes that have come
        self.size = 0
        #: what came behind the end; None while that has not come
        self.rest: bytes | None = None

    def receive(self, data: bytes) -> None:
        """Take bytes."""
        raise NotImplementedError

    def _keep(self, data: bytes) -> None:
        self.size += len(data)
        if self.size <= self._limit + len(END):  # some of it may turn out to be of the end
            self._pieces.append(data)
        else:
            self._pieces.clear()

    @property
    def is_too_much(self) -> bool:
        """Whether more has come than may."""
        return self.size > self._limit

    def take(self) -> bytes:
        """Return the content, once; nothing of what is too much."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


class DottedContent(Content):
    """What follows DATA, up to the dot that ends it.

    Only CRLF ends a line, so that no other sequence can end the message (RFC 5321 §2.3.8).
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        # The line end of the DATA command is where the first line begins.
        self._tail = b"\r\n"

    def receive(self, data: bytes) -> None:
        tail = self._tail
        # The end may have begun in what came before.
        seam = (tail + data[: len(END) - 1]).find(END)
        end = seam - len(tail) if seam >= 0 else data.find(END)
        if seam < 0 and end < 0:
            self._tail = (tail + data[-len(END) :])[1 - len(END) :]
            self._keep(data)
            return
        self.rest = data[end + len(END) :]
        # Its line end is the content's, and has come already where the end began before.
        if end + 2 >= 0:
            self._keep(data[: end + 2])
        else:
            self._drop(-end - 2)

    def _drop(self, count: int) -> None:
        """Take back octets of the end that came before it was known to be one."""
        self.size -= count
        while count and self._pieces:
            last = self._pieces.pop()
            if len(last) > count:
                self._pieces.append(last[:-count])
            count -= min(count, len(last))

    def take(self) -> bytes:
        """Return the content without the dots that hide first dots (RFC 5321 §4.5.2)."""
        data = super().take()
        if data.startswith(b"."):
            data = data[1:]
        # A search costs less than a copy, and most contents have no such line.
        return data.replace(b"\r\n.", b"\r\n") if b"\r\n." in data else data


class Chunk(Content):
    """What follows BDAT: so many octets, whatever they are (RFC 3030 §2).

    Arguments:
        size: how many.
        limit: bytes that it may have; what comes beyond is dropped.
    """

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(limit)
        self._missing = size
        self.receive(b"")

    def receive(self, data: bytes) -> None:
        self._missing -= len(data)
        if self._missing <= 0:
            end = len(data) + self._missing
            data, self.rest = data[:end], data[end:]
        self._keep(data)


def has_long_line(content: bytes) -> bool:
    """Whether a line has more octets than it may, its line end included."""
    start = 0
    while len(content) - start > LINE_LIMIT:
        # The last line end within reach: no need to look at each line.
        end = content.rfind(b"\r\n", start, start + LINE_LIMIT)
        if end < 0:
            return True
        start = end + 2
    return False
