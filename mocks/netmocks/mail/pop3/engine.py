"""POP3Engine: one POP3 connection, between the wire and a session."""

import asyncio
from typing import TYPE_CHECKING, cast

from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.lines import Line, LineReader
from netmocks.mail.pop3.reply import Refused, Reply
from netmocks.mail.pop3.session import Session
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.mail.pop3.mock import POP3Mock


class POP3Engine(asyncio.Protocol):
    """One connection: reads lines, lets the session answer, keeps the client's pace."""

    stream: Stream
    _session: Session

    def __init__(self, mock: "POP3Mock") -> None:
        self._mock = mock
        self._lines = LineReader()
        self._is_paused = False
        self._is_upgrading = False
        self._has_quit = False
        self._has_ended = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._session = self._mock.session(self.stream)
        self._say(self._session.greeting())

    def data_received(self, data: bytes) -> None:
        self._lines.receive(data)
        self._go_on()

    def eof_received(self) -> bool:
        self._has_ended = True
        return self._is_waiting  # what was asked before is still answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._session.drop()
        if not self._has_quit and "client" in self.stream.ended_by:
            rest = ", in the middle of a line" if self._lines.has_rest else ""
            self._sin(f"the client left without QUIT{rest}")

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
        asyncio.get_running_loop().call_soon(self._catch_up)

    def _catch_up(self) -> None:
        self._go_on()
        if self._has_ended and not self._is_waiting:
            self.stream.close()

    # -- the dialogue -------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Answer the lines that are there."""
        while not self._is_waiting and not self.stream.is_closing():
            line = self._lines.next(self._session.line_limit)
            if line is None:
                return
            self._take(line)

    def _take(self, line: Line) -> None:
        if line.sin:
            self._sin(line.sin)
        verb, argument = self._session.verb, line.text
        if not verb:
            verb, _, argument = line.text.partition(" ")
            verb = verb.upper()
        if line.is_too_long:
            reply = Refused("that line is too long").reply
        else:
            reply = self._session.take(verb, argument)
        self._mock.note(Command(verb, argument, self._session.user, str(reply)), self.stream.number)
        self._say(reply)
        match self._session.next:
            case "close":
                self._has_quit = True
                self.stream.close()
            case "tls":
                self._begin_tls()

    def _say(self, reply: Reply) -> None:
        """Send a reply: the one place through which all of them pass."""
        self.stream.write(reply.wire())

    def _sin(self, text: str) -> None:
        self._mock.note_sin(text, self.stream.number)

    def _begin_tls(self) -> None:
        if self._lines.clear():
            self._sin("the client said more in the clear behind STLS; it was not heard")
        self._is_upgrading = True
        self._session.next = ""
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
        self._session.encrypted = True
        self._go_on()
