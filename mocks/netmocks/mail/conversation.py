"""Conversation: one connection of POP3 or IMAP: who may speak when, and what takes its time."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, cast

from netmocks.mail.ruled import RuledMock
from netmocks.mail.ruling import CommandT, Ruling, StatusRule
from netmocks.wire.delivery import Delivery
from netmocks.wire.stream import Stream

#: Bytes that a client may say ahead while it has to wait; then it is read no more.
AHEAD_LIMIT = 64 * 1024

#: Steps after which others have a turn: a client may ask for much at once, and one loop serves all.
STRIDE = 100


class Conversation(asyncio.Protocol):
    """Lets a client speak and hear at its pace.

    What takes time on our side, a handshake, a test's function or a fault, is a turn of its own:
    what the client says meanwhile waits. So does the rest of what it has asked for, now and then,
    while others are served.

    Arguments:
        mock: whose it is.
    """

    #: how a reply begins whose rule has failed
    failed: ClassVar[str]

    stream: Stream

    def __init__(self, mock: RuledMock[Any]) -> None:
        self._mock = mock
        self._is_clogged = False  # the client does not read
        self._is_deaf = False  # nobody reads the client
        self._turn: asyncio.Task[None] | None = None
        self._is_struck = False
        self._has_ended = False

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._greet()

    def data_received(self, data: bytes) -> None:
        self._hear(data)
        if not self._is_waiting:
            self._go_on()
        self._balance_reading()

    def eof_received(self) -> bool:
        self._has_ended = True
        # What was asked before is still answered; but nobody waits for the end of a fault.
        return self._is_waiting and not self._is_struck

    def connection_lost(self, exc: Exception | None) -> None:
        if self._turn is not None:
            self._turn.cancel()
        self._leave()

    def pause_writing(self) -> None:
        self._is_clogged = True

    def resume_writing(self) -> None:
        self._is_clogged = False
        self._catch_up()

    @property
    def _is_waiting(self) -> bool:
        """Whether what comes has to wait: the client does not read, or a turn is not over."""
        return self._is_clogged or self._turn is not None

    def _balance_reading(self) -> None:
        """Read no more of a client that has said much ahead; if it leaves, that is seen later."""
        is_deaf = self._is_waiting and self._ahead > AHEAD_LIMIT
        if is_deaf is self._is_deaf:
            return
        self._is_deaf = is_deaf
        if is_deaf:
            self.stream.pause_reading()
        else:
            self.stream.resume_reading()

    def _catch_up(self) -> None:
        """Go on after a wait; a turn has nobody who would report what is raised."""
        if self.stream.is_closing():
            return
        try:
            self._settle()
            if not self._is_waiting:
                self._go_on()
            self._balance_reading()
        except Exception as error:
            self.stream.report(error)
            self.stream.abort()
        if self._has_ended and not self._is_waiting:
            self.stream.close()

    def _go_on(self) -> None:
        """Answer what is there, until the client has to speak or to read, or others have a turn."""
        has_more = True
        for _ in range(STRIDE):
            has_more = not self._is_waiting and not self.stream.is_closing() and self._step()
            if not has_more:
                break
        self._flush()
        if has_more and not self._is_waiting:
            self._take_turn(asyncio.sleep, 0)

    # -- turns --------------------------------------------------------------------------------

    def _take_turn(
        self, work: Callable[..., Coroutine[Any, Any, None]], *arguments: object
    ) -> None:
        """Let everything wait until work is done; if the client leaves at once, it isn't begun."""
        self._turn = self._mock.spawn(self._whole(work, *arguments), type(self))

    async def _whole(
        self, work: Callable[..., Coroutine[Any, Any, None]], *arguments: object
    ) -> None:
        try:
            await work(*arguments)
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
    def _hear(self, data: bytes) -> None:
        """Keep what the client says."""

    @property
    @abstractmethod
    def _ahead(self) -> int:
        """Bytes that the client has said and nothing was made of."""

    @abstractmethod
    def _step(self) -> bool:
        """Go one step on in answering what is there; false if that takes more from the client."""

    def _flush(self) -> None:
        """Send what was said, where that was put off."""

    @abstractmethod
    def _settle(self) -> None:
        """Do what a command that is answered leaves to the connection, if it does."""

    @abstractmethod
    def _leave(self) -> None:
        """The connection is over."""

    @abstractmethod
    def _is_safe(self) -> None:
        """TLS has begun."""
