"""SMTP messages a second: 8 connections, each used for many messages of 2 KB.

Ours keeps them, journals what was said, and delivers them into a mailbox.
"""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {
    "SMTPMock": "contenders.smtp_netmocks",
    "aiosmtpd": "contenders.smtp_aiosmtpd",
    "smtpdfix": "contenders.smtp_smtpdfix",
}

TARGETS = {"aiosmtpd": at_least(1.0), "smtpdfix": at_least(1.7)}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_smtp", CONTENDERS, effort)
    rows = [
        Row("SMTP messages", "1/s", rates["SMTPMock"], rates[peer], target)
        for peer, target in TARGETS.items()
    ]
    return Outcome(rows, rates.notes)
