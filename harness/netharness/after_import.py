"""After import: what is to be done as soon as a module is there, and not before.

A Python child pays for what its program uses, and for nothing else.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


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
        spec = find_spec(name)  # by whoever else finds it, or waits for it, too
        if spec is not None and spec.loader is not None:
            loader, execute = spec.loader, spec.loader.exec_module

            def execute_and_act(module: ModuleType) -> None:
                vars(loader).pop("exec_module", None)  # that of another who waited is gone with it
                execute(module)
                self._act()

            loader.exec_module = execute_and_act  # type: ignore[method-assign]  # of this one loader
        return spec
