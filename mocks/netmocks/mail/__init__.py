"""Mail mocks: SMTP (RFC 5321)."""

from netmocks.mail.message import Attachment, Message
from netmocks.mail.smtp import SMTPMock

__all__ = ["Attachment", "Message", "SMTPMock"]
