"""Idle connections: what 10,000 of them take, and whether all are served afterwards."""

import subprocess
import sys

import child
from effort import Effort
from row import Outcome, Row, Samples, no_more_than

CONNECTIONS = 10_000

#: Bytes of memory that one may take.
EACH = 12 * 1024

CONTENDERS = {"HTTPMock": "contenders.http_netmocks", "bare protocol": "contenders.http_bare"}


def measure(effort: Effort) -> Outcome:  # once is enough: memory hardly varies
    """Compare the memory of a connection."""
    ours, peer = (Samples(name, [_each(name, module)]) for name, module in CONTENDERS.items())
    return Outcome([Row(f"{CONNECTIONS:,} idle, each", "B", ours, peer, no_more_than(EACH))])


def _each(name: str, module: str) -> float:
    with (
        child.Server(module) as server,
        subprocess.Popen(
            [sys.executable, "-m", "load_idle", str(server.port), str(CONNECTIONS)],
            cwd=child.HERE,
            env=child.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as load,
    ):
        assert load.stdin is not None
        assert load.stdout is not None
        before = server.memory()
        if load.stdout.readline() != "idle\n":
            raise SystemExit(f"{name} did not serve {CONNECTIONS} connections")
        taken = server.memory() - before
        print(file=load.stdin, flush=True)
        served = load.stdout.readline()
        if served != f"{CONNECTIONS}\n":
            raise SystemExit(f"{name} served {served.strip()} of {CONNECTIONS} afterwards")
    return taken / CONNECTIONS
