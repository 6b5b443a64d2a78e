"""Ends: the pipes, or the terminal, between the test process and a child."""

import fcntl
import os
import pty
import struct
import termios
from dataclasses import dataclass

#: Lines and columns of a child's terminal: what a person would expect.
SIZE = (24, 80)

#: What ends the input at a terminal: Ctrl-D (POSIX, the EOF character).
EOF = b"\x04"


@dataclass(frozen=True)
class Ends:
    """Our ends, and the child's."""

    #: where the child's input goes in
    given: int
    #: where its output comes out
    output: int
    #: where its errors come out; None where they come with the output
    errors: int | None
    #: the child's descriptors 0, 1 and 2
    theirs: tuple[int, int, int]
    #: what has to be written to end its input
    farewell: bytes = b""

    def close_theirs(self) -> None:
        """Close the child's ends: it has its own copies, or never came to be."""
        for descriptor in set(self.theirs):
            os.close(descriptor)


def pipes() -> Ends:
    """Return three pipes."""
    (stdin, given), (output, stdout), (errors, stderr) = os.pipe(), os.pipe(), os.pipe()
    return Ends(given, output, errors, (stdin, stdout, stderr))


def terminal() -> Ends:
    """Return a pseudo-terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    return Ends(os.dup(ours), ours, None, (theirs, theirs, theirs), EOF)
