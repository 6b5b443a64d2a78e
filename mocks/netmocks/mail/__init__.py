"""Mail mocks: SMTP (RFC 5321), and the mailboxes that its messages go to."""

from netmocks.mail.account import Account
from netmocks.mail.folder import Change, Folder
from netmocks.mail.letter import Address, Letter
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.message import Message
from netmocks.mail.part import Attachment
from netmocks.mail.refusal import OverQuota, Refusal, UnknownRecipient
from netmocks.mail.smtp import SMTPMock
from netmocks.mail.stored import StoredMessage

__all__ = [
    "Account",
    "Address",
    "Attachment",
    "Change",
    "Folder",
    "Letter",
    "Mailboxes",
    "Message",
    "OverQuota",
    "Refusal",
    "SMTPMock",
    "StoredMessage",
    "UnknownRecipient",
]
