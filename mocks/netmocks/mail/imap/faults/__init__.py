"""Faults of IMAP: what can be wrong with the responses to a command (RFC 3501 §7)."""

from netmocks.mail.imap.faults.bye import Bye
from netmocks.mail.imap.faults.literal import ShortLiteral
from netmocks.mail.imap.faults.tag import WrongTag
from netmocks.mail.imap.faults.untagged import Untagged

__all__ = ["Bye", "ShortLiteral", "Untagged", "WrongTag"]
