"""LMTPMock: what delivers mail locally: SMTP with a reply for each recipient (RFC 2033)."""

import asyncio
from dataclasses import replace

from aiosmtpd.smtp import syntax

from netmocks.mail.message import Message
from netmocks.mail.smtp.command import NAMES
from netmocks.mail.smtp.engine import SMTPEngine
from netmocks.mail.smtp.mock import SMTPMock
from netmocks.mail.smtp.reply import Refused, Reply


class LMTPEngine(SMTPEngine):
    """One LMTP connection."""

    ident = "LMTP"

    unknown = ("HELO", "EHLO")  # RFC 2033 §4.1

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802  # the command's name
        """Begin anew, and announce the extensions."""
        await self._welcome(hostname, extended=True)

    async def check_helo_needed(self, helo: str = "LHLO") -> bool:
        """Refuse a command that comes before the greeting."""
        return await super().check_helo_needed("LHLO")

    async def hand_over(self, message: Message) -> None:
        """Take a message for some of its recipients, and tell for each (§4.2)."""
        replies = {to: await self._outcome(to, message) for to in message.recipients}
        taken = tuple(to for to in message.recipients if not replies[to].refuses)
        if taken:
            accepted = replace(message, recipients=taken) if len(taken) < len(replies) else message
            self._mock.accept(accepted, self.client.number)
        for recipient in message.recipients:
            await self.refuse(replies[recipient])

    async def _outcome(self, recipient: str, message: Message) -> Reply:
        try:
            told = await self.ask(
                "MESSAGE", recipients=(recipient,), size=len(message.content), message=message
            )
        except Refused as refused:
            return refused.reply
        refused_by_mailbox = self.deliver(recipient, message)
        if refused_by_mailbox is not None:
            return refused_by_mailbox.reply
        if told is None or not told.text:
            text = f"2.0.0 <{recipient}> OK: queued as {message.queue_id}"
            return Reply(250, text) if told is None else told._replace(code=250, text=text)
        return told

    async def conclude(self, status: str) -> None:
        """Answer a content that is no message: for each recipient, too."""
        for _ in self.envelope.rcpt_tos:
            await super().conclude(status)


class LMTPMock(SMTPMock):
    """A server of local delivery: LMTP, on a Unix socket or a port.

    It differs from `SMTPMock` in that clients say LHLO, and that each recipient of a message gets
    a reply of its own: a rule on "MESSAGE" is asked for each.
    """

    default_name = "lmtp"

    commands = tuple(name for name in NAMES if name not in LMTPEngine.unknown)

    def _engine(self) -> asyncio.BaseProtocol:
        return LMTPEngine(self)
