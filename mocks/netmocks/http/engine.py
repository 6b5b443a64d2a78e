"""HTTPEngine: HTTP/1.0 and HTTP/1.1 on one connection (RFC 9112).

    bytes ─ RequestReader ─ Request ─ answer ─ Response ─ bytes

Requests that are pipelined wait their turn: answers leave in the order of the requests, whatever
each of them takes.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import cast

from netmocks.http.pieces import BreakOff
from netmocks.http.reader import Refused, RequestReader
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.wire.stream import Stream

#: Pipelined requests that may wait before the engine stops reading.
PIPELINE_LIMIT = 64

#: Seconds that a client which sent no request may take to read why, and to close.
LINGER = 2.0

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

PLAIN_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class HTTPEngine(asyncio.Protocol):
    """Speaks HTTP on one connection.

    Arguments:
        answer: from a request to its response, at once or awaitable.
    """

    def __init__(self, answer: Callable[[Request], Response | Awaitable[Response]]) -> None:
        self._answer = answer
        self._reader: RequestReader
        self._stream: Stream
        self._turn: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._writable: asyncio.Event | None = None
        self._last = False  # no request after this one will be read
        self._refusal = b""  # said when all that was asked before is answered
        self._linger: asyncio.TimerHandle | None = None
        self._has_eof = False
        self._owes_continue = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = cast("Stream", transport)
        self._reader = RequestReader(self._take, self._continue, self._stream)

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        try:
            self._reader.receive(data)
        except Refused as refusal:
            self._refuse(refusal)

    def eof_received(self) -> bool:
        if self._reader.in_request and not self._last:
            self._note("the client left in the middle of a request")
        self._last = self._has_eof = True
        # A client that has only closed its own side still gets what it asked for.
        return self._turn is not None

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.clear()
        if self._turn is not None:
            self._turn.cancel()
        if self._linger is not None:
            self._linger.cancel()

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    # -- what the reader calls ----------------------------------------------------------------

    def _continue(self) -> None:
        """A client waits for 100 Continue before it sends its content (RFC 9110 §10.1.1)."""
        if self._turn is None:
            self._stream.write(CONTINUE)
        else:  # it would look like the answer to a request before
            self._owes_continue = True

    def _take(self, request: Request, keep_alive: bool) -> None:
        """Answer a request now, or when those before it are answered."""
        if self._last:  # the connection ends with a request before this one
            return
        if not keep_alive:
            self._last = True
        if self._turn is None:
            self._serve(request, keep_alive)
        else:
            self._owes_continue = False
            self._waiting.append((request, keep_alive))
            if len(self._waiting) == PIPELINE_LIMIT:
                self._stream.pause_reading()

    # -- answering ----------------------------------------------------------------------------

    def _serve(self, request: Request, keep_alive: bool) -> None:
        """Answer at once where that is possible; else the turn becomes a task."""
        answer = self._ask(request)
        if not isinstance(answer, Response) or not answer.is_plain:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_task(self._take_turns(request, answer, keep_alive))
        elif keep_alive and request.version == "1.1" and request.method != "HEAD":
            self._stream.write(answer.wire())
        else:
            self._write_whole(request, answer, keep_alive)

    def _ask(self, request: Request) -> Response | Awaitable[Response]:
        site = self._stream.site
        site.journal.write(site.name, "event", self._stream.number, "", b"", request)
        try:
            return self._answer(request)
        except BaseException as error:  # pytest.fail and sys.exit are no Exception
            return self._failed(error)

    def _failed(self, error: BaseException) -> Response:
        """Tell the test, by a finding, and the client."""
        self._stream.report(error)
        text = f"the test's code raised {type(error).__name__}: {error}\n"
        return Response(text.encode(errors="backslashreplace"), status=500, headers=PLAIN_TEXT)

    def _write_whole(self, request: Request, response: Response, keep_alive: bool) -> None:
        keep_alive = keep_alive and not response.closes
        bodiless = response.is_bodiless or request.method == "HEAD"
        head = response.head(_persistence(request, response, keep_alive))
        self._stream.write(head if bodiless else head + response.body)
        if not keep_alive:
            self._last = True
            self._stream.close()

    async def _take_turns(
        self, request: Request, answer: Response | Awaitable[Response], keep_alive: bool
    ) -> None:
        """Serve this request, then those that have queued up behind it."""
        try:
            await self._serve_slowly(request, answer, keep_alive)
            while self._waiting and not self._stream.is_closing():
                request, keep_alive = self._waiting.popleft()
                if len(self._waiting) == PIPELINE_LIMIT - 1:
                    self._stream.resume_reading()
                await self._serve_slowly(request, self._ask(request), keep_alive)
        finally:
            self._turn = None
        if self._last:
            self._hang_up()
        elif self._owes_continue:
            self._owes_continue = False
            self._stream.write(CONTINUE)

    async def _serve_slowly(
        self, request: Request, answer: Response | Awaitable[Response], keep_alive: bool
    ) -> None:
        try:
            response = answer if isinstance(answer, Response) else await answer
            response = response.to(request)
            pieces = None if response.stream is None else response.pieces()
        except BaseException as error:  # the test's own handler failed
            if _ends_the_turn(error):
                raise
            response, pieces = self._failed(error), None
        if pieces is None:
            self._write_whole(request, response, keep_alive)
            return
        try:
            await self._stream_out(request, response, pieces, keep_alive)
        except BaseException as error:  # too late for a status: the broken framing tells the client
            if _ends_the_turn(error):
                raise
            if not isinstance(error, BreakOff):
                self._stream.report(error)
            self._stream.abort()

    async def _stream_out(
        self,
        request: Request,
        response: Response,
        pieces: AsyncGenerator[bytes, None],
        keep_alive: bool,
    ) -> None:
        sized = "content-length" in response.names
        chunked = request.version == "1.1" and not sized
        keep_alive = keep_alive and (chunked or sized) and not response.closes
        more = _persistence(request, response, keep_alive)
        if chunked and "transfer-encoding" not in response.names:
            more.append(("Transfer-Encoding", "chunked"))
        self._stream.write(response.head(more))
        if request.method != "HEAD":
            async with aclosing(pieces):
                async for piece in pieces:
                    if piece:  # an empty chunk would end the body
                        framed = b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece
                        self._stream.write(framed)
                    if self._writable is not None:
                        await self._writable.wait()
            if chunked:
                self._stream.write(b"0\r\n\r\n")
        if not keep_alive:
            self._last = True
            self._stream.close()

    # -- refusing -----------------------------------------------------------------------------

    def _refuse(self, refusal: Refused) -> None:
        """Answer what is no request, and close: nobody knows where the next one would begin."""
        self._note(refusal.why)
        self._last = True
        response = Response(f"{refusal.why}\n", status=refusal.status)
        self._refusal = response.head([("Connection", "close")]) + response.body
        if self._turn is None:
            self._hang_up()

    def _hang_up(self) -> None:
        """Close, for all that could be answered is.

        Where the client may still be sending, close only this side at first: closing both with
        input unread resets the connection, and the client may lose the answer (RFC 9112 §9.6).
        """
        self._stream.write(self._refusal)
        if not self._refusal or self._has_eof or self._stream.is_closing():
            self._stream.close()
            return
        self._stream.write_eof()
        self._linger = asyncio.get_running_loop().call_later(LINGER, self._stream.close)

    def _note(self, text: str) -> None:
        site = self._stream.site
        site.journal.write(site.name, "error", connection=self._stream.number, value=text)


def _ends_the_turn(error: BaseException) -> bool:
    """Whether it comes from us, because the client left or the mock stops, not from the test."""
    task = asyncio.current_task()
    is_ours = isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling()
    return bool(is_ours) or isinstance(error, GeneratorExit)


def _persistence(request: Request, response: Response, keep_alive: bool) -> list[tuple[str, str]]:
    """Return the field that says what becomes of the connection, where it is not the default."""
    if "connection" in response.names:
        return []
    if not keep_alive:
        return [("Connection", "close")]
    return [("Connection", "keep-alive")] if request.version == "1.0" else []
