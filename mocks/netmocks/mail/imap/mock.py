"""IMAPMock: a server at which clients read and keep their mail."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mail.condition import Expected
from netmocks.mail.hidden import hidden
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.engine import IMAPEngine
from netmocks.mail.imap.rule import Rule, arguments_are, name_is, statuses
from netmocks.mail.imap.session import HIDEABLE, Session, Terms
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.ruled import RuledMock
from netmocks.mail.ruling import conditions
from netmocks.mail.sin import Sin
from netmocks.mock import MockOptions
from netmocks.record import PATIENCE, Record

#: Bytes that a message may have unless told otherwise: what large providers take today.
SIZE_LIMIT = 32 * 1024 * 1024


class IMAPMock(RuledMock[Rule]):
    r"""An IMAP4rev1 server with STARTTLS, or with implicit TLS by `tls=True`.

        with IMAPMock(accounts={"me@example.com": "secret"}) as server:
            server.mailboxes["me@example.com"].add("Subject: hi\n\nhello\n")
            client = imaplib.IMAP4(server.host, server.port)

    Clients log in by LOGIN or AUTHENTICATE PLAIN. Where there are no accounts, anybody may, by any
    password, and has an empty inbox at first.

    Arguments:
        mailboxes: the accounts, shared with other servers of their provider.
        accounts: user names and their passwords, where there are no mailboxes to share.
        hide: capabilities that it does not have, such as "IDLE", "MOVE", "UIDPLUS" or "STARTTLS";
            hiding "LOGIN" announces LOGINDISABLED.
        tls_required: whether clients have to speak TLS before they log in; LOGINDISABLED is
            announced until they do.
        size_limit: bytes that the messages of one APPEND may have.
        spelling: how the test calls the mock, for explanations.
        options: see `MockOptions`.

    Raises:
        MisuseError: mailboxes and accounts, a capability that can't be hidden, or an option that
            makes no sense.
    """

    default_name = "imap"

    def __init__(
        self,
        *,
        mailboxes: Mailboxes | None = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] = (),
        tls_required: bool = False,
        size_limit: int = SIZE_LIMIT,
        spelling: str = "mock",
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(spelling=spelling, **options)
        if mailboxes is not None and accounts is not None:
            raise MisuseError(
                "mailboxes= and accounts= exclude each other: mailboxes have accounts of their own"
            )
        if size_limit < 1:
            raise MisuseError(f"size_limit={size_limit!r}: a message has at least one byte")
        self.mailboxes = Mailboxes(accounts) if mailboxes is None else mailboxes
        self.terms = Terms(hidden(hide, HIDEABLE), tls_required, size_limit)
        #: every command and what it was told, waitable
        self.commands: Record[Command] = Record(limit=LIMIT)

    # -- what it says to whom -----------------------------------------------------------------

    def on(
        self,
        name: str,
        arguments: Expected | None = None,
        *,
        user: Expected | None = None,
        connection: int | None = None,
        where: Callable[[Command], object] | None = None,
        times: int | None = None,
        required: bool = True,
    ) -> Rule:
        """Add a rule and return it; it comes before all that were added earlier.

            server.on("SELECT", "INBOX").reply("NO [INUSE] try again").then()

        A rule is asked where there is such a command and now is its time.

        Arguments:
            name: such as "SELECT"; "FETCH" is "UID FETCH", too; or "CONNECT", whose reply is the
                greeting.
            arguments: what follows it: a text to equal, in any case and whatever is quoted; or a
                pattern to be found in what the client wrote, or a function of that.
            user: who is logged in.
            connection: the ordinal of the client's connection, from 1.
            where: a function of the whole `Command`.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers.

        Raises:
            MisuseError: what no client could ever fulfil.
        """
        said = conditions(
            name_is(name),
            arguments_are(arguments),
            user=user,
            connection=connection,
            where=where,
        )
        return self._add(
            Rule(
                self,
                said,
                statuses(name),
                LIMIT,
                times=times,
                required=required,
                spelling=f"{self.spelling}.on({', '.join(one.spelling for one in said)})",
            )
        )

    # -- what it was asked --------------------------------------------------------------------

    def wait_for_command(
        self, name: str, arguments: str | None = None, *, timeout: float = PATIENCE
    ) -> Command:
        """Return the first command, past or future, of this name and these arguments.

        IDLE is there twice: when it begins, with the reply "+ idling", and when it ends.

        Arguments:
            name: such as "SELECT" or "UID FETCH".
            arguments: as the client wrote them; any where left out.
            timeout: seconds.

        Raises:
            WaitTimeout: none came in time; the text lists those that did.
            MisuseError: called inside a running event loop, which it would block.
        """
        return self.commands.wait_for(
            lambda command: command.name == name.upper() and arguments in (None, command.arguments),
            timeout=timeout,
        )

    # -- for its engines ----------------------------------------------------------------------

    def session(self, *, encrypted: bool, wake: Callable[[], None], number: int) -> Session:
        """Return the session of a new connection."""
        return Session(self.mailboxes, self.terms, encrypted=encrypted, wake=wake, number=number)

    def note(self, command: Command, connection: int) -> None:
        """Keep a command that was answered."""
        self.site.note_event(connection, command)
        self.commands.append(command, command.size)

    def note_sin(self, text: str, connection: int) -> None:
        """Keep what a client did wrong."""
        self.site.journal.write(self.name, "error", connection=connection, value=text)
        self.sins.append(Sin(connection, text))

    def _engine(self) -> asyncio.BaseProtocol:
        return IMAPEngine(self)
