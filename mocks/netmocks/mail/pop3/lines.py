"""LineReader: bytes in, command lines out (RFC 1939 §3, RFC 2449 §4); without I/O."""

from typing import NamedTuple

#: Bytes of a command line with its line end (RFC 2449 §4), and of a step of a login (RFC 5034 §4).
LINE_LIMIT = 255
SASL_LIMIT = 12288


class Line(NamedTuple):
    """One line, without its end."""

    text: str
    #: what is wrong with it: "" if nothing is
    sin: str = ""
    #: whether it was longer than it may be; its text is not kept
    is_too_long: bool = False


class LineReader:
    """Reads lines. A bare LF ends one, too, as servers commonly have it; that is a sin."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._is_too_long = False

    def receive(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data

    @property
    def waiting(self) -> int:
        """Bytes that no line was made of."""
        return len(self._buffer)

    def next(self, limit: int = LINE_LIMIT) -> Line | None:
        """Return the next line; None while it has not come.

        Arguments:
            limit: bytes that it may have; no more are kept of it.
        """
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._searched > limit:
                self._is_too_long = True
                self.clear()
            return None
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        self._searched = 0
        is_too_long, self._is_too_long = self._is_too_long or len(line) > limit, False
        if is_too_long:
            return Line("", f"a line is longer than {limit} bytes", is_too_long=True)
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape")
        return Line(text, _sin_of(line))

    def clear(self) -> bool:
        """Forget what no line was made of; return whether there was anything."""
        had = bool(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return had

    @property
    def has_rest(self) -> bool:
        """Whether the last that came is no line yet."""
        return self._is_too_long or (bool(self._buffer) and not self._buffer.endswith(b"\n"))


def _sin_of(line: bytes) -> str:
    if not line.endswith(b"\r\n"):
        return "a line ends in a bare LF"
    if b"\0" in line:
        return "a line has a NUL in it"
    if b"\r" in line[:-2]:
        return "a line has a bare CR in it"
    if not line.isascii():
        return "a line has 8-bit characters, which UTF8 did not announce (RFC 6856)"
    return ""
