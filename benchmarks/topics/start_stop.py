"""Start and stop of mocks, with the loop thread kept alive by a lease and without."""

import child
from effort import Effort
from row import Outcome, Row, Samples, at_most

BARE = "bare create_server"
CONTROLLER = "aiosmtpd Controller"


def measure(effort: Effort) -> Outcome:
    """Compare with asyncio's own server, and with aiosmtpd's."""
    seconds = child.result("probes.start_stop", effort.operations)
    bare = Samples(BARE, seconds["bare"])
    controller = Samples(CONTROLLER, seconds["aiosmtpd"])
    rows = []
    for name in ("TCPMock", "UDPMock", "HTTPMock"):
        leased, alone = Samples(name, seconds[name]), Samples(name, seconds[f"{name} alone"])
        rows.append(Row(f"{name} start+stop", "s", leased, bare, at_most(5)))
        rows.append(Row(f"{name} start+stop, loop thread too", "s", alone, bare))
    leased, alone = (Samples("SMTPMock", seconds[f"SMTPMock{how}"]) for how in ("", " alone"))
    rows.append(Row("SMTPMock start+stop", "s", leased, controller, at_most(0.6)))
    rows.append(Row("SMTPMock start+stop, loop thread too", "s", alone, controller))
    return Outcome(rows)
