"""Inheritance: the environment that lets the Python children of this process be guarded, too."""

import os
from importlib.util import find_spec
from pathlib import Path

from netharness.guard.policy import Policy

#: Where the policy stands, and where the packages are that a child needs for it.
POLICY = "NETHARNESS_GUARD"
ROOTS = "NETHARNESS_GUARD_ROOTS"
PATH = "PYTHONPATH"

#: The folder of the module that every Python process runs when it starts.
STARTUP = Path(__file__).parent / "startup"


class Inheritance:
    """The variables that children of this process are guarded by, and what they were before."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] | None = None

    def bequeath(self, policy: Policy) -> None:
        """Let the children that start from now on be guarded by a policy."""
        if self._before is None:
            self._before = {name: os.environ.get(name) for name in (POLICY, ROOTS, PATH)}
        os.environ[POLICY] = policy.to_text()
        os.environ[ROOTS] = os.pathsep.join(dict.fromkeys(map(_root, ("netharness", "netmocks"))))
        others = self._before[PATH]
        os.environ[PATH] = f"{STARTUP}{os.pathsep}{others}" if others else str(STARTUP)

    def revoke(self) -> None:
        """Put the variables back."""
        for name, value in (self._before or {}).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before = None


def _root(package: str) -> str:
    """Return the folder that holds a package, without importing it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parents[1])
