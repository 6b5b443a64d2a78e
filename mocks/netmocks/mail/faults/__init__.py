"""Faults of mail: what can be wrong with the replies of SMTP, POP3 and IMAP alike.

Each protocol has more of its own beside its engine; what happens to bytes of any kind, such as
`Cut` and `Stall`, is in `netmocks.faults`.
"""

from netmocks.mail.faults.garbled import Garbled

__all__ = ["Garbled"]
