"""POP3Mock: a server from which clients fetch their mail."""

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mail.condition import Expected
from netmocks.mail.hidden import hidden
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.engine import POP3Engine
from netmocks.mail.pop3.rule import STATUSES, Rule, argument_is, verb_is
from netmocks.mail.pop3.session import HIDEABLE, Session
from netmocks.mail.ruled import RuledMock
from netmocks.mail.ruling import conditions
from netmocks.mail.sin import Sin
from netmocks.mock import MockOptions
from netmocks.record import PATIENCE, Record
from netmocks.wire.stream import Stream


class POP3Mock(RuledMock[Rule]):
    r"""A POP3 server with STLS, or with implicit TLS by `tls=True`.

        with POP3Mock(accounts={"me@example.com": "secret"}) as server:
            server.mailboxes["me@example.com"].add("Subject: hi\n\nhello\n")
            client = poplib.POP3(server.host, server.port)

    Clients log in by USER and PASS, APOP or AUTH PLAIN. Where there are no accounts, anybody may,
    by any password, and has an empty maildrop at first.

    Arguments:
        mailboxes: the accounts, shared with other servers of their provider.
        accounts: user names and their passwords, where there are no mailboxes to share.
        hide: capabilities that it does not have, such as "APOP", "STLS", "UIDL" or "TOP".
        tls_required: whether clients have to speak TLS before they log in.
        spelling: how the test calls the mock, for explanations.
        options: see `MockOptions`.

    Raises:
        MisuseError: mailboxes and accounts, a capability that can't be hidden, or an option that
            makes no sense.
    """

    default_name = "pop3"

    def __init__(
        self,
        *,
        mailboxes: Mailboxes | None = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] = (),
        tls_required: bool = False,
        spelling: str = "mock",
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(spelling=spelling, **options)
        if mailboxes is not None and accounts is not None:
            raise MisuseError(
                "mailboxes= and accounts= exclude each other: mailboxes have accounts of their own"
            )
        self.mailboxes = Mailboxes(accounts) if mailboxes is None else mailboxes
        self.hidden = hidden(hide, HIDEABLE)
        self.tls_required = tls_required
        #: every command and what it was told, waitable
        self.commands: Record[Command] = Record(limit=LIMIT)

    # -- what it says to whom -----------------------------------------------------------------

    def on(
        self,
        verb: str,
        argument: Expected | int | None = None,
        *,
        user: Expected | None = None,
        connection: int | None = None,
        where: Callable[[Command], object] | None = None,
        times: int | None = None,
        required: bool = True,
    ) -> Rule:
        """Add a rule and return it; it comes before all that were added earlier.

            server.on("RETR", 2).reply("-ERR [SYS/TEMP] try again").then()

        A rule is asked where there is such a command and now is its time; of a login in several
        lines, at its first. A text is to be equal in any case, a pattern to be found.

        Arguments:
            verb: such as "RETR"; or "CONNECT", whose reply is the greeting.
            argument: what follows it; the number of a message for those that begin with one.
            user: who is logged in.
            connection: the ordinal of the client's connection, from 1.
            where: a function of the whole `Command`.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers.

        Raises:
            MisuseError: what no client could ever fulfil.
        """
        said = conditions(
            verb_is(verb),
            argument_is(argument),
            user=user,
            connection=connection,
            where=where,
        )
        return self._add(
            Rule(
                self,
                said,
                STATUSES,
                LIMIT,
                times=times,
                required=required,
                spelling=f"{self.spelling}.on({', '.join(one.spelling for one in said)})",
            )
        )

    # -- what it was asked --------------------------------------------------------------------

    def wait_for_command(
        self, verb: str, argument: str | None = None, *, timeout: float = PATIENCE
    ) -> Command:
        """Return the first command, past or future, of this verb and argument.

        Arguments:
            verb: such as "RETR".
            argument: any where left out.
            timeout: seconds.

        Raises:
            WaitTimeout: none came in time; the text lists those that did.
            MisuseError: called inside a running event loop, which it would block.
        """
        return self.commands.wait_for(_is(verb, argument), timeout=timeout)

    async def wait_for_command_async(
        self, verb: str, argument: str | None = None, *, timeout: float = PATIENCE
    ) -> Command:
        """`wait_for_command` for coroutines."""
        return await self.commands.wait_for_async(_is(verb, argument), timeout=timeout)

    # -- for its engines ----------------------------------------------------------------------

    def session(self, stream: Stream) -> Session:
        """Return the session of a new connection."""
        host = re.sub(r"[^\w.-]", "-", self.name, flags=re.ASCII)
        return Session(
            self.mailboxes,
            f"<{stream.number}.netmocks@{host}>",
            encrypted=stream.encrypted,
            hidden=self.hidden,
            tls_required=self.tls_required,
        )

    def note(self, command: Command, connection: int) -> None:
        """Keep a command that was answered."""
        self.site.note_event(connection, command)
        self.commands.append(command)

    def note_sin(self, text: str, connection: int) -> None:
        """Keep what a client did wrong."""
        self.site.journal.write(self.name, "error", connection=connection, value=text)
        self.sins.append(Sin(connection, text))

    def _engine(self) -> asyncio.BaseProtocol:
        return POP3Engine(self)


def _is(verb: str, argument: str | None) -> Callable[[Command], bool]:
    return lambda command: command.verb == verb.upper() and argument in (None, command.argument)
