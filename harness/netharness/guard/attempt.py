"""Attempt: traffic that would leave, and what is said of it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Attempt(NamedTuple):
    """One attempt to leave this machine."""

    #: what would have been done: "connect to", "send to", "look up"
    verb: str
    #: the name or address, or "unix:" and the path of a Unix socket
    host: str
    #: 0 where there is none
    port: int
    #: "tcp" or "udp", empty where it is neither
    transport: str
    #: where in the code
    place: str
    #: whether it was refused
    refused: bool
    #: the process, where it is not that of the test
    process: int = 0
    #: the mocks that ran, where there were any
    mocks: str = ""

    @property
    def target(self) -> str:
        """Host and port, as people write them, and as an allowance takes them."""
        if not self.port:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        where = f"{self.place}, in process {self.process}" if self.process else self.place
        outcome = "refused to" if self.refused else "would refuse to"
        return f"the guard {outcome} {self.verb} {self.target}, tried at {where}"

    def explain(self) -> str:
        """Say what happened, and the lines to write."""
        return (
            f"{self}\n{self._mock()}To let it leave, write in pytest's configuration:\n"
            f"    internet_allow = {self.target}\n"
            "or at the test:\n"
            f"    @pytest.mark.internet_guard(allow=[{self.target!r}])"
        )

    def _mock(self) -> str:
        if self.host.startswith("unix:"):
            return ""
        from netharness.reports import proposal

        there = f"The mocks that ran: {self.mocks}.\n" if self.mocks else ""
        line = proposal(self.transport or "tcp", self.host, self.port)
        return (
            f"{there}No internet is up here; to let a mock live there, ask for the fixture"
            f" 'internet', and write:\n    {line}\n"
        )

    def write(self, log: str) -> None:
        """Tell of it in a log, for the process of the tests to read."""
        try:
            # Not made anew: where it is gone, the tests are over.
            descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
        except OSError:
            return
        try:
            os.write(descriptor, f"{json.dumps(self)}\n".encode())  # at once, so that it is whole
        finally:
            os.close(descriptor)


class Log:
    """A file in which other processes tell of their attempts.

    Arguments:
        path: the file, which exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def take(self) -> Iterator[Attempt]:
        """Yield what was told since the last time."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):  # somebody writes it right now
                    return
                self._read += len(line)
                yield Attempt(*json.loads(line))
