"""Letting servers go: how a thread ends that waits for clients when its internet does."""

import threading
from typing import Any


class ServerLetGo(SystemExit):
    """The internet has ended, and with it this server's wait for clients.

    A SystemExit, for that ends a thread in silence and passes a server's `except Exception`.
    """


class QuietHook:
    """Keeps `ServerLetGo` from the thread hook of pytest, which reports SystemExit too."""

    def __init__(self) -> None:
        self._reporting: Any = None

    def install(self) -> None:
        """Stand before whatever hook there is."""
        self._reporting = threading.excepthook
        threading.excepthook = self._report

    def remove(self) -> None:
        """Put that hook back, unless somebody has replaced this one meanwhile."""
        if threading.excepthook == self._report:
            threading.excepthook = self._reporting

    def _report(self, args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, ServerLetGo):
            self._reporting(args)
