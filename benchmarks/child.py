"""Child processes: every measurement runs in its own, and so does every server under load."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).parent

#: Seconds after which a child has failed; none comes near it.
PATIENCE = 120.0

#: The code that is measured is the one beside this folder, whatever else is installed.
ROOTS = (HERE, HERE.parent / "harness", HERE.parent / "mocks")

#: Variables that would change what is measured.
UNWANTED = (
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a child."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    ours = {"PYTHONPATH": os.pathsep.join(map(str, ROOTS)), "no_proxy": "127.0.0.1"}
    return {**kept, **ours, **more}


def result(module: str, *arguments: object) -> Any:
    """Run a module to its end and return the JSON that it prints.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why on standard error.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=HERE,
        env=environment(),
        stdout=subprocess.PIPE,
        timeout=PATIENCE,
        check=True,
    )
    return json.loads(done.stdout)


class Server:
    """A server under test, running in its process while the `with` block lasts.

    Arguments:
        module: a contender; see `contenders.serving`.

    Raises:
        SystemExit: it ended by itself; it has said why on standard error.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        #: where it listens on 127.0.0.1
        self.port = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            cwd=HERE,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._answer())
        return self

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("cpu\n")
        self._process.stdin.flush()
        return float(self._answer())

    def memory(self, figure: str = "VmRSS") -> int:
        """Return the bytes of memory that it has, or with "VmHWM" has had at most; Linux only."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(figure))
        return int(line.split()[1]) * 1024

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self._module} has ended by itself")
        return answer

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()  # which tells it to end
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()
