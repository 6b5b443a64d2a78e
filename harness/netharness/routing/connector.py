"""Connector: MySQL Connector's C extension, whose sockets are C's own.

They are out of the reach of the patches of sockets. But it is told where to go by Python: there it
is told the real address instead, like everybody else.
"""

import importlib
import importlib.util
import sys
from typing import Any

from netharness.routing.patches import Patches
from netharness.routing.switchboard import switchboard

PACKAGE = "mysql.connector"
MODULE = f"{PACKAGE}.connection_cext"

_originals: dict[str, Any] = {}


def _open_connection(self: Any) -> Any:
    """Stand in for `CMySQLConnection._open_connection`: go where the address really leads."""
    if self._unix_socket:
        return _originals["open"](self)
    pretended = self._host, self._port
    self._host, self._port = switchboard.destination("tcp", pretended)
    try:
        return _originals["open"](self)
    finally:
        self._host, self._port = pretended


class _ConnectorPatches(Patches):
    """Replaces the method, if the extension is there."""

    def install(self) -> None:
        module = sys.modules.get(MODULE)
        kind = getattr(module, "CMySQLConnection", None)
        if kind is None or kind._open_connection is _open_connection:
            return
        _originals["open"] = kind._open_connection
        self._replacements = {kind: {"_open_connection": _open_connection}}
        super().install()


PATCHES = _ConnectorPatches({})


def load() -> None:
    """Import the extension, where it is installed and works, so that it can be led.

    The code under test may import it only later, when nobody would know.
    """
    try:
        if importlib.util.find_spec(PACKAGE) is None:
            return
        importlib.import_module(MODULE)
    except ImportError:  # the pure Python connector is what there is
        return
