"""POP3 (RFC 1939), with CAPA (RFC 2449), STLS (RFC 2595) and SASL PLAIN (RFC 5034)."""

from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.mock import POP3Mock

__all__ = ["Command", "POP3Mock"]
