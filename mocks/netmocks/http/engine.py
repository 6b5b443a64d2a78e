"""HTTPEngine: HTTP/1.0 and HTTP/1.1 on one connection (RFC 9112).

    bytes ─ RequestReader ─ Request ─ answer ─ Response ─ Writer ─ bytes

Requests that are pipelined wait their turn: answers leave in the order of the requests, whatever
each of them takes.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol, cast

from netmocks.faults import Fault
from netmocks.http.heads import Heads
from netmocks.http.limits import Limits
from netmocks.http.pieces import BreakOff
from netmocks.http.reader import Refused, RequestReader
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.writer import Pieces, Writer
from netmocks.wire.delivery import Delivery
from netmocks.wire.stream import Stream

#: Pipelined requests that may wait before the engine stops reading.
PIPELINE_LIMIT = 64

#: Seconds that a client which sent no request may take to read why, and to close.
LINGER = 2.0

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

PLAIN_TEXT = {"Content-Type": "text/plain; charset=utf-8"}

Answer = Response | Awaitable[Response]


class Answering(Protocol):
    """Who decides what clients get; what all connections of a mock share."""

    limits: Limits
    heads: Heads

    def answer(self, request: Request) -> Answer:
        """Return what a request gets."""

    def early_answer(self, request: Request) -> Answer | None:
        """Return what a request gets whose content has not come yet; None if it is waited for."""

    def spawn(self, coroutine: Coroutine[Any, Any, None], handler: object) -> asyncio.Task[None]:
        """Run a coroutine that ends with the mock; see `Mock.spawn`."""


class HTTPEngine(asyncio.Protocol):
    """Speaks HTTP on one connection.

    Arguments:
        asked: who decides; a mock.
    """

    def __init__(self, asked: Answering) -> None:
        self._asked = asked
        self._limits = asked.limits
        self._reader: RequestReader
        self._stream: Stream
        self._turn: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._writable: asyncio.Event | None = None
        self._last = False  # no request after this one will be read
        self._refusal = b""  # said when all that was asked before is answered
        self._linger: asyncio.TimerHandle | None = None
        self._has_eof = False
        self._is_retiring = False  # the next answer is the last
        self._owes_continue = False
        self._was_early = False  # the request that is being read was answered already
        self._patience: asyncio.TimerHandle | None = None
        self._awaits_head = False  # that is what it is patient for

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stream = stream = cast("Stream", transport)
        self._reader = RequestReader(
            self._take, self._begin, stream, self._limits, self._asked.heads
        )
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        try:
            self._reader.receive(data)
        except Refused as refusal:
            self._refuse(refusal)
        if self._limits.are_timed:
            self._watch()

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
        for timer in (self._linger, self._patience):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    # -- what the reader calls ----------------------------------------------------------------

    def _begin(self, request: Request, expects_continue: bool) -> None:
        """The content of a request is still to come (RFC 9110 §10.1.1)."""
        if self._turn is not None:
            # What is said now would look like the answer to a request before.
            self._owes_continue = expects_continue
            return
        answer = self._asked.early_answer(request)
        if answer is not None:
            self._was_early = True
            self._note_request(request)
            self._start_turn(request, answer, keep_alive=True)
        elif expects_continue:
            self._stream.write(CONTINUE)

    def _take(self, request: Request, keep_alive: bool) -> None:
        """Answer a request now, or when those before it are answered."""
        if self._last:  # the connection ends with a request before this one
            return
        if not keep_alive or self._is_retiring:
            keep_alive, self._last = False, True
        if self._was_early:
            self._was_early = False
            if self._last and self._turn is None:
                self._hang_up()
        elif self._turn is None:
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
            self._start_turn(request, answer, keep_alive)
        elif keep_alive and request.version == "1.1" and request.method != "HEAD":
            self._stream.write(answer.wire())
        else:
            writer = Writer(request, answer, keep_alive)
            self._stream.write(writer.whole())
            self._conclude(writer)

    def _start_turn(self, request: Request, answer: Answer, keep_alive: bool) -> None:
        turn = self._take_turns(request, answer, keep_alive)
        self._turn = self._asked.spawn(turn, type(self))

    def _ask(self, request: Request) -> Answer:
        self._note_request(request)
        try:
            return self._asked.answer(request)
        except BaseException as error:  # pytest.fail and sys.exit are no Exception
            return self._failed(error)

    def _note_request(self, request: Request) -> None:
        self._stream.site.note_event(self._stream.number, request)

    def _failed(self, error: BaseException) -> Response:
        """Tell the test, by a finding, and the client."""
        self._stream.report(error)
        text = f"the test's code raised {type(error).__name__}: {error}\n"
        return Response(text.encode(errors="backslashreplace"), status=500, headers=PLAIN_TEXT)

    def _conclude(self, writer: Writer) -> None:
        """End the connection behind an answer that was its last."""
        if not writer.keeps_alive:
            self._last = True
            if self._was_early:  # the client may still be sending
                self._hang_up()
            else:
                self._stream.close()

    async def _take_turns(self, request: Request, answer: Answer, keep_alive: bool) -> None:
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
        if self._last or (self._is_retiring and not self._reader.in_request):
            self._hang_up()
            return
        if self._owes_continue:
            self._owes_continue = False
            self._stream.write(CONTINUE)
        self._watch()

    async def _serve_slowly(self, request: Request, answer: Answer, keep_alive: bool) -> None:
        try:
            response = answer if isinstance(answer, Response) else await answer
            if response.delay:
                await asyncio.sleep(response.delay)
            response = response.to(request)
            pieces = None if response.stream is None else response.pieces()
        except BaseException as error:  # the test's own handler failed
            if _ends_the_turn(error):
                raise
            response, pieces = self._failed(error), None
        writer = Writer(request, response, keep_alive)
        try:
            await self._send_out(writer, pieces, response.fault)
        except BreakOff:
            self._stream.abort()
        except BaseException as error:  # too late for a status: the broken framing tells the client
            if _ends_the_turn(error):
                raise
            self._stream.report(error)
            self._stream.abort()
        else:
            self._conclude(writer)

    async def _send_out(self, writer: Writer, pieces: Pieces | None, fault: Fault | None) -> None:
        if fault is None:
            await writer.send(pieces, self._send)
            return
        delivery = Delivery(self._stream, fault, self._send)
        await writer.send(pieces, delivery.write)
        await delivery.finish()

    async def _send(self, data: bytes) -> None:
        """Write, and wait where the client does not keep up."""
        self._stream.write(data)
        if self._writable is not None:
            await self._writable.wait()

    def retire(self) -> None:
        """End the connection as soon as no answer is under way."""
        self._is_retiring = True
        if self._turn is None and not self._reader.in_request:
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
        may_be_sending = self._refusal or self._was_early
        if not may_be_sending or self._has_eof or self._stream.is_closing():
            self._stream.close()
            return
        self._stream.write_eof()
        self._linger = asyncio.get_running_loop().call_later(LINGER, self._stream.close)

    # -- patience -----------------------------------------------------------------------------

    def _watch(self) -> None:
        """Bound the time that the client may take for what it is to do next."""
        if not self._limits.are_timed:
            return
        reader = self._reader
        if self._patience is not None:
            if self._awaits_head and reader.in_head:
                return  # a head's time runs from its first byte on
            self._patience.cancel()
            self._patience = None
        self._awaits_head = reader.in_head and self._limits.head_timeout is not None
        seconds = self._limits.head_timeout if self._awaits_head else self._limits.idle_timeout
        if seconds is not None and self._turn is None and not self._last:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(seconds, self._lose_patience, seconds)

    def _lose_patience(self, seconds: float) -> None:
        if self._reader.in_request:
            what = "a head" if self._reader.in_head else "content"
            self._refuse(Refused(408, f"{what} that is not complete after {seconds:g} s"))
        else:
            self._note(f"nothing was said for {seconds:g} s")
            self._last = True
            self._stream.close()

    def _note(self, text: str) -> None:
        site = self._stream.site
        site.journal.write(site.name, "error", connection=self._stream.number, value=text)


def _ends_the_turn(error: BaseException) -> bool:
    """Whether it comes from us, because the client left or the mock stops, not from the test."""
    task = asyncio.current_task()
    is_ours = isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling()
    return bool(is_ours) or isinstance(error, GeneratorExit)
