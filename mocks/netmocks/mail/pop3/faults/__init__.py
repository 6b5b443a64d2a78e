"""Faults of POP3: what can be wrong with a multi-line reply (RFC 1939 §3)."""

from netmocks.mail.pop3.faults.count import WrongCount
from netmocks.mail.pop3.faults.dots import BareDots, NoFinalDot

__all__ = ["BareDots", "NoFinalDot", "WrongCount"]
