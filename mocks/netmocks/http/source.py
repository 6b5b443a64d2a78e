"""Source: what makes a content piece by piece."""

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Iterator,
)
from contextlib import aclosing
from typing import Any

from netmocks.errors import MisuseError
from netmocks.http.codings import coded_pieces
from netmocks.http.pieces import Yielding, each


class Source:
    """An iterable, plain or async, read anew for each request; once, if it is an iterator.

    Arguments:
        pieces: the iterable, or a generator function, which makes one for each request.
        encode: from what it yields to the bytes that are sent.
        spelling: the option that it was given as.
    """

    def __init__(
        self,
        pieces: Yielding[Any],
        encode: Callable[[Any], bytes],
        spelling: str = "stream",
    ) -> None:
        self._pieces = pieces
        self._encode = encode
        self._spelling = spelling
        self._is_spent = False

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """Return the bytes, piece by piece; to be read and closed in the loop thread.

        Raises:
            MisuseError: they come from an iterator, which an earlier request has used up.
        """
        pieces = self._pieces
        if isinstance(pieces, (Iterator, AsyncIterator)):
            if self._is_spent:
                raise MisuseError(
                    f"{self._spelling}={pieces!r} was used up by an earlier request: give the"
                    " generator function itself, or a list"
                )
            self._is_spent = True
        return self._encoded(each(pieces))

    async def _encoded(self, pieces: AsyncGenerator[Any, None]) -> AsyncGenerator[bytes, None]:
        async with aclosing(pieces):
            async for piece in pieces:
                yield self._encode(piece)


class Coded(Source):
    """What a source makes, compressed; each piece such that a client can read it at once."""

    def __init__(self, source: Source, coding: str) -> None:
        self._source = source
        self._coding = coding

    def pieces(self) -> AsyncGenerator[bytes, None]:
        return coded_pieces(self._source.pieces(), self._coding)
