"""POP3Mock: a server from which clients fetch their mail."""

import asyncio
import re
from collections.abc import Callable

from netmocks.mail.access import AccessMock
from netmocks.mail.condition import Condition, Expected
from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.engine import POP3Engine
from netmocks.mail.pop3.rule import STATUSES, Rule, about
from netmocks.mail.pop3.session import HIDEABLE, Session
from netmocks.wire.stream import Stream


class POP3Mock(AccessMock[Command]):
    r"""A POP3 server with STLS, or with implicit TLS by `tls=True`.

        with POP3Mock(accounts={"me@example.com": "secret"}) as server:
            server.mailboxes["me@example.com"].add("Subject: hi\n\nhello\n")
            client = poplib.POP3(server.host, server.port)

    Clients log in by USER and PASS, APOP or AUTH PLAIN. Where there are no accounts, anybody may,
    by any password, and has an empty maildrop at first.

    Arguments: see `AccessTerms` and `MockOptions`;
        hide: of `HIDEABLE` in `netmocks.mail.pop3.session`, such as "APOP", "STLS" or "UIDL".

    Raises:
        MisuseError: mailboxes and accounts, a capability that can't be hidden, or an option that
            makes no sense.
    """

    default_name = "pop3"
    hideable = HIDEABLE

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
        return self._rule(
            self._about(verb, argument),
            STATUSES,
            user=user,
            connection=connection,
            where=where,
            times=times,
            required=required,
        )

    def _about(self, name: str, argument: Expected | int | None) -> list[Condition]:
        return about(name, argument)

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

    def _engine(self) -> asyncio.BaseProtocol:
        return POP3Engine(self)
