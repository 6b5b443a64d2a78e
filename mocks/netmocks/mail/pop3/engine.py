"""POP3Engine: one POP3 connection, between the wire and a session."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from netmocks.mail.conversation import Conversation
from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.lines import Line, LineReader
from netmocks.mail.pop3.reply import Refused, Reply
from netmocks.mail.pop3.rule import Rule
from netmocks.mail.pop3.session import Session
from netmocks.wire.delivery import Delivery

if TYPE_CHECKING:
    from netmocks.mail.pop3.mock import POP3Mock


class POP3Engine(Conversation):
    """One connection: reads lines, lets the session answer, keeps the client's pace."""

    failed = "-ERR [SYS/TEMP]"

    _mock: "POP3Mock"
    _session: Session

    def __init__(self, mock: "POP3Mock") -> None:
        super().__init__(mock)
        self._lines = LineReader()
        self._has_quit = False

    def _hear(self, data: bytes) -> None:
        self._lines.receive(data)

    @property
    def _ahead(self) -> int:
        return self._lines.waiting

    def _leave(self) -> None:
        self._session.drop()
        if not self._has_quit and "client" in self.stream.ended_by:
            rest = ", in the middle of a line" if self._lines.has_rest else ""
            self._sin(f"the client left without QUIT{rest}")

    # -- the dialogue -------------------------------------------------------------------------

    def _greet(self) -> None:
        self._session = self._mock.session(self.stream)
        greeting = self._session.greeting()
        rule = self._mock.rule_for(self._command("CONNECT", ""))
        if rule is None:
            self._say(greeting)
        else:
            self._take_turn(self._answer_by, rule, "CONNECT", "", lambda: greeting)

    def _step(self) -> bool:
        """Answer the next line, if it is there."""
        line = self._lines.next(self._session.line_limit)
        if line is not None:
            self._take(line)
        return line is not None

    def _take(self, line: Line) -> None:
        if line.sin:
            self._sin(line.sin)
        within, argument = self._session.verb, line.text
        verb = within
        if not within:
            verb, _, argument = line.text.partition(" ")
            verb = verb.upper()
        if line.is_too_long:
            self._conclude(verb, argument, Refused("that line is too long").reply)
            return
        is_command = not within and self._session.takes(verb)
        rule = self._mock.rule_for(self._command(verb, argument)) if is_command else None
        if rule is None:
            self._conclude(verb, argument, self._session.take(verb, argument))
        else:
            serve = self._session.take
            self._take_turn(self._answer_by, rule, verb, argument, lambda: serve(verb, argument))

    def _command(self, verb: str, argument: str, reply: str = "") -> Command:
        return Command(verb, argument, self._session.user, reply, self.stream.number)

    def _note(self, verb: str, argument: str, reply: Reply) -> None:
        self._has_quit = self._session.next == "close"
        self._mock.note(self._command(verb, argument, str(reply)))

    def _conclude(self, verb: str, argument: str, reply: Reply) -> None:
        self._note(verb, argument, reply)
        self._say(reply)
        self._settle()

    async def _answer_by(
        self, rule: Rule, verb: str, argument: str, serve: Callable[[], Reply]
    ) -> None:
        """Answer a command as a rule has it."""
        ruling = await self._ask(rule, self._command(verb, argument))
        status, _, text = ruling.status.partition(" ")
        if status == "-ERR":
            reply = Refused(text or "refused").reply
        else:
            reply = serve()
            if text and status == reply.status:
                reply = reply._replace(text=text)
        self._note(verb, argument, reply)
        if ruling.fault is None:
            self._say(reply)
        else:
            delivery = Delivery(self.stream, ruling.fault, self._write)
            await self._let_strike(delivery, reply.wire(), is_all=True)
        if ruling.closes or (verb == "CONNECT" and status == "-ERR"):
            self.stream.close()

    def _settle(self) -> None:
        """Do what the command leaves to the connection."""
        match self._session.next:
            case "close":
                self.stream.close()
            case "tls":
                self._begin_tls()

    def _say(self, reply: Reply) -> None:
        """Send a reply that nothing is wrong with."""
        self.stream.write(reply.wire())

    def _sin(self, text: str) -> None:
        self._mock.note_sin(text, self.stream.number)

    # -- TLS ----------------------------------------------------------------------------------

    def _begin_tls(self) -> None:
        if self._lines.clear():
            self._sin("the client said more in the clear behind STLS; it was not heard")
        self._session.next = ""
        self._take_turn(self._shake_hands)

    def _is_safe(self) -> None:
        self._session.encrypted = True
