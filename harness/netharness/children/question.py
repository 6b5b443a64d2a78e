"""Question: what a process of the internet asks the test process, and how.

Every Python child loads this before its program: nothing is imported that it does not have yet.
"""

import _socket
import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Seconds for the test process to answer: it answers at once, or is stopped in a debugger.
PATIENCE = 60.0

#: The format of both, which Pythons of all versions read.
VERSION = 2

#: The errors that an answer may stand for.
ERRORS = {"gaierror": _socket.gaierror, "OSError": OSError}


def ask(path: str, what: str, *arguments: "Any", place: str = "") -> object:
    """Ask the test process.

    Arguments:
        path: where its channel is.
        what: a key of `netharness.children.channel.QUESTIONS`.
        arguments: what goes with it.
        place: where in the code the matter came up.

    Raises:
        OSError: what the test process raised; or it is gone, and its internet with it.
    """
    # The C type: what Python puts over it asks this very question. A connection for each one:
    # none is left open in a program that forks, or closes all descriptors.
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        line.settimeout(PATIENCE)
        line.connect(path)
        line.sendall(marshal.dumps((what, arguments, place), VERSION))
        line.shutdown(_socket.SHUT_WR)
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
        kind, value = marshal.loads(heard)  # noqa: S302  # from the test process
    except (OSError, EOFError) as error:
        raise ConnectionRefusedError(
            111, f"the private internet of this process has ended ({error})"
        ) from None
    finally:
        line.close()
    if kind in ERRORS:
        raise ERRORS[kind](*value)
    return value
