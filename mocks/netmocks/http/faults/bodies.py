"""Bodies: content that is not what its head says."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike
from netmocks.http.faults.head import HeadStrike, Lines, is_field, joined

#: Bytes of content that nobody asked for, sent at once.
PIECE = 64 * 1024

#: How gzip begins: its magic number, deflate, no flags (RFC 1952 §2.3); what follows is none.
NO_GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"this is not deflate"


class OversizeBody(AnswerFault):
    """Content goes on for so many bytes beyond what was meant; Content-Length says so, too.

    Arguments:
        size: bytes in all.
        fill: the byte that they are made of.

    Raises:
        MisuseError: no such content can be.
    """

    def __init__(self, size: int, *, fill: bytes = b"\0") -> None:
        if size < 1 or len(fill) != 1:
            raise MisuseError(f"size={size!r}, fill={fill!r}: give a size from 1 on, and one byte")
        self.size = size
        self.fill = fill

    def strike(self) -> Strike:
        return _Oversize(self.size, self.fill)


class _Oversize(HeadStrike):
    def __init__(self, size: int, fill: bytes) -> None:
        super().__init__(f"content of {size} bytes")
        self._left = size
        self._fill = fill

    def head(self, lines: Lines) -> Iterator[Step]:
        kept = [line for line in lines if not is_field(line, b"content-length")]
        yield joined([*kept, b"Content-Length: %d" % self._left])

    def content(self, data: bytes) -> Iterator[Step]:
        self._left -= len(data)
        yield data

    def finish(self) -> Iterator[Step]:
        while self._left > 0:
            size = min(PIECE, self._left)
            self._left -= size
            yield self._fill * size


class WrongCharset(AnswerFault):
    """Content-Type tells another charset than the content is written in.

    Arguments:
        charset: what it tells.
    """

    def __init__(self, charset: str = "utf-16") -> None:
        self.charset = charset

    def strike(self) -> Strike:
        return _Charset(self.charset)


class _Charset(HeadStrike):
    def __init__(self, charset: str) -> None:
        super().__init__(f"charset={charset}")
        self._charset = charset.encode("latin-1", errors="replace")

    def head(self, lines: Lines) -> Iterator[Step]:
        media_type = b"text/plain"
        kept: Lines = []
        for line in lines:
            if is_field(line, b"content-type"):
                media_type = line.partition(b":")[2].partition(b";")[0].strip()
            else:
                kept.append(line)
        yield joined([*kept, b"Content-Type: %b; charset=%b" % (media_type, self._charset)])


class BrokenGzip(AnswerFault):
    """The head says gzip, and the content begins like it, but can't be decoded."""

    def strike(self) -> Strike:
        return _Gzip("gzip that is none")


class _Gzip(HeadStrike):
    def head(self, lines: Lines) -> Iterator[Step]:
        gone = (b"content-length", b"content-encoding", b"transfer-encoding")
        kept = [line for line in lines if not any(is_field(line, name) for name in gone)]
        length = b"Content-Length: %d" % len(NO_GZIP)
        yield joined([*kept, b"Content-Encoding: gzip", length])
        yield NO_GZIP

    def content(self, data: bytes) -> Iterator[Step]:
        return iter(())
