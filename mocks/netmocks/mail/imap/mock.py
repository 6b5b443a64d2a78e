"""IMAPMock: a server at which clients read and keep their mail."""

import asyncio
from collections.abc import Callable
from typing import Unpack

from netmocks.faults.number import count_from
from netmocks.mail.access import AccessMock, AccessOptions, AccessTerms
from netmocks.mail.condition import Condition, Expected
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.engine import IMAPEngine
from netmocks.mail.imap.rule import Rule, about, statuses
from netmocks.mail.imap.session import HIDEABLE, Session, Terms

#: Bytes that a message may have unless told otherwise: what large providers take today.
SIZE_LIMIT = 32 * 1024 * 1024


class IMAPTerms(AccessTerms, total=False):
    """The arguments of `IMAPMock` that are its own; all by keyword."""

    #: bytes that the messages of one APPEND may have
    size_limit: int


class IMAPMock(AccessMock[Command]):
    r"""An IMAP4rev1 server with STARTTLS, or with implicit TLS by `tls=True`.

        with IMAPMock(accounts={"me@example.com": "secret"}) as server:
            server.mailboxes["me@example.com"].add("Subject: hi\n\nhello\n")
            client = imaplib.IMAP4(server.host, server.port)

    Clients log in by LOGIN or AUTHENTICATE PLAIN. Where there are no accounts, anybody may, by any
    password, and has an empty inbox at first.

    IDLE is in `commands` twice: when it begins, with the reply "+ idling", and when it ends.

    Arguments: see `AccessTerms` and `MockOptions`;
        hide: of `HIDEABLE` in `netmocks.mail.imap.session`, such as "IDLE", "MOVE" or "STARTTLS";
            hiding "LOGIN" announces LOGINDISABLED, as `tls_required` does until TLS is spoken.
        size_limit: bytes that the messages of one APPEND may have.

    Raises:
        MisuseError: mailboxes and accounts, a capability that can't be hidden, or an option that
            makes no sense.
    """

    default_name = "imap"
    hideable = HIDEABLE

    def __init__(self, *, size_limit: int = SIZE_LIMIT, **options: Unpack[AccessOptions]) -> None:
        super().__init__(**options)
        size_limit = count_from(1, size_limit, "size_limit")
        self.terms = Terms(self.hidden, self.tls_required, size_limit)

    # -- what it says to whom -----------------------------------------------------------------

    def on(
        self,
        name: str,
        arguments: Expected | int | None = None,
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
                pattern to be found in what the client wrote, or a function of that; or the number
                of the only message that it names.
            user: who is logged in.
            connection: the ordinal of the client's connection, from 1.
            where: a function of the whole `Command`.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers.

        Raises:
            MisuseError: what no client could ever fulfil.
        """
        return self._rule(
            self._about(name, arguments),
            statuses(name),
            user=user,
            connection=connection,
            where=where,
            times=times,
            required=required,
        )

    def _about(self, name: str, argument: Expected | int | None) -> list[Condition]:
        return about(name, argument)

    # -- for its engines ----------------------------------------------------------------------

    def session(self, *, encrypted: bool, wake: Callable[[], None], number: int) -> Session:
        """Return the session of a new connection."""
        return Session(self.mailboxes, self.terms, encrypted=encrypted, wake=wake, number=number)

    def _engine(self) -> asyncio.BaseProtocol:
        return IMAPEngine(self)
