"""Guide: leads the sockets of this process, a child of the test's, into the test's internet.

What a program does not use costs it nothing: each set of patches comes with the module it is for.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from netharness.children import deaf
from netharness.children.question import ask


class AfterImport:
    """Calls a function when a module has been imported; at once, if it is already."""

    def __init__(self, name: str, act: Callable[[], None]) -> None:
        self._name = name
        self._act = act

    def install(self) -> None:
        """Wait for the module."""
        if self._name in sys.modules:
            self._act()
        else:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the module that is waited for, with a loader that calls the function."""
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_act(module: ModuleType) -> None:
                del spec.loader.exec_module  # type: ignore[union-attr]  # our own attribute on it
                execute(module)
                self._act()

            spec.loader.exec_module = execute_and_act  # type: ignore[method-assign]  # of this one loader
        return spec


def join() -> None:
    """Lead this process, for as long as it lives."""
    channel = os.environ["NETHARNESS_CHANNEL"]
    child = int(os.environ.get("NETHARNESS_CHILD", "0"))
    try:
        ask(channel, "greet", child, os.getpid())
    except OSError:
        return  # the internet whose variables were inherited has ended
    for module, lead in (
        ("socket", lead_sockets),
        ("asyncio", lead_loops),
        ("uvloop", lead_uvloops),
        ("ssl", trust_authority),
    ):
        AfterImport(module, lead).install()
    deaf.watch(lambda text: ask(channel, "report", text, place=f"process {os.getpid()}"))


def lead_sockets() -> None:
    """Lead what connects, binds and looks up names."""
    from netharness.children.remote import become
    from netharness.routing import resolver, sockets
    from netharness.routing.switchboard import switchboard

    become(switchboard, os.environ["NETHARNESS_CHANNEL"])
    resolver.PATCHES.install()
    sockets.PATCHES.install()


def lead_loops() -> None:
    """Let event loops look names up at once."""
    from netharness.routing import loop_resolver

    loop_resolver.PATCHES.install()


def lead_uvloops() -> None:
    """Let event loops of uvloop be led, too."""
    from netharness.routing import uvloops

    uvloops.PATCHES.install()


def trust_authority() -> None:
    """Let clients trust the authority of the test process."""
    from netharness import trust

    trust.certificate = lambda: str(ask(os.environ["NETHARNESS_CHANNEL"], "trust"))
    trust.PATCHES.install()
