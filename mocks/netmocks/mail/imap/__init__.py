"""IMAP4rev1 (RFC 3501, as RFC 9051 clarifies it), and what most servers add to it.

That is SASL-IR (RFC 4959), LITERAL+ (RFC 7888), ID (RFC 2971), IDLE (RFC 2177), NAMESPACE
(RFC 2342), CHILDREN (RFC 3348), UIDPLUS (RFC 4315), UNSELECT (RFC 3691), MOVE (RFC 6851), QUOTA
(RFC 2087), MULTIAPPEND (RFC 3502), ESEARCH (RFC 4731), ENABLE (RFC 5161), LIST-EXTENDED (RFC 5258),
LIST-STATUS (RFC 5819), SPECIAL-USE and CREATE-SPECIAL-USE (RFC 6154).
"""

from netmocks.mail.imap.command import Command
from netmocks.mail.imap.mock import IMAPMock

__all__ = ["Command", "IMAPMock"]
