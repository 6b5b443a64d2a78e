"""File: what `file=` names, on a disk or in memory, and what it has right now."""

import mimetypes
import os
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from netmocks.errors import MisuseError
from netmocks.http.preconditions import Validators

FileLike = str | os.PathLike[str] | tuple[str, bytes]

#: Bytes that are read at once, in the loop thread; larger files are read by a worker thread.
SMALL = 64 * 1024

#: Bytes of a piece.
PIECE = 256 * 1024

#: The media types of files that are compressed as a whole, by the names that `mimetypes` has.
PACKED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}


class Representation(NamedTuple):
    """A file as it is at one moment (RFC 9110 §3.2)."""

    size: int
    validators: Validators
    #: all of it if it is small, else None
    content: bytes | None
    path: Path
    #: what tells whether it is still the same on the disk
    state: tuple[int, ...]

    def read(self, span: range) -> Iterator[bytes]:
        """Yield a part of it, piece by piece.

        Raises:
            OSError: it is not there any more, or not as it was.
        """
        if self.content is not None:
            yield self.content[span.start : span.stop]
            return
        with self.path.open("rb", buffering=0) as file:
            if _state(os.fstat(file.fileno())) != self.state:
                raise OSError(f"{self.path} changed after the head of its answer was sent")
            file.seek(span.start)
            left = len(span)
            while left:
                piece = file.read(min(left, PIECE))
                if not piece:
                    raise OSError(f"{self.path} shrank while it was sent: {left} bytes are missing")
                yield piece
                left -= len(piece)


class File:
    """A file to be sent.

    Arguments:
        given: a path, or a name with its bytes.

    Raises:
        MisuseError: it is neither, or there is no such file.
    """

    def __init__(self, given: Any) -> None:
        match given:
            case (str(name), (bytes() | bytearray() | memoryview()) as content):
                self._path = Path(name)
                self._content: bytes | None = bytes(content)
            case str() | os.PathLike():
                # Absolute, for the code under test may go to another directory.
                self._path, self._content = Path(given).absolute(), None
                if not self._path.is_file():
                    raise MisuseError(
                        f"file={str(given)!r}: there is no such file in {Path.cwd()}; for bytes"
                        " write file=('name.txt', b'...')"
                    )
            case _:
                raise MisuseError(
                    f"file={given!r}: give a path, or a name with its bytes: ('a.txt', b'...')"
                )
        self.media_type = _media_type(self._path.name)

    def now(self) -> Representation:
        """Return what it has at this moment.

        Raises:
            OSError: it is not there any more.
        """
        content = self._content
        if content is not None:
            validators = Validators(_hashed(content))
            return Representation(len(content), validators, content, self._path, ())
        with self._path.open("rb", buffering=0) as file:
            stat = os.fstat(file.fileno())
            # By its content where that costs little: a test may write a file twice within one
            # tick of the file system's clock.
            content = file.read() if stat.st_size <= SMALL else None
        state = _state(stat)
        etag = '"' + "-".join(f"{number:x}" for number in state) + '"'
        size = stat.st_size
        if content is not None:
            etag, size = _hashed(content), len(content)
        validators = Validators(etag, int(stat.st_mtime))
        return Representation(size, validators, content, self._path, state)


def _state(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _hashed(content: bytes) -> str:
    return f'"{blake2b(content, digest_size=12).hexdigest()}"'


@cache
def _types() -> mimetypes.MimeTypes:
    return mimetypes.MimeTypes()  # Python's own: those of the system differ from machine to machine


def _media_type(name: str) -> str:
    media_type, packed = _types().guess_type(name)
    if packed is not None:
        return PACKED.get(packed, "application/octet-stream")
    if media_type is None:
        return "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
