"""Nursery: the process that starts the children of an internet, and lets none outlive it.

It runs on its own, `python -I -S`, and ends when the test process closes its control socket or
dies, in whatever way. Before it does, it kills all that it started, and what that started: orphans
become its own children, for it is their reaper; in the seal it is the first process, with which
all others end.
"""

import _socket
import fcntl
import os
import select
import signal
import sys
import termios

from netharness.children import control

LINUX = sys.platform == "linux"
if LINUX:
    from netharness.sealed import kernel

#: What Python ignores and a program expects to be killed by.
RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)


def main(calls: int, events: int, folders: "list[str]") -> None:
    """Serve until the test process has gone.

    Arguments:
        calls: descriptor of the control socket.
        events: descriptor of the pipe that is told of each child's end: (number, wait status).
        folders: what is to be removed if the test process was killed.
    """
    if not Nursery(_socket.socket(fileno=calls), events).serve():
        tidy(folders)


def tidy(folders: "list[str]") -> None:
    """Remove what a test process that was killed could not."""
    import shutil  # this end is rare, and every beginning waits for the imports

    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


class Nursery:
    """Starts children, and reaps them."""

    def __init__(self, calls: _socket.socket, events: int) -> None:
        self._calls = calls
        self._events = events
        for ours in (calls.fileno(), events):  # and not of the programs
            os.set_inheritable(ours, False)
        #: the numbers of children by process
        self._numbers: dict[int, int] = {}
        self._processes: dict[int, int] = {}
        self._is_first = os.getpid() == 1
        self._is_dismissed = False

    def serve(self) -> bool:
        """Do what is asked, until nobody is there to ask; false where the end came unannounced.

        Then the test process was killed. Asking the system who the parent is would be too early:
        a process that dies closes its descriptors first.
        """
        if LINUX and not self._is_first:
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        died, bell = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK) if LINUX else os.pipe()
        os.set_blocking(died, False)
        os.set_blocking(bell, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
        watch = select.poll()
        watch.register(self._calls.fileno(), select.POLLIN)
        watch.register(died, select.POLLIN)
        while True:
            ready = {number for number, _ in watch.poll()}
            if died in ready:
                os.read(died, 4096)
                self._reap()
            if self._calls.fileno() in ready and not self._answer():
                self._end()
                return self._is_dismissed

    def _answer(self) -> bool:
        """Answer one question; false when there are no more."""
        try:
            question, descriptors = control.receive(self._calls)
        except (EOFError, ConnectionError):
            return False
        match question:
            case ("start", int(number), program, bool(terminal)):
                answer: object = self._start(number, program, terminal, descriptors)
            case ("signal", int(number), int(what)):
                answer = self._signal(number, what)
            case ("end",):
                self._is_dismissed = True
                return False
            case _:
                answer = ("unknown", repr(question))
        try:
            control.send(self._calls, answer)
        except OSError:
            return False
        return True

    def _start(
        self,
        number: int,
        program: "tuple[list[str], str, dict[str, str]]",
        terminal: bool,
        descriptors: list[int],
    ) -> object:
        """Start a program on three descriptors; return its process, or why there is none."""
        failure, told = os.pipe()
        process = os.fork()
        if not process:
            try:
                os.close(failure)
                _become(program, terminal, descriptors, told)
            finally:
                os._exit(127)
        os.close(told)
        for descriptor in descriptors:
            os.close(descriptor)
        with open(failure, "rb") as reason:  # noqa: PTH123  # pathlib would cost its import
            text = reason.read()
        if text:
            os.waitpid(process, 0)
            what, error = text.decode().split(" ")
            return (what, int(error))
        self._numbers[process] = number
        self._processes[number] = process
        return ("started", process)

    def _signal(self, number: int, what: int) -> object:
        """Send a signal to a child and to all of its process group."""
        process = self._processes.get(number)
        try:
            if process is not None:
                os.killpg(process, what)
        except (ProcessLookupError, PermissionError):
            pass  # it has ended, or become somebody else
        return ("sent",)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            self._tell(process, status)

    def _tell(self, process: int, status: int) -> None:
        number = self._numbers.pop(process, None)
        if number is not None:
            try:
                control.tell(self._events, (number, status))
            except BrokenPipeError:
                pass  # the test process has gone: nobody wants to know

    def _end(self) -> None:
        """Kill every descendant: those of the killed become children of this process, in turn."""
        while True:
            for process in self._children():
                try:
                    os.killpg(process, signal.SIGKILL) if process in self._numbers else None
                    os.kill(process, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):
                    pass
            try:
                process, status = os.waitpid(-1, 0)
            except ChildProcessError:
                return
            self._tell(process, status)

    def _children(self) -> list[int]:
        if self._is_first:
            return [-1]  # everybody but this process itself
        try:
            with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123  # pathlib takes long to import
                return [int(number) for number in file.read().split()]
        except OSError:  # no Linux: those that were started, and their groups
            return list(self._numbers)


def _become(
    program: "tuple[list[str], str, dict[str, str]]",
    terminal: bool,
    descriptors: list[int],
    told: int,
) -> None:
    """Become a program; if that fails, write why: what is missing, and the error's number."""
    arguments, folder, environment = program
    what = "program"
    try:
        os.setsid()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        if terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if LINUX:  # should the nursery itself be killed
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        for restored in (*RESTORED, signal.SIGCHLD):
            signal.signal(restored, signal.SIG_DFL)
        what = "folder"
        os.chdir(folder)
        what = "program"
        os.execvpe(arguments[0], arguments, environment)  # noqa: S606  # what the test asked for
    except OSError as error:
        os.write(told, f"{what} {error.errno}".encode())
