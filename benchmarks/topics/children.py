"""Programs inside an internet against the same programs without one."""

import child
from effort import Effort
from row import Outcome, Row, Samples, at_least, at_most_more

#: Seconds that a program and its seal may take more than the program: what a person won't notice.
NEW_SEAL = 0.100


def measure(effort: Effort) -> Outcome:
    """Compare the seconds of a run, and the rate of a client in the seal."""
    seconds = child.result("probes.children", effort.runs)
    plain = Samples("plain", seconds["plain"])
    python = Samples("plain Python", seconds["plain Python"])
    led = Samples("led Python", seconds["led Python"])
    rows = [Row("a Python that imports socket", "s", led, python, at_most_more(0.040))]
    if "sealed" not in seconds:
        return Outcome(rows, ["this system allows no seal: nothing of it was measured"])
    new, standing = (Samples(name, seconds[name]) for name in ("newly sealed", "sealed"))
    rates = child.result("probes.sealed_http", effort.rounds, effort.seconds)
    rows += [
        Row("run(['true']) with a new seal", "s", new, plain, at_most_more(NEW_SEAL)),
        Row("run(['true']) in a standing seal", "s", standing, plain, at_most_more(0.015)),
        Row(
            "HTTP requests of a client in the seal",
            "1/s",
            Samples("sealed", rates["sealed"]),
            Samples("outside", rates["outside"]),
            at_least(0.9),
        ),
    ]
    return Outcome(rows)
