"""Conversation: one connection of POP3 or IMAP: who may speak when, and what takes its time."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, ClassVar, cast

from netmocks.mail.ruled import RuledMock
from netmocks.mail.ruling import CommandT, Ruling, StatusRule
from netmocks.wire.delivery import Delivery
from netmocks.wire.stream import Stream


class Conversation(asyncio.Protocol):
    """Lets a client speak and hear at its pace.

    What takes time on our side, a handshake, a test's function or a fault, is a turn of its own:
    what the client says meanwhile waits.

    Arguments:
        mock: whose it is.
    """

    #: how a reply begins whose rule has failed
    failed: ClassVar[str]

    stream: Stream

    def __init__(self, mock: RuledMock[Any]) -> None:
        self._mock = mock
        self._is_paused = False
        self._turn: asyncio.Task[None] | None = None
        self._is_struck = False
        self._has_ended = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._greet()

    def eof_received(self) -> bool:
        self._has_ended = True
        # What was asked before is still answered; but nobody waits for the end of a fault.
        return self._is_waiting and not self._is_struck

    def connection_lost(self, exc: Exception | None) -> None:
        if self._turn is not None:
            self._turn.cancel()
        self._leave()

    def pause_writing(self) -> None:
        self._is_paused = True
        self.stream.pause_reading()

    def resume_writing(self) -> None:
        self._is_paused = False
        self.stream.resume_reading()
        # Not now: asyncio's transport can't bear to be closed inside this call.
        asyncio.get_running_loop().call_soon(self._catch_up)

    @property
    def _is_waiting(self) -> bool:
        """Whether what comes has to wait: the client does not read, or a turn is not over."""
        return self._is_paused or self._turn is not None

    def _catch_up(self) -> None:
        """Go on; called by the loop, not by the stream, which would report what is raised."""
        if self.stream.is_closing():
            return
        try:
            self._settle()
            self._go_on()
        except Exception as error:
            self.stream.report(error)
            self.stream.abort()
        if self._has_ended and not self._is_waiting:
            self.stream.close()

    # -- turns --------------------------------------------------------------------------------

    def _take_turn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Let everything wait until a coroutine is done."""
        self._turn = self._mock.spawn(self._whole(coroutine), type(self))

    async def _whole(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # pytest.fail() in a test's function must not end the loop
            self.stream.report(error)
            self.stream.close()
        finally:
            self._turn = None
        self._catch_up()

    async def _let_strike(self, delivery: Delivery, data: bytes, *, is_all: bool) -> None:
        """Let a fault do its work on what is said; a client that leaves meanwhile has left."""
        self._is_struck = True
        try:
            await delivery.write(data)
            if is_all:
                await delivery.finish()
        finally:
            self._is_struck = False

    async def _write(self, data: bytes) -> None:
        """Send what a fault lets pass: of one reply, which is in memory anyway."""
        self.stream.write(data)

    async def _ask(self, rule: StatusRule[CommandT], command: CommandT) -> Ruling:
        """Return what a rule says; where its function raises, that the command has failed."""
        try:
            return await rule.answer(command)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # pytest.fail() is told, too
            self.stream.report(error)
            return Ruling(f"{self.failed} {type(error).__name__} while serving")

    async def _shake_hands(self) -> None:
        """Begin TLS; the client was told to go ahead."""
        try:
            await self.stream.start_tls(self._mock.tls_context())
        except ConnectionResetError:
            return  # the journal says why
        self._is_safe()

    # -- what a protocol says -----------------------------------------------------------------

    @abstractmethod
    def _greet(self) -> None:
        """Begin."""

    @abstractmethod
    def _go_on(self) -> None:
        """Answer what is there, until the client has to speak or to read."""

    @abstractmethod
    def _settle(self) -> None:
        """Do what a command that is answered leaves to the connection, if it does."""

    @abstractmethod
    def _leave(self) -> None:
        """The connection is over."""

    @abstractmethod
    def _is_safe(self) -> None:
        """TLS has begun."""
