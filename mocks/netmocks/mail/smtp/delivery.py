"""Delivery into mailboxes, and what a client is told where they refuse (RFC 3463 §3.2, §3.3)."""

from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.message import Message
from netmocks.mail.refusal import OverQuota, Refusal
from netmocks.mail.smtp.reply import Refused


def check(mailboxes: Mailboxes, recipient: str, size: int) -> None:
    """Check that a recipient would take a message of so many bytes.

    Raises:
        Refused: 550 for somebody who is nobody, 452 or 552 where there is no room.
    """
    try:
        mailboxes.check(recipient, size)
    except Refusal as refusal:
        raise _refused(refusal, mailboxes, recipient, size) from None


def deliver(mailboxes: Mailboxes, recipient: str, message: Message) -> None:
    """Put a message into a recipient's mailbox; errors are those of `check`."""
    try:
        mailboxes.deliver(recipient, message)
    except Refusal as refusal:
        raise _refused(refusal, mailboxes, recipient, len(message.content)) from None


def _refused(refusal: Refusal, mailboxes: Mailboxes, recipient: str, size: int) -> Refused:
    if not isinstance(refusal, OverQuota):
        return Refused(550, f"5.1.1 {recipient}: no such user here")
    account = mailboxes.find(recipient)
    if account is not None and account.quota is not None and size > account.quota:
        return Refused(552, f"5.2.3 {recipient}: the message is larger than the mailbox may be")
    return Refused(452, f"4.2.2 {recipient}: the mailbox is full")
