"""Program: one documented program, run as its reader would, inside the test's internet."""

import threading
from pathlib import Path
from typing import Any

from console import Console

#: Seconds for a program to end once its peers, its keyboard and its internet have.
GRACE = 5.0


class Program:
    """A program file with a console of its own.

    Without parameters the file runs as `__main__`; with parameters it is imported, and its `main`
    is called with them.
    """

    def __init__(self, path: Path, typed: tuple[str, ...] = ()) -> None:
        self.path = path
        self.console = Console()
        self.console.type(*typed)
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def load(self, name: str = "program") -> dict[str, Any]:
        """Execute the file under a module name; return what it defines."""
        names = {
            "__name__": name,
            "__file__": str(self.path),
            "print": self.console.print,
            "input": self.console.input,
        }
        exec(compile(self.path.read_text(encoding="utf-8"), self.path, "exec"), names)
        return names

    def run(self, **parameters: object) -> Console:
        """Run to the end, in this thread; return the console."""
        if parameters:
            self.load()["main"](**parameters)
        else:
            self.load("__main__")
        return self.console

    def start(self, **parameters: object) -> Console:
        """Run in a thread of its own; return the console."""

        def body() -> None:
            try:
                self.run(**parameters)
            except SystemExit:
                pass  # a program's ordinary end, and that of a server that is let go
            except BaseException as error:  # raised again by join, in the test's thread
                self._error = error

        self._thread = threading.Thread(target=body, name=self.path.name, daemon=True)
        self._thread.start()
        return self.console

    def join(self) -> None:
        """Wait for a started program to end.

        Raises:
            AssertionError: it does not.
            Exception: whatever ended it.
        """
        if self._thread is None:
            return
        self._thread.join(GRACE)
        assert not self._thread.is_alive(), f"{self.path.name} does not end"
        error, self._error = self._error, None
        if error is not None:
            raise error
