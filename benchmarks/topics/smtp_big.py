"""SMTP messages of 25 MiB: how fast they come in, and what a server needs to hold one."""

import child
import load_smtp_big
from effort import Effort
from rate import Rates
from row import Outcome, Row, Samples, at_least, at_most

OURS = "contenders.smtp_netmocks"

CONTENDERS = {"SMTPMock": OURS, "aiosmtpd": "contenders.smtp_aiosmtpd"}


def measure(effort: Effort) -> Outcome:
    """Compare the throughput, and the memory with the message itself."""
    rates = Rates("load_smtp_big", CONTENDERS, effort)
    ours, peer = rates["SMTPMock"], rates["aiosmtpd"]
    needed = Samples("SMTPMock", [_needed() for _ in range(effort.rounds)])
    message = Samples("the message", [load_smtp_big.SIZE])
    rows = [
        Row("SMTP message of 25 MiB", "B/s", ours, peer, at_least(0.8)),
        Row("SMTP message of 25 MiB, memory", "B", needed, message, at_most(3)),
    ]
    return Outcome(rows, rates.notes)


def _needed() -> float:
    """Return the bytes by which the peak of a new server rises with its first message."""
    with child.Server(OURS) as server:
        before = server.memory()
        child.result("load_smtp_big", server.port, 0)
        return server.memory("VmHWM") - before
