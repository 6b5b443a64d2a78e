"""Greylisting: what has not been seen before is deferred (RFC 6647)."""

from netmocks.mail.smtp.command import Command
from netmocks.mail.smtp.reply import Reply
from netmocks.mail.smtp.rule import Handler

DEFERRAL = Reply(451, "4.7.1 Greylisted, try again later")


def greylist() -> Handler:
    """Return a function that defers the first attempt of a sender to reach a recipient.

    All clients of a test have one address: so it looks at sender and recipient alone.
    """
    seen: set[tuple[str | None, str]] = set()

    async def decide(command: Command) -> Reply | None:
        pair = (command.sender, command.recipients[0].lower())
        if pair in seen:
            return None
        seen.add(pair)
        return DEFERRAL

    return decide
