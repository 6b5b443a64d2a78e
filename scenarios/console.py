"""Console: what one program prints and is typed, apart from all other programs."""

import sys
import threading
from queue import Queue
from typing import Any

from netmocks.record import PATIENCE, Record

#: Bytes of output kept; no documented example comes near.
LIMIT = 1024 * 1024


class Console:
    """Stands in for a program's `print` and `input`.

    Several programs run in one process, and each has a console of its own.
    """

    def __init__(self) -> None:
        #: the lines printed so far, waitable
        self.lines: Record[str] = Record(limit=LIMIT)
        self._line = ""
        self._turn = threading.Lock()  # a program may print from several threads
        self._typed: Queue[str | None] = Queue()

    def __contains__(self, line: str) -> bool:
        return line in list(self.lines)

    @property
    def text(self) -> str:
        """All that was printed."""
        return "".join(f"{line}\n" for line in self.lines) + self._line

    def type(self, *lines: str) -> None:
        """Type lines at the keyboard."""
        for line in lines:
            self._typed.put(line)

    def hang_up(self) -> None:
        """End the keyboard's input, as Ctrl-D does."""
        self._typed.put(None)

    def wait_for(self, line: str) -> None:
        """Wait until a line has been printed."""
        self.lines.wait_for(lambda printed: printed == line)

    def print(
        self,
        *values: object,
        sep: str = " ",
        end: str = "\n",
        file: Any = None,
        flush: bool = False,
    ) -> None:
        """Stand in for `print`; what goes to a file goes there."""
        if file not in (None, sys.stdout):
            print(*values, sep=sep, end=end, file=file, flush=flush)
            return
        with self._turn:
            *lines, self._line = (self._line + sep.join(map(str, values)) + end).split("\n")
            for line in lines:
                self.lines.append(line, len(line))

    def input(self, prompt: str = "") -> str:
        """Stand in for `input`; the line that is typed is echoed, as a terminal does."""
        self.print(prompt, end="")
        line = self._typed.get(timeout=PATIENCE)
        if line is None:
            raise EOFError
        self.print(line)
        return line
