"""HTTPEngine: HTTP/1.0 and HTTP/1.1 on one connection (RFC 9112), parsed by httptools.

    bytes ─ httptools ─ on_… callbacks ─ Request ─ answer ─ Response ─ bytes

Requests that are pipelined wait their turn: answers leave in the order of the requests, whatever
each of them takes.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import cast

import httptools

from netmocks.http.request import Request
from netmocks.http.response import Pieces, Response
from netmocks.wire.stream import Stream
from netmocks.wire.worker import in_thread

#: Bytes of a request's head; beyond it, 431. What Apache and nginx take is of the same order.
HEAD_LIMIT = 64 * 1024

#: Pipelined requests that may wait before the engine stops reading.
PIPELINE_LIMIT = 64

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Refused(Exception):
    """A request that is answered by its shape alone: with this status, then the connection ends."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status = status
        self.why = why


class HTTPEngine(asyncio.Protocol):
    """Speaks HTTP on one connection.

    Arguments:
        answer: from a request to its response, at once or awaitable.
    """

    def __init__(self, answer: Callable[[Request], Response | Awaitable[Response]]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._stream: Stream
        self._turn: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._writable: asyncio.Event | None = None
        self._last = False  # no request after this one will be read
        self._in_request = False
        self._in_head = False
        self._head_size = 0

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = cast("Stream", transport)

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        if self._in_head:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
            if self._in_head and self._head_size > HEAD_LIMIT:
                raise _Refused(431, f"a head of more than {HEAD_LIMIT} bytes")
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, _Refused):
                raise
            self._refuse(error.__context__)
        except httptools.HttpParserError as error:
            self._refuse(_Refused(400, f"no HTTP request: {error}"))
        except _Refused as refusal:
            self._refuse(refusal)

    def eof_received(self) -> bool:
        if self._in_request:
            self._note("the client left in the middle of a request")
        self._last = True
        # A client that has only closed its own side still gets what it asked for.
        return self._turn is not None

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.clear()
        if self._turn is not None:
            self._turn.cancel()

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    # -- what httptools calls -----------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._target = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._in_request = self._in_head = True
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._fields)
        if size > HEAD_LIMIT:
            raise _Refused(431, f"a head of {size} bytes: {HEAD_LIMIT} are taken")
        hosts = expects = 0
        for name, value in self._fields:
            match len(name):
                case 4 if name.lower() == b"host":
                    hosts += 1
                case 6 if name.lower() == b"expect" and value.lower() == b"100-continue":
                    expects += 1
        is_1_1 = self._parser.get_http_version() == "1.1"
        if hosts > 1 or (is_1_1 and not hosts):
            raise _Refused(400, f"{hosts} Host fields instead of one (RFC 9112 §3.2)")
        if expects and is_1_1 and self._turn is None:
            self._stream.write(CONTINUE)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._in_request = False
        parser = self._parser
        request = Request(
            parser.get_method().decode("ascii"),
            self._target.decode("latin-1"),
            parser.get_http_version(),
            self._fields,
            b"".join(self._body) if self._body else b"",
            self._stream,
        )
        keep_alive = parser.should_keep_alive()
        if not keep_alive:
            self._last = True
        if self._turn is None:
            self._serve(request, keep_alive)
        else:
            self._waiting.append((request, keep_alive))
            if len(self._waiting) == PIPELINE_LIMIT:
                self._stream.pause_reading()

    # -- answering ----------------------------------------------------------------------------

    def _serve(self, request: Request, keep_alive: bool) -> None:
        """Answer at once where that is possible; else the turn becomes a task."""
        answer = self._ask(request)
        if not isinstance(answer, Response) or answer.stream is not None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_task(self._take_turns(request, answer, keep_alive))
        elif keep_alive and request.version == "1.1" and request.method != "HEAD":
            self._stream.write(answer.wire())
        else:
            self._write_whole(request, answer, keep_alive)

    def _ask(self, request: Request) -> Response | Awaitable[Response]:
        site = self._stream.site
        site.journal.write(site.name, "event", connection=self._stream.number, value=request)
        try:
            return self._answer(request)
        except Exception as error:  # a condition of the test's own failed
            return self._failed(error)

    def _failed(self, error: Exception) -> Response:
        """Tell the test, by a finding, and the client."""
        self._stream.report(error)
        return Response(f"the test's code raised {type(error).__name__}: {error}\n", status=500)

    def _write_whole(self, request: Request, response: Response, keep_alive: bool) -> None:
        bodiless = response.is_bodiless or request.method == "HEAD"
        head = response.head(_persistence(request, keep_alive))
        self._stream.write(head if bodiless else head + response.body)
        if not keep_alive:
            self._stream.close()

    async def _take_turns(
        self, request: Request, answer: Response | Awaitable[Response], keep_alive: bool
    ) -> None:
        """Serve this request, then those that have queued up behind it."""
        try:
            await self._serve_slowly(request, answer, keep_alive)
            while self._waiting:
                request, keep_alive = self._waiting.popleft()
                if len(self._waiting) == PIPELINE_LIMIT - 1:
                    self._stream.resume_reading()
                await self._serve_slowly(request, self._ask(request), keep_alive)
        finally:
            self._turn = None
        if self._last:
            self._stream.close()

    async def _serve_slowly(
        self, request: Request, answer: Response | Awaitable[Response], keep_alive: bool
    ) -> None:
        try:
            response = answer if isinstance(answer, Response) else await answer
        except Exception as error:  # the test's own handler failed
            response = self._failed(error)
        if response.stream is None:
            self._write_whole(request, response, keep_alive)
            return
        try:
            await self._stream_out(request, response, response.stream, keep_alive)
        except Exception as error:  # too late for a status: the broken framing tells the client
            self._stream.report(error)
            self._stream.abort()

    async def _stream_out(
        self, request: Request, response: Response, pieces: Pieces, keep_alive: bool
    ) -> None:
        names = {name.lower() for name, _ in response.fields}
        chunked = request.version == "1.1" and "content-length" not in names
        keep_alive = keep_alive and (chunked or "content-length" in names)
        more = _persistence(request, keep_alive)
        if chunked and "transfer-encoding" not in names:
            more.append(("Transfer-Encoding", "chunked"))
        self._stream.write(response.head(more))
        if not response.is_bodiless and request.method != "HEAD":
            async for piece in _each(pieces):
                if piece:  # an empty chunk would end the body
                    self._stream.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                if self._writable is not None:
                    await self._writable.wait()
            if chunked:
                self._stream.write(b"0\r\n\r\n")
        if not keep_alive:
            self._last = True
            self._stream.close()

    # -- refusing -----------------------------------------------------------------------------

    def _refuse(self, refusal: _Refused) -> None:
        """Answer what is no request, and close: nobody knows where the next one would begin."""
        self._note(refusal.why)
        self._last = True
        self._in_request = False
        if self._turn is None:
            response = Response(f"{refusal.why}\n", status=refusal.status)
            self._stream.write(response.head([("Connection", "close")]) + response.body)
            self._stream.close()

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Go on with HTTP/1.1, as a server may that does not switch (RFC 9110 §7.8)."""
        self._parser = httptools.HttpRequestParser(self)
        if rest:
            self.data_received(rest)

    def _note(self, text: str) -> None:
        site = self._stream.site
        site.journal.write(site.name, "error", connection=self._stream.number, value=text)


def _persistence(request: Request, keep_alive: bool) -> list[tuple[str, str]]:
    """Return the field that says what becomes of the connection, where it is not the default."""
    if not keep_alive:
        return [("Connection", "close")]
    return [("Connection", "keep-alive")] if request.version == "1.0" else []


async def _each(pieces: Pieces) -> AsyncIterator[bytes]:
    """Return pieces one by one; those of a plain generator are made in a worker thread."""
    if not isinstance(pieces, Iterable):
        async for piece in pieces:
            yield piece
    elif inspect.isgenerator(pieces):
        end = object()
        while (made := await in_thread(lambda: next(pieces, end))) is not end:
            yield cast("bytes", made)
    else:
        for piece in pieces:
            yield piece
