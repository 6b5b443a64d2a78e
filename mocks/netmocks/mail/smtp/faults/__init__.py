"""Faults of SMTP: what can be wrong with a reply of several lines (RFC 5321 §4.2.1)."""

from netmocks.mail.smtp.faults.codes import MixedCodes
from netmocks.mail.smtp.faults.end import NoLastLine

__all__ = ["MixedCodes", "NoLastLine"]
