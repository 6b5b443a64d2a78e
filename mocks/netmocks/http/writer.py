"""Writer: how an answer goes onto the wire that is not told at once (RFC 9112 §6, §7).

early hints ─ head ─ whole content, or its pieces, framed one by one ─ trailers
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from netmocks.http.fields import head, section
from netmocks.http.request import Request
from netmocks.http.response import Response

Pieces = AsyncGenerator[bytes, None]
Send = Callable[[bytes], Awaitable[None]]


class Writer:
    """Writes one answer.

    Arguments:
        request: what is answered.
        response: the answer.
        keep_alive: whether the connection may go on behind it.
    """

    def __init__(self, request: Request, response: Response, keep_alive: bool) -> None:
        self._response = response
        self._has_content = request.method != "HEAD" and not response.is_bodiless
        is_sized = response.stream is None or "content-length" in response.names
        #: whether the content is sent in chunks
        self._is_chunked = request.version == "1.1" and not is_sized
        #: whether the connection goes on behind it
        self.keeps_alive = keep_alive and (self._is_chunked or is_sized) and not response.closes
        self._head = response.head(self._more(request.version))
        # Who speaks 1.0 does not know informational answers (RFC 9110 §15.2).
        self._hints = response.hints if request.version == "1.1" else ()

    def _more(self, version: str) -> list[tuple[str, str]]:
        """Return the fields that say what becomes of the connection and how content is framed."""
        names = self._response.names
        more = []
        if "connection" not in names:
            if not self.keeps_alive:
                more.append(("Connection", "close"))
            elif version == "1.0":
                more.append(("Connection", "keep-alive"))
        if self._is_chunked and "transfer-encoding" not in names:
            more.append(("Transfer-Encoding", "chunked"))
        return more

    def whole(self) -> bytes:
        """Return all of an answer that is no stream."""
        return self._head + (self._response.body if self._has_content else b"")

    async def send(self, pieces: Pieces | None, send: Send) -> None:
        """Send the answer.

        Arguments:
            pieces: those of its stream, if it is one.
            send: takes bytes; returns when the client can take more.
        """
        for hint in self._hints:
            await send(head(103, hint))
        if pieces is None:
            await send(self.whole())
            return
        await send(self._head)
        async with aclosing(pieces):
            if not self._has_content:
                return
            async for piece in pieces:
                if piece:  # an empty chunk would end the content
                    chunk = b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece
                    await send(chunk)
        if self._is_chunked:
            await send(b"0\r\n" + section(self._response.trailer_fields()))
