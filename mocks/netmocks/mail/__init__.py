"""Mail mocks: SMTP (RFC 5321)."""

from netmocks.mail.message import Message
from netmocks.mail.part import Attachment
from netmocks.mail.smtp import SMTPMock

__all__ = ["Attachment", "Message", "SMTPMock"]
