"""Upload: what a request brings behind its head, kept whole if it is small."""

from zlib import crc32


class Upload:
    """The content of one request, as it comes in.

    Of one that is too large, the beginning is kept, and length and checksum are of all of it.

    Arguments:
        kept: bytes to keep.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._pieces: list[bytes] = []
        #: the checksum so far, once that is all that is kept of what comes
        self._crc32: int | None = None
        #: bytes that came
        self.length = 0

    def add(self, piece: bytes | memoryview) -> None:
        """Take the next piece; a view need not stay as it is."""
        if self._crc32 is not None:
            self._crc32 = crc32(piece, self._crc32)
        elif self.length + len(piece) <= self._kept:
            self._pieces.append(bytes(piece))
        else:
            self._crc32 = crc32(piece, crc32(self.body))
            self._pieces.append(bytes(piece[: self._kept - self.length]))
        self.length += len(piece)

    @property
    def body(self) -> bytes:
        """What was kept of it."""
        return b"".join(self._pieces)

    @property
    def crc32(self) -> int:
        """The CRC-32 of all of it, as `zlib.crc32` computes it."""
        return crc32(self.body) if self._crc32 is None else self._crc32
