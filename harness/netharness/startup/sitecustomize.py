"""What a Python child runs before anything else: it is guarded, and inside, as its parent is.

It stands before any other `sitecustomize` on the path, and runs that one, too.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec


class Packages:
    """Finds the harness and the mocks where the test process has them, installed here or not."""

    roots = os.environ.get("NETHARNESS_ROOTS", "").split(os.pathsep)

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Find a package of ours."""
        return PathFinder.find_spec(name, cls.roots) if name in ("netharness", "netmocks") else None


def begin() -> None:
    """Do what the parent has left to do: guard this process, and lead it into an internet."""
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "netharness: Python %d.%d is neither guarded nor inside the private internet of its"
            " parent: it has to be 3.11 or later\n" % sys.version_info[:2]
        )
        return
    sys.meta_path.insert(0, Packages)
    if "NETHARNESS_GUARD" in os.environ:
        from netharness.guard import child

        child.begin(os.environ["NETHARNESS_GUARD"])
    if "NETHARNESS_CHANNEL" in os.environ:
        from netharness.children import guide

        guide.join()


def run_the_other() -> None:
    """Run the `sitecustomize` that would have been found without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        other = module_from_spec(spec)
        sys.modules["sitecustomize"] = other
        spec.loader.exec_module(other)


if "NETHARNESS_GUARD" in os.environ or "NETHARNESS_CHANNEL" in os.environ:
    begin()
run_the_other()
