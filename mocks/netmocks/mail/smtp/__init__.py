"""SMTP (RFC 5321) and LMTP (RFC 2033)."""

from netmocks.mail.smtp.command import Command
from netmocks.mail.smtp.lmtp import LMTPMock
from netmocks.mail.smtp.mock import SMTPMock
from netmocks.mail.smtp.reply import Reply
from netmocks.mail.smtp.rule import Rule
from netmocks.mail.smtp.session import Session

__all__ = ["Command", "LMTPMock", "Reply", "Rule", "SMTPMock", "Session"]
