"""Upload: what a request brings behind its head, kept whole if it is small."""

import hashlib
from collections.abc import Sequence


class Upload:
    """The content of one request, as it comes in.

    Of one that is too large, the beginning is kept, and length and hash are of all of it.

    Arguments:
        kept: bytes to keep.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._pieces: list[bytes] = []
        self._digest: hashlib._Hash | None = None
        #: bytes that came
        self.length = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        before = self.length
        self.length += len(piece)
        if self._digest is not None:
            self._digest.update(piece)
        elif self.length <= self._kept:
            self._pieces.append(piece)
        else:
            self._digest = _hashed([*self._pieces, piece])
            self._pieces.append(piece[: self._kept - before])

    @property
    def body(self) -> bytes:
        """What was kept of it."""
        return b"".join(self._pieces)

    @property
    def sha256(self) -> str:
        """The SHA-256 of all of it, in hexadecimal digits."""
        digest = self._digest or _hashed(self._pieces)
        return digest.hexdigest()


def _hashed(pieces: Sequence[bytes]) -> "hashlib._Hash":
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest
