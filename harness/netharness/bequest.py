"""Bequest: what this process leaves to the Python processes that it starts.

Variables: by them, each finds the module in `startup`, which runs before anything else, and what
that is to do. The guard and an internet leave something each, and come and go in any order.
"""

import os
from importlib.util import find_spec
from pathlib import Path

#: The folder of the module that every Python child runs when it starts.
STARTUP = str(Path(__file__).parent / "startup")


def _root(package: str) -> str:
    """Return the folder that holds a package, without importing it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parents[1])


#: Where the two packages are imported from.
ROOTS = tuple(dict.fromkeys(map(_root, ("netharness", "netmocks"))))


def leading(path: str) -> str:
    """Return a PYTHONPATH that leads a Python first, and then has what it had."""
    others = [entry for entry in path.split(os.pathsep) if entry not in ("", STARTUP)]
    return os.pathsep.join([STARTUP, *others])


class Bequest:
    """The variables in the environment of this process, and what they were before."""

    def __init__(self) -> None:
        self._left: dict[str, str] = {}
        self._before: dict[str, str | None] = {}

    @property
    def variables(self) -> dict[str, str]:
        """What is left, and what leads a Python to it; empty where nothing is."""
        if not self._left:
            return {}
        return {
            **self._left,
            "NETHARNESS_ROOTS": os.pathsep.join(ROOTS),
            "PYTHONPATH": leading(os.environ.get("PYTHONPATH", "")),
        }

    @property
    def before(self) -> dict[str, str | None]:
        """The variables as they were, None for those that were not there."""
        return dict(self._before)

    def leave(self, name: str, value: str) -> None:
        """Leave a variable; a second time, with another value."""
        self._left[name] = value
        for each, text in self.variables.items():
            self._before.setdefault(each, os.environ.get(each))
            os.environ[each] = text

    def take_back(self, name: str) -> None:
        """Put a variable back; with the last one, what led to it, too. Not left, it stays."""
        if self._left.pop(name, None) is not None:
            for each in [name] if self._left else list(self._before):
                self._put_back(each)

    def _put_back(self, name: str) -> None:
        value = self._before.pop(name)
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

    def inherit(self) -> None:
        """In a forked process: what the one before has left is how things are here."""
        self._left.clear()
        self._before.clear()


#: The one bequest of this process.
bequest = Bequest()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=bequest.inherit)
