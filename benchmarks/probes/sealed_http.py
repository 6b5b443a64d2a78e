"""Sealed HTTP: the rate that one mock reaches with a client in the seal, and with one outside.

    python -m probes.sealed_http ROUNDS SECONDS

Prints requests a second by contender, as JSON. The client is the same, and so is the server's
address as it sees it, 127.0.0.1.
"""

import json
import subprocess
import sys
from pathlib import Path

from rounds import turns

from netharness import Internet

PORT = 8080


def measure(rounds: int, seconds: float) -> dict[str, list[float]]:
    """Return the rates by contender."""
    rates: dict[str, list[float]] = {"sealed": [], "outside": []}
    with Internet(sealed="required", journal_limit=1024 * 1024) as internet:
        mock = internet.http("127.0.0.1", PORT)
        mock.on("GET", "/hello").reply("hello")
        for name in turns([*rates], rounds):
            if name == "sealed":
                command = [sys.executable, "-m", "load_http", str(PORT), str(seconds)]
                done = internet.run(command, cwd=Path.cwd(), timeout=60 + seconds)
                said = done.output
            else:
                command = [sys.executable, "-m", "load_http", str(mock.port), str(seconds)]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            rates[name].append(json.loads(said)["rate"])
    return rates


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
