"""Ports: those of connections that are over stay taken for a minute (TIME-WAIT, RFC 9293 §3.6.1).

Where many are taken, the system looks long for a free one; so one topic would slow down the next.
"""

import re
import time
from pathlib import Path

#: Where Linux says how many there are; elsewhere nobody waits.
COUNTS = Path("/proc/net/sockstat")

#: So many slow nobody down.
FEW = 1000

#: Seconds until all that were taken are free.
PATIENCE = 70


def wait() -> None:
    """Wait until few ports are taken."""
    for _ in range(PATIENCE):
        if _taken() <= FEW:
            return
        time.sleep(1)


def _taken() -> int:
    if not COUNTS.exists():
        return 0
    found = re.search(r"^TCP:.* tw (\d+)", COUNTS.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
