"""Warden: the process that makes the seal, and makes sockets inside it for the test process.

test process ── requests ──▶ warden     in the new network; it may make sockets there
── control ───▶ nursery    the first process in there; with it, all others end
"""

import _socket
import os
import select
import sys

from netharness.children import control
from netharness.children.nursery import Nursery, tidy
from netharness.sealed import kernel, namespaces, network, notices, refusals

#: The exit code of a nursery whose test process was killed.
UNANNOUNCED = 1


def main(
    calls: int,
    events: int,
    folders: "list[str]",
    requests: int,
    files: "list[tuple[str, str]]",
) -> None:
    """Make the seal, then serve until the test process has gone.

    Arguments:
        calls: descriptor of the nursery's control socket.
        events: descriptor of the pipe that is told what happens; besides the nursery's events:
            ("opened", transport, address, port).
        folders: what is to be removed if the test process was killed.
        requests: descriptor of this process's own control socket; it says first how it went:
            ("ready",) or ("failed", text).
        files: see `namespaces.cover`.
    """
    line = _socket.socket(fileno=requests)
    try:
        namespaces.enter()
        network.bring_up()
        namespaces.cover(files)
        nursery, heard, life = _fork_nursery(calls, events, line)
    except OSError as error:
        control.send(line, ("failed", str(error)))
        return
    os.close(calls)
    control.send(line, ("ready",))
    Warden(line, events, heard, life).serve()
    line.close()
    _, status = os.waitpid(nursery, 0)
    if os.waitstatus_to_exitcode(status) == UNANNOUNCED:
        tidy(folders)


def _fork_nursery(calls: int, events: int, line: _socket.socket) -> tuple[int, int, int]:
    """Fork the first process; return it, the descriptor of its notices, and one that ends with it.

    Raises:
        OSError: the kernel refuses something.
    """
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
    life, kept = os.pipe()
    process = os.fork()
    if not process:
        try:
            ours.close()
            line.close()
            os.close(life)
            kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
            if not _be_nursery(_socket.socket(fileno=calls), events, theirs):
                os._exit(UNANNOUNCED)
        except BaseException:
            sys.excepthook(*sys.exc_info())  # a defect of ours must be seen
        finally:
            os._exit(0)
    theirs.close()
    os.close(kept)
    match control.receive(ours):
        case ("ready",), [heard]:
            ours.close()
            return process, heard, life
        case ("failed", int(number), str(text)), _:
            os.waitpid(process, 0)
            raise OSError(number, text)
        case unknown:
            raise OSError(71, f"the nursery said {unknown!r}")


def _be_nursery(calls: _socket.socket, events: int, line: _socket.socket) -> bool:
    try:
        namespaces.number_processes()
        heard = notices.install()
    except OSError as error:
        control.send(line, ("failed", error.errno, f"seccomp: {error.strerror}"))
        return True
    control.send(line, ("ready",), [heard])
    os.close(heard)
    line.close()
    return Nursery(calls, events).serve()


class Warden:
    """Serves the test process, and the kernel's notices."""

    def __init__(self, requests: _socket.socket, events: int, heard: int, life: int) -> None:
        self._requests = requests
        self._events = events
        self._heard = heard
        self._life = life

    def serve(self) -> None:
        """Do what is asked, until nobody is there to ask, or the nursery has ended."""
        watch = select.poll()
        for descriptor in (self._requests.fileno(), self._heard, self._life):
            watch.register(descriptor, select.POLLIN)
        while True:
            ready = dict(watch.poll())
            if self._life in ready:
                return
            if self._heard in ready:
                if ready[self._heard] & select.POLLIN:
                    notices.attend(self._heard, self._tell)
                else:  # no process is left that could ask
                    watch.unregister(self._heard)
            if self._requests.fileno() in ready and not self._answer():
                return

    def _tell(self, transport: str, address: str, port: int) -> None:
        control.tell(self._events, ("opened", transport, address, port))

    def _answer(self) -> bool:
        """Answer one request with a descriptor; false when there are no more."""
        try:
            request, _ = control.receive(self._requests)
        except (EOFError, ConnectionError):
            return False
        try:
            made = _make(request)
        except OSError as error:
            control.send(self._requests, ("failed", error.errno))
            return True
        control.send(self._requests, ("made",), [made])
        os.close(made)
        return True


def _make(request: object) -> int:
    """Make what was asked for; return its descriptor."""
    match request:
        case ("socket", int(family), int(kind)):
            return _socket.socket(family, kind).detach()
        case ("bound", int(family), int(kind), str(address), int(port)):
            sock = _socket.socket(family, kind)
            if kind == _socket.SOCK_STREAM:
                sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            sock.bind((address, port))
            return sock.detach()
        case ("refusals",):
            return refusals.watch()
    raise OSError(38, f"unknown request {request!r}")
