"""SMTPMock: a mail server that keeps what it is sent."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Unpack, cast

from netmocks.errors import MisuseError, UnexpectedTraffic
from netmocks.journal import LIMIT
from netmocks.mail.condition import Expected
from netmocks.mail.message import Message
from netmocks.mail.ruled import RuledMock
from netmocks.mail.search import search
from netmocks.mail.sin import Sin
from netmocks.mail.smtp import rule as rules
from netmocks.mail.smtp.command import NAMES as COMMAND_NAMES
from netmocks.mail.smtp.command import Command
from netmocks.mail.smtp.engine import SMTPEngine
from netmocks.mail.smtp.greylist import greylist
from netmocks.mail.smtp.messages import LOOKS, Messages
from netmocks.mail.smtp.rule import Rule
from netmocks.mail.smtp.session import Session
from netmocks.mail.smtp.terms import COMMANDS, NAMES, USUAL, SMTPTerms, Terms
from netmocks.mock import MockOptions
from netmocks.record import PATIENCE, anything


class SMTPOptions(SMTPTerms, MockOptions, total=False):
    """The arguments of `SMTPMock`, all of them by keyword."""

    #: how the test calls the mock, for explanations
    spelling: str


class SMTPMock(RuledMock[Rule]):
    """A mail server: ESMTP with STARTTLS, or implicit TLS with `tls=True`.

        with SMTPMock(accounts={"me@example.com": "secret"}) as server:
            busy = server.on("RCPT", to="you@example.com").reply(450, "4.2.1 busy").then(250)
            ...
            message = server.wait_for_message(to="you@example.com")

    It takes mail for any recipient, unless mailboxes or rules say otherwise. Where accounts are
    given, a client has to log in first; where none are, it may, and any password will do.

    Arguments: see `SMTPTerms` for its own, and `MockOptions`.

    Raises:
        MisuseError: an option that makes no sense.
    """

    default_name = "smtp"

    #: what a rule can be about
    commands: ClassVar[Sequence[str]] = tuple(name for name in COMMAND_NAMES if name != "LHLO")

    def __init__(self, **options: Unpack[SMTPOptions]) -> None:
        given: dict[str, Any] = dict(options)
        terms = {name: given.pop(name) for name in NAMES if name in given}
        spelling = given.pop("spelling", "mock")
        #: how it behaves where no rule says otherwise
        self.terms = USUAL
        if terms:
            self.terms = Terms(**{name: term for name, term in terms.items() if term is not None})
        super().__init__(spelling=spelling, **cast("MockOptions", given))
        #: every message accepted, waitable
        self.messages = Messages(limit=max(LIMIT, 4 * self.terms.size_limit), journal=self.journal)

    @classmethod
    def _own_options(cls) -> list[str]:
        return list(NAMES)

    # -- what it says to whom -----------------------------------------------------------------

    def on(
        self,
        command: str,
        *,
        sender: Expected | None = None,
        to: Expected | None = None,
        user: Expected | None = None,
        client: Expected | None = None,
        over: int | None = None,
        connection: int | None = None,
        where: Callable[[Command], object] | None = None,
        times: int | None = None,
        required: bool = True,
    ) -> Rule:
        """Add a rule and return it; it comes before all that were added earlier.

        A rule is asked where a command is well-formed and comes at its time. An address or a name
        is text to equal in any case, a pattern to be found, or a function.

        Arguments:
            command: such as "RCPT"; or "CONNECT", whose reply is the greeting; "CONTENT", while
                the content comes, so that the client is cut short; "MESSAGE", when it is complete.
            sender: MAIL FROM; "" for the null reverse-path.
            to: at RCPT the recipient, behind it one of those that were accepted.
            user: who wants to log in, or is.
            client: the name in HELO, EHLO or LHLO.
            over: more bytes than these: announced at MAIL, come so far at CONTENT, all at MESSAGE.
            connection: the ordinal of the client's connection, from 1.
            where: a function of the whole `Command`; at MESSAGE, it has the message.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers.

        Raises:
            MisuseError: what no client could ever fulfil.
        """
        given = {
            "sender": sender,
            "to": to,
            "user": user,
            "client": client,
            "over": over,
            "connection": connection,
            "where": where,
        }
        self._must_be_understood(command)
        conditions = rules.conditions(command, self.commands, given)
        said = ", ".join(condition.spelling for condition in conditions)
        return self._add(
            Rule(
                command,
                self,
                conditions,
                self.messages.limit,
                times=times,
                required=required,
                spelling=f"{self.spelling}.on({said})",
            )
        )

    def _must_be_understood(self, command: str) -> None:
        for keyword, hidden in COMMANDS.items():
            if command == hidden and not self.terms.offers(keyword):
                raise MisuseError(
                    f"on({command!r}): {keyword} is hidden, so that {self.name} does not know the"
                    f" command: take {keyword!r} out of hide=[…]"
                )

    def greylist(self) -> Rule:
        """Defer each recipient at a sender's first attempt, by 451; accept it at the second.

        Returns the rule that does so.
        """
        return self.on("RCPT").reply(greylist())

    # -- what it was sent ---------------------------------------------------------------------

    def wait_for_message(
        self,
        where: Callable[[Message], object] = anything,
        *,
        to: Expected | None = None,
        sender: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> Message:
        """Return the first message, past or future, that fits all that is given.

        Arguments: `timeout` is in seconds; the others are those of `Messages.find`.

        Raises:
            WaitTimeout: none came in time; the text lists those that did, and what was refused.
            MisuseError: called inside a running event loop, which it would block; or what nothing
                could fit.
        """
        wanted = search(where, LOOKS, to=to, sender=sender, subject=subject)
        return self.messages.wait_for(wanted, timeout=timeout)

    async def wait_for_message_async(
        self,
        where: Callable[[Message], object] = anything,
        *,
        to: Expected | None = None,
        sender: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> Message:
        """`wait_for_message` for coroutines."""
        wanted = search(where, LOOKS, to=to, sender=sender, subject=subject)
        return await self.messages.wait_for_async(wanted, timeout=timeout)

    def wait_for_messages(
        self,
        count: int,
        where: Callable[[Message], object] = anything,
        *,
        to: Expected | None = None,
        sender: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> list[Message]:
        """Return the first `count` messages that fit all that is given; see `wait_for_message`."""
        wanted = search(where, LOOKS, to=to, sender=sender, subject=subject)
        return self.messages.wait_for_count(count, wanted, timeout=timeout)

    async def wait_for_messages_async(
        self,
        count: int,
        where: Callable[[Message], object] = anything,
        *,
        to: Expected | None = None,
        sender: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> list[Message]:
        """`wait_for_messages` for coroutines."""
        wanted = search(where, LOOKS, to=to, sender=sender, subject=subject)
        return await self.messages.wait_for_count_async(count, wanted, timeout=timeout)

    def assert_nothing_sent(self) -> None:
        """Check that no message has arrived, at once and without waiting.

        Raises:
            UnexpectedTraffic: some have; the text lists them.
        """
        if len(self.messages):
            raise UnexpectedTraffic(f"{self.name} was to be sent nothing; {self.messages}")

    # -- for its engines ----------------------------------------------------------------------

    def accept(self, message: Message, connection: int) -> None:
        """Keep a message."""
        self.site.note_event(connection, message)
        self.messages.append(message, len(message.content))

    def note(self, session: Session, sin: Sin) -> None:
        """Keep a sin."""
        session.sins.append(sin)
        self.site.journal.write(self.name, "error", sin.connection, value=sin.text)
        self.sins.append(sin)

    def _engine(self) -> asyncio.BaseProtocol:
        return SMTPEngine(self)
