"""SMTP (RFC 5321) and LMTP (RFC 2033)."""

from netmocks.mail.smtp.mock import SMTPMock

__all__ = ["SMTPMock"]
