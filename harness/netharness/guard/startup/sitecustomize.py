# noqa: INP001  # a folder of the path, not a package
"""What a Python child runs before anything else: it is guarded as its parent is.

It runs the `sitecustomize` that comes after it on the path, too.
"""

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec


class Packages:
    """Finds the harness and the mocks where the test process has them, installed here or not."""

    roots = os.environ.get("NETHARNESS_GUARD_ROOTS", "").split(os.pathsep)

    @classmethod
    def find_spec(cls, name: str, *_: object) -> ModuleSpec | None:
        """Find a package of ours."""
        return PathFinder.find_spec(name, cls.roots) if name in ("netharness", "netmocks") else None


def begin() -> None:
    """Guard this process."""
    sys.meta_path.append(Packages)
    from netharness.guard.hook import guard
    from netharness.guard.policy import Policy

    guard.policy = Policy.from_text(os.environ["NETHARNESS_GUARD"])
    guard.process = 0  # none: whatever is attempted here is told to the process of the tests
    guard.install()


def run_the_next() -> None:
    """Run the `sitecustomize` that would have been found without this one."""
    here = __file__.rpartition(os.sep)[0]
    after = sys.path[sys.path.index(here) + 1 :] if here in sys.path else []
    spec = PathFinder.find_spec("sitecustomize", after)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if "NETHARNESS_GUARD" in os.environ and sys.version_info >= (3, 11):
    begin()
run_the_next()
