"""IMAPEngine: one IMAP connection, between the wire and a session."""

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING, cast

from netmocks.mail.imap.reader import Announcement, CommandReader
from netmocks.mail.imap.reply import Reply, go_on
from netmocks.mail.imap.service import serve
from netmocks.mail.imap.session import Session
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.mail.imap.mock import IMAPMock

#: Bytes of replies that are sent at once: what follows waits until the client has read them.
BATCH = 64 * 1024


class IMAPEngine(asyncio.Protocol):
    """One connection: reads commands, lets the session serve them, keeps the client's pace."""

    stream: Stream
    session: Session

    def __init__(self, mock: "IMAPMock") -> None:
        self._mock = mock
        self._loop = asyncio.get_running_loop()
        self._reader = CommandReader(0)
        #: the command that is being served, None between commands
        self._serving: Generator[Reply, bytes, None] | None = None
        #: whether that waits for the client's next line
        self._asks = False
        self._batch: list[bytes] = []
        self._batch_size = 0
        self._is_paused = False
        self._is_upgrading = False
        self._has_logged_out = False
        self._has_ended = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self.session = self._mock.session(encrypted=self.stream.encrypted, wake=self._wake)
        self._reader.takes_unasked = self.session.has("LITERAL+")
        self._say(self.session.greeting())
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        self._go_on()

    def eof_received(self) -> bool:
        self._has_ended = True
        return self._is_waiting  # what was asked before is still answered

    def connection_lost(self, exc: Exception | None) -> None:
        if self._serving is not None:
            self._serving.close()
        self.session.drop()
        if not self._has_logged_out and "client" in self.stream.ended_by:
            within = self._asks or self._reader.is_within
            where = f" in the middle of {self._within}" if within else ""
            self._mock.note_sin(f"the client left{where} without LOGOUT", self.stream.number)

    @property
    def _within(self) -> str:
        return self.session.command.name if self._asks else "a command"

    @property
    def _is_waiting(self) -> bool:
        """Whether what comes has to wait: the client does not read, or it shakes hands."""
        return self._is_paused or self._is_upgrading

    def pause_writing(self) -> None:
        self._is_paused = True
        self.stream.pause_reading()

    def resume_writing(self) -> None:
        self._is_paused = False
        self.stream.resume_reading()
        # Not now: asyncio's transport can't bear to be closed inside this call.
        self._loop.call_soon(self._catch_up)

    def _catch_up(self) -> None:
        """Go on; called by the loop, not by the stream, which would report what is raised."""
        if self.stream.is_closing():
            return
        try:
            self._tell_news()
            self._go_on()
        except Exception as error:
            self.stream.report(error)
            self.stream.abort()
        if self._has_ended and not self._is_waiting:
            self.stream.close()

    # -- the dialogue -------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Serve what is there, until the client has to speak or to read."""
        while not self._is_waiting and not self.stream.is_closing() and self._step():
            pass
        self._flush()

    def _step(self) -> bool:
        """Go one step on; false if that takes more from the client."""
        if self._serving is None:
            return self._begin()
        if not self._asks:
            self._advance(None)
            return True
        line = self._reader.line()
        if line is not None:
            self._asks = False
            self._advance(line)
        return line is not None

    def _begin(self) -> bool:
        """Begin with the next command, if it has come."""
        self._reader.limit = self.session.literal_limit
        match self._reader.command():
            case None:
                return False
            case Announcement(size):
                self._say(go_on(f"send {size} bytes"))
            case raw:
                self._serving = serve(self.session, raw)
        return True

    def _advance(self, line: bytes | None) -> None:
        """Get the next reply to the command that is being served."""
        assert self._serving is not None
        try:
            reply = next(self._serving) if line is None else self._serving.send(line)
        except StopIteration:
            self._serving = None
            self._finish()
            return
        if reply.tag != b"*":
            self._note(reply)
        self._say(reply)
        if reply.asks:
            self._asks = True
            self._tell_news()

    def _note(self, reply: Reply) -> None:
        """Keep what was asked, with its end, or with the request for more."""
        command = self.session.command
        if reply.asks:
            command = command._replace(reply=f"+ {reply.text.decode()}".rstrip())
        self._mock.note(command, self.stream.number)

    def _say(self, reply: Reply) -> None:
        """Say a reply: the one place through which all of them pass."""
        wire = reply.wire
        self._batch.append(wire)
        self._batch_size += len(wire)
        if self._batch_size >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            data = b"".join(self._batch)
            self._batch.clear()
            self._batch_size = 0
            self.stream.write(data)

    def _finish(self) -> None:
        """Do what the command leaves to the connection."""
        match self.session.next:
            case "close":
                self._has_logged_out = True
                self._flush()
                self.stream.close()
            case "tls":
                self._begin_tls()

    # -- news ---------------------------------------------------------------------------------

    def _wake(self) -> None:
        """Take note that there may be news; in any thread."""
        if self.session.is_idle:
            self._loop.call_soon_threadsafe(self._catch_up)

    def _tell_news(self) -> None:
        """Tell an idle client what happened; one that does not read hears it when it does."""
        if self.session.is_idle and not self._is_paused:
            for reply in self.session.news():
                self._say(reply)

    # -- TLS ----------------------------------------------------------------------------------

    def _begin_tls(self) -> None:
        self._flush()
        if self._reader.is_within:
            self._mock.note_sin(
                "the client said more in the clear behind STARTTLS; it was not heard",
                self.stream.number,
            )
        self._reader.forget()
        self._is_upgrading = True
        self.session.next = ""
        self._mock.spawn(self._upgrade(), self._upgrade)

    async def _upgrade(self) -> None:
        try:
            await self.stream.start_tls(self._mock.tls_context())
        except ConnectionResetError:
            return  # the journal says why
        except Exception as error:  # there can be no certificate for such names
            self.stream.report(error)
            self.stream.close()
            return
        self._is_upgrading = False
        self.session.encrypted = True
        self._catch_up()
