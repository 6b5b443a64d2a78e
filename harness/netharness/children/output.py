"""Output: what a child wrote to one of its descriptors, kept to head and tail."""

from netmocks.errors import MisuseError

#: Bytes kept of what came first, and as many of what came last.
KEPT = 512 * 1024


class Output:
    """What was written so far; of a flood, the middle is left out."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        #: bytes that came in all
        self.size = 0

    def add(self, data: bytes) -> None:
        """Keep what was read."""
        self.size += len(data)
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * KEPT:  # not at each chunk: moving bytes takes time
            del self._tail[:-KEPT]

    def __bytes__(self) -> bytes:
        tail = self._tail[-KEPT:]
        missing = self.size - len(self._head) - len(tail)
        note = f"\n[... {missing} bytes left out ...]\n".encode() if missing else b""
        return bytes(self._head + note + tail)

    def __str__(self) -> str:
        """Return it as text; what is no UTF-8 is replaced."""
        return bytes(self).decode(errors="replace")


class Search:
    """Looks for a text in what comes piece by piece, as the predicate of a wait.

    Arguments:
        text: what to look for; it may be cut by the pieces' ends.
        count: how often it has to be there.

    Raises:
        MisuseError: it is no text, or an empty one, or is never to be there.
    """

    def __init__(self, text: str, count: int) -> None:
        if not isinstance(text, str) or not text or count < 1:
            raise MisuseError(f"a wait for {text!r}, {count} times: it takes a text, at least once")
        self._wanted = text.encode()
        self._missing = count
        self._rest = b""

    def __call__(self, piece: bytes | None) -> bool:
        """Whether it is there as often as it has to; or nothing more comes (None)."""
        if piece is None:
            return True
        *found, self._rest = (self._rest + piece).split(self._wanted)
        self._missing -= len(found)
        # Only its beginning may still be in there.
        self._rest = self._rest[max(0, len(self._rest) - len(self._wanted) + 1) :]
        return self.found

    @property
    def found(self) -> bool:
        """Whether it was there often enough."""
        return self._missing <= 0
