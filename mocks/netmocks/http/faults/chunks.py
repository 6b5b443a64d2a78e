"""Chunks: content in chunks whose framing is broken (RFC 9112 §7.1)."""

from collections.abc import Iterator

from netmocks.faults.fault import AnswerFault, End, Step, Strike, Struck
from netmocks.http.faults.head import HeadStrike, Lines, joined

LAST_CHUNK = b"0\r\n"


class BadChunkSize(AnswerFault):
    """A chunk begins with what is no size; it needs an answer in chunks, such as a stream.

    Arguments:
        chunk: which one, from 0.
        size: what stands there instead of a hexadecimal number.
    """

    def __init__(self, chunk: int = 0, size: str = "xyz") -> None:
        self.chunk = chunk
        self.size = size

    def strike(self) -> Strike:
        return _BadSize(self.chunk, self.size.encode("latin-1", errors="replace"))


class NoLastChunk(AnswerFault):
    """The chunk that ends the content is left out, and the connection is closed."""

    def strike(self) -> Strike:
        return _NoLast()


class _Chunks(HeadStrike):
    """A strike at the content; the engine sends each chunk by itself."""

    def head(self, lines: Lines) -> Iterator[Step]:
        yield joined(lines)


class _BadSize(_Chunks):
    def __init__(self, chunk: int, size: bytes) -> None:
        super().__init__()
        self._left = chunk
        self._size = size

    def content(self, data: bytes) -> Iterator[Step]:
        self._left -= 1
        if self._left != -1:
            yield data
            return
        yield Struck(f"chunk size {self._size!r}")
        yield self._size + data[data.index(b"\r\n") :]


class _NoLast(_Chunks):
    def content(self, data: bytes) -> Iterator[Step]:
        if not data.startswith(LAST_CHUNK):
            yield data
            return
        yield Struck("the last chunk left out")
        yield End.CLOSE
