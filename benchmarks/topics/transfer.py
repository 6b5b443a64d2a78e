"""A download and an upload of 1 GiB: how fast, and how much memory the server takes for it."""

import child
from effort import Effort
from rounds import turns
from row import Outcome, Row, Samples, at_least, no_more_than

CONTENDERS = {
    "HTTPMock": "contenders.transfer_netmocks",
    "bare protocol": "contenders.transfer_bare",
}

#: Bytes of memory that a transfer may take.
GROWTH = 64 * 1024**2


def measure(effort: Effort) -> Outcome:
    """Compare throughput, and memory."""
    outcome = Outcome()
    for direction in ("download", "upload"):
        rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
        growth: dict[str, list[float]] = {name: [] for name in CONTENDERS}
        for name, module in turns([*CONTENDERS.items()], effort.rounds):
            with child.Server(module) as server:
                before = server.memory()
                loaded = child.result("load_transfer", server.port, effort.seconds, direction)
                rates[name].append(loaded["rate"])
                growth[name].append(server.memory("VmHWM") - before)
        ours, peer = CONTENDERS
        for what, unit, values, target in (
            (f"1 GiB {direction}", "B/s", rates, at_least(0.7)),
            (f"1 GiB {direction}, memory", "B", growth, no_more_than(GROWTH)),
        ):
            samples = [Samples(name, values[name]) for name in (ours, peer)]
            outcome.rows.append(Row(what, unit, *samples, target))
    return outcome
