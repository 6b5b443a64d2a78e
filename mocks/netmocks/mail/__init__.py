"""Mail mocks: SMTP (RFC 5321), POP3 (RFC 1939), IMAP (RFC 3501), and the mailboxes they share."""

from netmocks.mail.account import Account
from netmocks.mail.folder import Change, Folder
from netmocks.mail.imap import IMAPMock
from netmocks.mail.letter import Address, Letter
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.message import Message
from netmocks.mail.part import Attachment
from netmocks.mail.pop3 import POP3Mock
from netmocks.mail.refusal import OverQuota, Refusal, UnknownRecipient
from netmocks.mail.sin import Sin
from netmocks.mail.smtp import LMTPMock, SMTPMock
from netmocks.mail.stored import StoredMessage

__all__ = [
    "Account",
    "Address",
    "Attachment",
    "Change",
    "Folder",
    "IMAPMock",
    "LMTPMock",
    "Letter",
    "Mailboxes",
    "Message",
    "OverQuota",
    "POP3Mock",
    "Refusal",
    "SMTPMock",
    "Sin",
    "StoredMessage",
    "UnknownRecipient",
]
