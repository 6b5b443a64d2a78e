"""SMTPMock: a mail server that keeps what it is sent."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mail.message import Message
from netmocks.mail.smtp.engine import SMTPEngine
from netmocks.mock import MockOptions, StreamMock
from netmocks.record import PATIENCE, Record, anything

#: Bytes that a message may have unless told otherwise: what large providers take today.
SIZE_LIMIT = 32 * 1024 * 1024


class Messages(Record[Message]):
    """The accepted messages, oldest first; waitable."""

    def _summary(self) -> str:
        if not len(self):
            return "no message arrived at all"
        return "\n".join(["what did arrive:", *(f"  {message}" for message in self.tail(20))])


class SMTPMock(StreamMock):
    """A mail server: ESMTP with STARTTLS, or implicit TLS with `tls=True`.

        with SMTPMock(accounts={"me@example.com": "secret"}) as server:
            with smtplib.SMTP(server.host, server.port) as client: ...
            message = server.wait_for_message(to="you@example.com")

    It takes mail for any recipient. Where accounts are given, a client has to log in first, by
    AUTH PLAIN or LOGIN, with or without TLS; where none are, it may, and any password will do.

    Arguments:
        accounts: user names and their passwords.
        size_limit: bytes that a message may have; announced by SIZE (RFC 1870).
        options: see `MockOptions`.

    Raises:
        MisuseError: accounts that are no mapping, or an option that makes no sense.
    """

    default_name = "smtp"

    def __init__(
        self,
        *,
        accounts: Mapping[str, str] | None = None,
        size_limit: int = SIZE_LIMIT,
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        if accounts is not None and not isinstance(accounts, Mapping):
            raise MisuseError(
                f"accounts={accounts!r}: map user names to passwords:"
                " accounts={'me@example.com': 'secret'}"
            )
        if size_limit < 1:
            raise MisuseError(f"size_limit={size_limit!r}: a message has at least one byte")
        self.accounts = dict(accounts or {})
        self.size_limit = size_limit
        #: every message accepted, waitable
        self.messages = Messages(limit=max(LIMIT, 4 * size_limit))

    def wait_for_message(
        self,
        where: Callable[[Message], object] = anything,
        *,
        to: str | None = None,
        sender: str | None = None,
        subject: str | None = None,
        timeout: float = PATIENCE,
    ) -> Message:
        """Return the first message, past or future, that fits all that is given.

        Arguments:
            where: a function of the message.
            to: one of the envelope's recipients.
            sender: the envelope's sender.
            subject: the decoded subject.
            timeout: seconds.

        Raises:
            WaitTimeout: none came in time; the text lists those that did.
            MisuseError: called inside a running event loop, which it would block.
        """
        wanted = _wanted(where, to, sender, subject)
        return self.messages.wait_for(wanted, timeout=timeout)

    async def wait_for_message_async(
        self,
        where: Callable[[Message], object] = anything,
        *,
        to: str | None = None,
        sender: str | None = None,
        subject: str | None = None,
        timeout: float = PATIENCE,
    ) -> Message:
        """`wait_for_message` for coroutines."""
        wanted = _wanted(where, to, sender, subject)
        return await self.messages.wait_for_async(wanted, timeout=timeout)

    def accept(self, message: Message, connection: int) -> None:
        """Keep a message; called by the engine."""
        self.site.journal.write(self.name, "event", connection=connection, value=message)
        self.messages.append(message, len(message.content))

    def _engine(self) -> asyncio.BaseProtocol:
        return SMTPEngine(self)


def _wanted(
    where: Callable[[Message], object], to: str | None, sender: str | None, subject: str | None
) -> Callable[[Message], bool]:
    def fits(message: Message) -> bool:
        return (
            (to is None or to in message.recipients)
            and (sender is None or sender == message.sender)
            and (subject is None or subject == message.subject)
            and bool(where(message))
        )

    return fits
