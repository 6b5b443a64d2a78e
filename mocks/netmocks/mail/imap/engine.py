"""IMAPEngine: one IMAP connection, between the wire and a session."""

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING

from netmocks.faults import Fault
from netmocks.mail.conversation import Conversation
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.reader import Announcement, CommandReader
from netmocks.mail.imap.reply import Reply, go_on, untagged
from netmocks.mail.imap.rule import Rule
from netmocks.mail.imap.service import Order, serve, understand
from netmocks.mail.imap.session import Session
from netmocks.wire.delivery import Delivery

if TYPE_CHECKING:
    from netmocks.mail.imap.mock import IMAPMock

#: Bytes of replies that are sent at once: what follows waits until the client has read them.
BATCH = 64 * 1024


class IMAPEngine(Conversation):
    """One connection: reads commands, lets the session serve them, keeps the client's pace."""

    failed = "NO [SERVERBUG]"

    session: Session
    _mock: "IMAPMock"

    def __init__(self, mock: "IMAPMock") -> None:
        super().__init__(mock)
        self._loop = asyncio.get_running_loop()
        self._reader = CommandReader(0)
        #: the command that is being served, None between commands
        self._serving: Generator[Reply | None, bytes, None] | None = None
        #: whether that waits for the client's next line
        self._asks = False
        self._batch: list[bytes] = []
        self._batch_size = 0
        #: what goes wrong with all that is said of the command, None if nothing does
        self._delivery: Delivery | None = None
        #: whether the connection ends behind it
        self._closes = False
        self._has_logged_out = False

    # -- the connection -----------------------------------------------------------------------

    def _hear(self, data: bytes) -> None:
        self._reader.feed(data)

    @property
    def _ahead(self) -> int:
        return self._reader.waiting

    def _leave(self) -> None:
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

    # -- the dialogue -------------------------------------------------------------------------

    def _greet(self) -> None:
        self.session = self._mock.session(
            encrypted=self.stream.encrypted, wake=self._wake, number=self.stream.number
        )
        self._reader.takes_unasked = self.session.has("LITERAL+")
        command = Command("CONNECT", "", "", "", self.stream.number)
        rule = self._mock.rule_for(command)
        if rule is None:
            self._say(self.session.greeting())
            self._flush()
        else:
            self._take_turn(self._greet_by, rule, command)

    async def _greet_by(self, rule: Rule, command: Command) -> None:
        """Greet as a rule has it."""
        ruling = await self._ask(rule, command)
        status = ruling.status.replace("NO", "BYE", 1)  # the only refusal here
        greeting = untagged(status) if " " in status else self.session.greeting()
        self._mock.note(command._replace(reply=greeting.text.decode()))
        self._closes = ruling.closes or status.startswith("BYE")
        self._break_by(ruling.fault)
        self._say(greeting)

    async def _serve_by(self, rule: Rule, order: Order) -> None:
        """Begin to serve a command as a rule has it."""
        ruling = await self._ask(rule, self.session.command)
        self._closes = ruling.closes
        self._break_by(ruling.fault)
        self._serving = serve(self.session, order, ruling.status)

    def _go_on(self) -> None:
        self._tell_news()
        super()._go_on()

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
                order = understand(self.session, raw)
                is_served = order.refusal is None
                rule = self._mock.rule_for(self.session.command) if is_served else None
                if rule is None:
                    self._serving = serve(self.session, order)
                else:
                    self._take_turn(self._serve_by, rule, order)
        return True

    def _advance(self, line: bytes | None) -> None:
        """Get the next reply to the command that is being served."""
        assert self._serving is not None
        try:
            reply = next(self._serving) if line is None else self._serving.send(line)
        except StopIteration:
            self._serving = None
            self._settle()
            return
        if reply is None:
            return
        if reply.tag != b"*" or self.session.command.reply:
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
        self._mock.note(command)

    def _say(self, reply: Reply) -> None:
        """Say a reply: the one place through which all of them pass."""
        wire = reply.wire
        self._batch.append(wire)
        self._batch_size += len(wire)
        if self._batch_size >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Send what was said; through the fault, if there is one."""
        if self._turn is not None or not (self._batch or self._is_at_the_end_of_a_fault):
            return
        data = b"".join(self._batch)
        self._batch.clear()
        self._batch_size = 0
        if self._delivery is None:
            self.stream.write(data)
        else:
            self._take_turn(self._deliver, self._delivery, data)

    # -- what goes wrong on purpose -----------------------------------------------------------

    def _break_by(self, fault: Fault | None) -> None:
        """Let a fault strike what is said from here to the end of the command."""
        if fault is not None:
            self._delivery = Delivery(self.stream, fault, self._write)

    @property
    def _is_at_the_end_of_a_fault(self) -> bool:
        return self._delivery is not None and self._serving is None

    async def _deliver(self, delivery: Delivery, data: bytes) -> None:
        is_all = self._is_at_the_end_of_a_fault
        await self._let_strike(delivery, data, is_all=is_all)
        if is_all:
            self._delivery = None

    # -- the end of a command -----------------------------------------------------------------

    def _settle(self) -> None:
        """Do what the command leaves to the connection, once all of it is said."""
        if self._serving is not None or not (self._closes or self.session.next or self._delivery):
            return
        self._flush()
        if self._is_waiting:
            return  # for what is said to have left: this is asked again then
        if self._closes:
            self.stream.close()
        match self.session.next:
            case "close":
                self._has_logged_out = True
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
        if self.session.is_idle and not self._is_waiting:
            for reply in self.session.news():
                self._say(reply)

    # -- TLS ----------------------------------------------------------------------------------

    def _begin_tls(self) -> None:
        if self._reader.is_within:
            self._mock.note_sin(
                "the client said more in the clear behind STARTTLS; it was not heard",
                self.stream.number,
            )
        self._reader.forget()
        self.session.next = ""
        self._take_turn(self._shake_hands)

    def _is_safe(self) -> None:
        self.session.encrypted = True
