"""Family: the children of one internet, and the nursery that starts them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, Self

from netharness.bequest import ROOTS
from netharness.children import control, ends
from netharness.children.child import GRACE, Child
from netharness.children.inheritance import Helper
from netharness.routing.table import Route
from netmocks.errors import MisuseError
from netmocks.journal import Journal
from netmocks.wire.loop import shared

#: Seconds for a nursery to end, and to tell of it: it has nothing to do but kill.
KILLED = 5.0


#: The event that no more will come: the helpers have ended.
GONE = ("gone",)

#: What a Python child has besides: it prints when it prints, though nobody sits at a terminal.
OWN = {"PYTHONUNBUFFERED": "1"}


class Home(Protocol):
    """How children are kept inside: by a seal, or by their start-up modules."""

    def helper(self) -> tuple[str, tuple[int, ...]]:
        """Return the code that runs the nursery, after `calls` and `events`, and descriptors."""

    def settle(self) -> None:
        """Get ready: the nursery runs."""

    def environment(
        self, child: Child, given: Mapping[str, str | None]
    ) -> Mapping[str, str | None]:
        """Return the variables that a child gets besides the test's: those given, and what keeps
        it inside; None for those that it must not have.
        """

    def began(self, child: Child) -> None:
        """Refuse a child that can't be kept inside."""

    def greeted(self, number: int) -> None:
        """Take note that a Python of a child is led."""

    def ended(self, child: Child) -> None:
        """Take note of a child's end; runs in the loop thread."""

    def told(self, event: tuple[Any, ...]) -> None:
        """Take an event that a helper tells; runs in the loop thread."""

    def close(self) -> None:
        """Give everything back: all children have ended."""


class Family:
    """Starts children; none outlives `stop`.

    Arguments:
        home: how they are kept inside.
        journal: where their start and end are written.
    """

    def __init__(self, home: Home, journal: Journal) -> None:
        self._home = home
        self._journal = journal
        self.children: list[Child] = []
        self._turn = threading.Lock()
        self._nursery: Nursery | None = None

    def open(self) -> Self:
        """Start the nursery.

        Raises:
            SealRefused: its home is a seal, and this system does not allow one.
        """
        self._nursery = Nursery(self._home, self._take).start()
        return self

    def start(
        self,
        args: Sequence[str | os.PathLike[str]],
        *,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str | None] | None = None,
        terminal: bool = False,
    ) -> Child:
        """Start a program; see `Internet.start`."""
        words = _words(args)
        with self._turn:
            assert self._nursery is not None
            number = len(self.children) + 1
            began = self._journal.last_number
            child = Child(words, number, self._nursery.signal, lambda: self._journal.since(began))
            self._home.began(child)
            program = (list(words), os.fspath(cwd or Path.cwd()), self._environment(child, env))
            made = ends.terminal() if terminal else ends.pipes()
            # Known before it runs: it may speak, open a place and end at once.
            self.children.append(child)
            shared.call(child.attach, made)
            self._note(child, f"started: {' '.join(words)}")
            try:
                self._nursery.begin(number, program, terminal, made)
            except BaseException:
                self._note(child, "can't be started")
                self.children.remove(child)
                shared.call(child.detach)
                raise
            finally:
                made.close_theirs()
        return child

    def _environment(self, child: Child, given: Mapping[str, str | None] | None) -> dict[str, str]:
        """Return what a child gets: the test's variables, its home's, and those given.

        Raises:
            MisuseError: a variable that none can have.
        """
        given = given or {}
        for name, value in given.items():
            if not _is_variable(name, value):
                raise MisuseError(
                    f"env={{{name!r}: {value!r}}}: a variable has a name without '=', and text, or"
                    " None to be taken away"
                )
        whole = {**os.environ, **OWN, **self._home.environment(child, given)}
        return {name: value for name, value in whole.items() if value is not None}

    def greeted(self, number: int) -> None:
        """Take note that a Python of a child is led."""
        self._home.greeted(number)

    def opened(self, route: Route) -> None:
        """Tell those who wait that somebody listens at a place."""
        for child in tuple(self.children):
            child.opened(route)

    def _take(self, event: tuple[Any, ...]) -> None:
        """Take an event of the helpers, in the loop thread."""
        # What a child did last is in the mocks' sockets already: let them read it first.
        loop = shared.current()
        match event:
            case (int(number), int(status)):
                child = self.children[number - 1]
                loop.call_soon(loop.call_soon, self._conclude, child, status)
            case ("gone",):  # after all that they told
                loop.call_soon(loop.call_soon, self._lose)
            case _:
                self._home.told(event)

    def _lose(self) -> None:
        """Take note that the nursery has ended, and with it those who still ran."""
        for child in tuple(self.children):
            if child.running:
                self._conclude(child, signal.SIGKILL)

    def _conclude(self, child: Child, status: int) -> None:
        child.drain()
        code = os.waitstatus_to_exitcode(status)
        self._note(child, f"ended: {code}")
        self._home.ended(child)
        child.ended(code)

    def _note(self, child: Child, text: str) -> None:
        self._journal.write(child.name, "event", connection=child.number, value=text)

    def stop(self) -> None:
        """End every child, and whatever they have started; within bounds."""
        with self._turn:
            nursery, self._nursery = self._nursery, None
        if nursery is None:
            return
        running = [child for child in self.children if child.running]
        for child in running:
            child.send_signal(signal.SIGTERM)
        end = monotonic() + GRACE
        for child in running:
            child.has_ended(max(0.0, end - monotonic()))
        nursery.stop()  # which kills the rest
        for child in running:
            child.has_ended(KILLED)
        for child in self.children:
            shared.call(child.detach)
        nursery.release()


class Nursery:
    """The nursery process, as the test process sees it.

    Arguments:
        home: tells what it runs in.
        told: called with every event, in the loop thread.
    """

    def __init__(self, home: Home, told: Any) -> None:
        self._home = home
        self._told = told
        self._turn = threading.Lock()
        self._buffer = bytearray()
        self._events = -1

    def start(self) -> "Nursery":
        """Start the process.

        Raises:
            MisuseError: its home can't be made.
        """
        self._calls, theirs = socket.socketpair()
        self._events, told = os.pipe()
        os.set_blocking(self._events, False)
        code, descriptors = self._home.helper()
        code = (
            f"import sys; sys.path[:0] = {ROOTS!r};"
            f" calls, events = {theirs.fileno()}, {told}; {code}"
        )
        shared.acquire()
        _open_controls.add(self)
        try:
            self._process = Helper(
                [sys.executable, "-I", "-S", "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), told, *descriptors),
                start_new_session=True,
            )
            theirs.close()
            os.close(told)
            shared.call(self._watch)
            self._home.settle()
        except BaseException:
            self.stop()
            self.release()
            raise
        return self

    def _watch(self) -> None:
        shared.current().add_reader(self._events, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._events, 65536)
        except BlockingIOError:
            return
        if not data:
            shared.current().remove_reader(self._events)
            self._told(GONE)
            return
        self._buffer += data
        for event in control.events(self._buffer):
            self._told(event)

    def begin(self, number: int, program: tuple[Any, ...], terminal: bool, made: ends.Ends) -> None:
        """Start a program.

        Raises:
            MisuseError: it can't be started, for the program or the folder is missing or unfit.
        """
        match self._ask(("start", number, program, terminal), made.theirs):
            case ("program", int(error)):
                raise MisuseError(
                    f"{program[0][0]!r} can't be started: {os.strerror(error)}; a program is"
                    " named by its path, or found on the PATH of its environment"
                )
            case ("folder", int(error)):
                raise MisuseError(f"cwd={program[1]!r}: {os.strerror(error)}")

    def signal(self, number: int, what: int) -> None:
        """Send a signal to a child and its group."""
        with contextlib.suppress(MisuseError):  # where the nursery has gone, so has the child
            self._ask(("signal", number, what))

    def _ask(self, question: object, descriptors: Sequence[int] = ()) -> object:
        with self._turn:
            try:
                control.send(self._calls, question, descriptors)
                return control.receive(self._calls)[0]
            except (EOFError, OSError):
                raise MisuseError(
                    "the process that starts children has gone: something killed it, or a child's"
                    " internet has ended"
                ) from None

    def stop(self) -> None:
        """Let it kill what still runs, and end."""
        with self._turn, contextlib.suppress(OSError):  # it may never have begun
            control.send(self._calls, ("end",))
        self._calls.close()
        try:
            self._process.wait(KILLED)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def release(self) -> None:
        """Close what is left here."""
        _open_controls.discard(self)
        shared.call(self._unwatch)
        self._home.close()
        shared.release()

    def _unwatch(self) -> None:
        shared.current().remove_reader(self._events)
        os.close(self._events)

    def forget(self) -> None:
        """Close, in a forked process, what would keep the nursery from seeing its parent's end."""
        self._calls.close()
        os.close(self._events)


_open_controls: set[Nursery] = set()


def _forget_all() -> None:
    for nursery in _open_controls:
        nursery.forget()
    _open_controls.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _is_variable(name: object, value: object) -> bool:
    if not isinstance(name, str) or not isinstance(value, str | None):
        return False
    return bool(name) and "=" not in name and "\0" not in f"{name}{value}"


def _words(args: Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    """Return a command's words.

    Raises:
        MisuseError: they are no command.
    """
    if isinstance(args, (str, bytes, os.PathLike)):
        raise MisuseError(
            f"args={args!r}: write the program and its arguments as a list, ['curl', '-s', url]"
        )
    if not args:
        raise MisuseError("args=[]: a command has at least the name of a program")
    words = tuple(os.fspath(word) for word in args)
    if any(not isinstance(word, str) or "\0" in word for word in words):
        raise MisuseError(f"args={args!r}: a command is made of text without null characters")
    return words
