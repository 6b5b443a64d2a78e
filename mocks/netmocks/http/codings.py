"""Codings: how content is compressed for clients that ask for it (RFC 9110 §8.4, §12.5.3)."""

import re
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from netmocks.errors import MisuseError


class Coder(Protocol):
    """Compresses one content, piece by piece."""

    def code(self, piece: bytes) -> bytes:
        """Take a piece; return what is ready so far."""

    def flush(self) -> bytes:
        """Return the rest of what was taken, so that a client can read all of it now."""

    def end(self) -> bytes:
        """Return the rest, and what ends the content."""


class Zlib:
    """gzip, and the zlib format that HTTP calls "deflate" (RFC 1952, RFC 1950)."""

    def __init__(self, window: int) -> None:
        # The header of gzip has no time in it, so the same content has the same octets.
        self._library = zlib.compressobj(wbits=window)
        self.code = self._library.compress
        self.end = self._library.flush

    def flush(self) -> bytes:
        return self._library.flush(zlib.Z_SYNC_FLUSH)


class Brotli:
    """Brotli (RFC 7932), by `brotli` or `brotlicffi`."""

    def __init__(self, library: Any) -> None:
        compressor = library.Compressor()
        self.code = compressor.process
        self.flush = compressor.flush
        self.end = compressor.finish


class Zstd:
    """Zstandard (RFC 8878), by Python 3.14 or its backport."""

    def __init__(self, library: Any) -> None:
        self._library = library.ZstdCompressor()
        self.code = self._library.compress
        self.end = self._library.flush

    def flush(self) -> bytes:
        return bytes(self._library.flush(self._library.FLUSH_BLOCK))


class Zstandard:
    """Zstandard, by `zstandard`."""

    def __init__(self, library: Any) -> None:
        self._library = library.ZstdCompressor().compressobj()
        self._block = library.COMPRESSOBJ_FLUSH_BLOCK
        self.code = self._library.compress
        self.end = self._library.flush

    def flush(self) -> bytes:
        return bytes(self._library.flush(self._block))


#: The coders by the names of their codings, with the libraries that they need. Of codings that a
#: client likes equally, the first is taken: one that is there on each machine.
CODERS: dict[str, tuple[tuple[str, Callable[[Any], Coder]], ...]] = {
    "gzip": (("zlib", lambda _: Zlib(31)),),
    "deflate": (("zlib", lambda _: Zlib(15)),),
    "br": (("brotli", Brotli), ("brotlicffi", Brotli)),
    "zstd": (("compression.zstd", Zstd), ("backports.zstd", Zstd), ("zstandard", Zstandard)),
}

#: What stands for a coding in Accept-Encoding, and its weight from 0 to 1.
CHOICE = re.compile(
    r"\s*([^\s;,]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.IGNORECASE
)


@cache
def _maker(coding: str) -> Callable[[], Coder] | None:
    """Return what makes a coder; None if no library for it is installed."""
    for name, make in CODERS[coding]:
        try:
            library = import_module(name)
        except ImportError:
            continue
        return lambda make=make, library=library: make(library)  # type: ignore[misc]  # bound now
    return None


def can(coding: str) -> bool:
    """Whether a library for a coding is installed."""
    return _maker(coding) is not None


def libraries(coding: str) -> list[str]:
    """Return the libraries of which a coding needs one."""
    return [name for name, _ in CODERS[coding]]


def checked(compress: object) -> str:
    """Return what `compress=` says: "" for nothing, "*" for what the client asks, or a coding.

    Raises:
        MisuseError: a coding that is not known, or needs a library that is not installed.
    """
    if isinstance(compress, bool):
        return "*" if compress else ""
    if not isinstance(compress, str) or compress not in CODERS:
        known = ", ".join(map(repr, CODERS))
        raise MisuseError(
            f"compress={compress!r}: True for what the client asks for, or one of {known}"
        )
    if not can(compress):
        needed = " or ".join(libraries(compress))
        raise MisuseError(f"compress={compress!r} needs a library that is not installed: {needed}")
    return compress


def accepted(field: str) -> str:
    """Return the coding that a field Accept-Encoding likes best; "" for none.

    What can't be read in it is left out. A client that refuses content as it is gets it all the
    same where nothing else fits, as RFC 9110 §12.5.3 has it.
    """
    weights: dict[str, float] = {}
    for choice in field.split(","):
        read = CHOICE.fullmatch(choice)
        if read:
            weights[read[1].lower().removeprefix("x-")] = float(read[2] or 1)
    rest = weights.get("*", 0.0)
    best, most = "", 0.0
    for coding in CODERS:
        weight = weights.get(coding, rest)
        if weight > most and can(coding):
            best, most = coding, weight
    return best if most >= weights.get("identity", 0.0) else ""


def tagged(etag: str, coding: str) -> str:
    """Return the entity tag of what has this one when it is not compressed (RFC 9110 §8.8.3.3)."""
    return f'{etag[:-1]}-{coding}"' if coding else etag


def coded(content: bytes, coding: str) -> bytes:
    """Return a whole content, compressed."""
    coder = _coder(coding)
    return coder.code(content) + coder.end()


async def coded_pieces(
    pieces: AsyncGenerator[bytes, None], coding: str
) -> AsyncGenerator[bytes, None]:
    """Return a content piece by piece, each such that a client can read it at once."""
    coder = _coder(coding)
    async with aclosing(pieces):
        async for piece in pieces:
            if piece:
                yield coder.code(piece) + coder.flush()
    yield coder.end()


def _coder(coding: str) -> Coder:
    make = _maker(coding)
    assert make is not None
    return make()
