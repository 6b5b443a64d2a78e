"""Benchmarks: ours and its peers side by side, in one run.

    python benchmarks/run.py [--quick] [--json FILE] [topic ...]

Prints one table and writes every sample as JSON. Contenders take turns, and medians are compared,
so that noise hits both sides alike; still, the machine should have nothing else to do. The exit
status is 1 if a target is missed.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ports
from effort import FULL, QUICK, Effort
from row import Outcome
from table import table
from topics import (
    children,
    fault_layer,
    fault_times,
    fresh_mock,
    generation,
    guard_connect,
    http_rate,
    http_rules,
    httpbin_rate,
    https_rate,
    idle,
    imap_scale,
    mysql_rate,
    mysql_start,
    plugin_start,
    pop3_rate,
    routed_connect,
    smtp_big,
    smtp_rate,
    start_stop,
    transfer,
    udp_rate,
)

TOPICS: dict[str, Callable[[Effort], Outcome]] = {
    "start_stop": start_stop.measure,
    "fresh_mock": fresh_mock.measure,
    "http_rate": http_rate.measure,
    "http_rules": http_rules.measure,
    "https_rate": https_rate.measure,
    "httpbin_rate": httpbin_rate.measure,
    "transfer": transfer.measure,
    "idle": idle.measure,
    "smtp_rate": smtp_rate.measure,
    "smtp_big": smtp_big.measure,
    "pop3_rate": pop3_rate.measure,
    "imap_scale": imap_scale.measure,
    "mysql_start": mysql_start.measure,
    "mysql_rate": mysql_rate.measure,
    "plugin_start": plugin_start.measure,
    "routed_connect": routed_connect.measure,
    "guard_connect": guard_connect.measure,
    "children": children.measure,
    "fault_layer": fault_layer.measure,
    "fault_times": fault_times.measure,
    "udp_rate": udp_rate.measure,
    "generation": generation.measure,
}


def main() -> int:
    """Measure, and tell."""
    arguments = parser().parse_args()
    outcome = Outcome()
    for name in arguments.topics or TOPICS:
        ports.wait()
        began = time.perf_counter()
        found = TOPICS[name](QUICK if arguments.quick else FULL)
        print(f"{name}: measured in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        outcome.rows += found.rows
        outcome.notes += found.notes
    print(table(outcome.rows))
    for note in outcome.notes:
        print(f"- {note}")
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(outcome), indent=1) + "\n")
    return int(any(row.verdict == "MISSED" for row in outcome.rows))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(description="Compare netmocks and netharness with their peers.")
    made.add_argument("topics", nargs="*", type=topic, help=", ".join(TOPICS))
    made.add_argument("--quick", action="store_true", help="less time, and less certain")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every sample to FILE")
    return made


def topic(name: str) -> str:
    """Return the name of a topic.

    Raises:
        ArgumentTypeError: there is none of that name.
    """
    if name not in TOPICS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of: {', '.join(TOPICS)}")
    return name


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return all that was found, and on what machine."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "rows": [row.as_json() for row in outcome.rows],
        "notes": outcome.notes,
    }


if __name__ == "__main__":
    sys.exit(main())
