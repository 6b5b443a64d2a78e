"""Inheritance: what the processes that a test starts get from it while an internet is up.

Whatever starts them, `subprocess`, `multiprocessing` or a shell: their environment leads every
Python among them to the channel. A fork has the patches already, and only has to ask from now on.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from netharness import place, trust
from netharness.bequest import bequest
from netharness.children import deaf
from netharness.children.channel import Channel
from netharness.children.question import ask
from netharness.children.remote import become
from netharness.routing.patches import Patches
from netharness.routing.switchboard import switchboard

#: The variable that tells where the channel is.
CHANNEL = "NETHARNESS_CHANNEL"


class Inheritance:
    """The channel, and the variable that tells of it."""

    def __init__(self) -> None:
        self._channel = Channel()

    @property
    def is_possible(self) -> bool:
        """Whether this system has what it takes: Unix sockets, and forks."""
        return hasattr(socket, "AF_UNIX") and hasattr(os, "register_at_fork")

    def install(self) -> None:
        """Open the channel, and tell of it."""
        if not self.is_possible:
            return
        _stop_fork_server()
        self._channel.open()
        POPEN.install()
        bequest.leave(CHANNEL, self._channel.path)

    def remove(self) -> None:
        """Put the environment back, and close the channel."""
        if not self._channel.path:
            return
        _stop_fork_server()
        POPEN.remove()
        bequest.take_back(CHANNEL)
        self._channel.close()

    @property
    def folders(self) -> list[str]:
        """The folders that it has made."""
        return [str(Path(self._channel.path).parent)]

    def pass_on(self) -> None:
        """In a forked process: ask the one it was forked from, while that one's internet is up."""
        path = self._channel.path
        if path:
            become(switchboard, path)
            trust.certificate = lambda: str(ask(path, "trust"))
            self._channel.forget()


class Helper(subprocess.Popen[bytes]):
    """A process of ours, which is outside, and is to be."""


_popen = subprocess.Popen.__init__


def popen(self: "subprocess.Popen[Any]", args: Any, *rest: Any, **named: Any) -> None:
    """Stand in for the start of a `subprocess.Popen`: report a Python that can't be led."""
    words = [args] if isinstance(args, (str, bytes, os.PathLike)) else args
    text = deaf.reason([os.fsdecode(word) for word in words], named.get("env"))
    if text and not isinstance(self, Helper):
        switchboard.report_outside(f"{text}, started at {place.here()}")
    _popen(self, args, *rest, **named)


POPEN = Patches({subprocess.Popen: {"__init__": popen}})


def _stop_fork_server() -> None:
    """End the process that `multiprocessing` forks from: it has the environment of its start."""
    module = sys.modules.get("multiprocessing.forkserver")
    if module is not None:
        module._forkserver._stop()


inheritance = Inheritance()

if inheritance.is_possible:
    os.register_at_fork(after_in_child=inheritance.pass_on)
