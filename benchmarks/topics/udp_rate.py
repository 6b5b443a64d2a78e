"""UDP datagrams a second, sent back."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

CONTENDERS = {"UDPMock": "contenders.udp_netmocks", "bare protocol": "contenders.udp_bare"}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    rates = Rates("load_udp", CONTENDERS, effort)
    row = Row("UDP echo", "1/s", rates["UDPMock"], rates["bare protocol"], at_least(0.6))
    return Outcome([row], rates.notes)
