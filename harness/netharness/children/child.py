"""Child: a program that runs as a process of its own, and what it did when it has ended."""

import contextlib
import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

from netharness.children.ends import Ends
from netharness.children.options import PROGRAM_PATIENCE as PATIENCE
from netharness.children.output import Output, Search
from netharness.children.pump import Intake, Outlet
from netharness.routing.table import Route, Transport
from netmocks.errors import MisuseError, WaitTimeout
from netmocks.journal import JournalSpan
from netmocks.record import Record
from netmocks.wire.loop import shared

#: Bytes of recent output that a wait can still look through.
RECENT = 1024 * 1024

#: Seconds that a child gets to end by itself once it is asked to.
GRACE = 2.0

#: Characters of each output that a report shows, from its end.
SHOWN = 2000


@dataclass(frozen=True)
class Completed:
    """A child that has ended."""

    args: tuple[str, ...]
    #: its exit code; the negative number of the signal that killed it
    exit_code: int
    #: what it wrote to its standard output, as text; of a flood, head and tail
    output: str
    #: the same as it was written
    output_bytes: bytes
    #: what it wrote to its standard error, as text
    errors: str
    #: what was said in the internet from its start to its end
    journal: JournalSpan = field(repr=False)


class Child:
    """A running program; `internet.start` makes it. In a `with` block, it ends with the block.

    Its own waits end at once, too, when the program has ended and what was waited for can't come.
    """

    def __init__(
        self,
        args: tuple[str, ...],
        number: int,
        send: Callable[[int, int], None],
        span: Callable[[], JournalSpan],
    ) -> None:
        self.args = args
        #: its ordinal in the internet, from 1
        self.number = number
        self._send = send
        self._span = span
        self._exit_code: int | None = None
        self._over = threading.Event()
        self._output = Output()
        self._errors = Output()
        self._said: Record[bytes | None] = Record(limit=RECENT)
        self._complained: Record[bytes | None] = Record(limit=RECENT)
        #: the places that were opened since it started, and None for its end
        self._life: Record[Route | None] = Record(limit=RECENT)
        self._input: Outlet | None = None
        self._intakes: list[Intake] = []

    # -- what it is ---------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The program's name, with the script's where an interpreter runs one."""
        program, *rest = map(PurePath, self.args)
        return rest[0].name if rest and rest[0].suffix and Path(rest[0]).is_file() else program.name

    def __repr__(self) -> str:
        return f"<Child {self.number}, {shlex.join(self.args)}: {self.fate}>"

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._exit_code is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it; None while it runs."""
        return self._exit_code

    @property
    def output(self) -> str:
        """What it wrote to its standard output so far, as text; to its terminal, if it has one."""
        return str(self._output)

    @property
    def output_bytes(self) -> bytes:
        """What it wrote to its standard output so far."""
        return bytes(self._output)

    @property
    def errors(self) -> str:
        """What it wrote to its standard error so far, as text."""
        return str(self._errors)

    @property
    def fate(self) -> str:
        """How it is: runs, ended, or was killed."""
        if self._exit_code is None:
            return "still runs"
        if self._exit_code < 0:
            with contextlib.suppress(ValueError):
                return f"was killed by {signal.Signals(-self._exit_code).name}"
        return f"ended with exit code {self._exit_code}"

    def __str__(self) -> str:
        lines = [f"child {self.number}, {shlex.join(self.args)}: {self.fate}"]
        for title, output in (("its output", self._output), ("its errors", self._errors)):
            if output.size:
                text = str(output)
                cut = "..." if len(text) > SHOWN else ""
                lines.append(f"{title} ({output.size} bytes):\n{cut}{text[-SHOWN:].rstrip()}")
        return "\n".join(lines)

    # -- talking with it ----------------------------------------------------------------------

    def write(self, text: str | bytes) -> None:
        """Type into its standard input, or at its terminal; never blocks.

        Raises:
            MisuseError: its input was closed before.
        """
        if self._input is None or not self._input.is_open:
            raise MisuseError(f"{self.name} takes no input: it was closed, or the child has ended")
        shared.call(self._input.write, _bytes(text))

    def feed(self, text: str | bytes) -> None:
        """Give it all of its standard input, which then ends; nothing, if it has ended itself."""
        if text and self._input is not None:
            shared.call(self._input.write, _bytes(text))
        self.close_input()

    def close_input(self) -> None:
        """End its standard input, once all that was written is read."""
        if self._input is not None and self._input.is_open:
            shared.call(self._input.end)

    def wait_for_output(self, text: str, *, count: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until it has written a text to its standard output, before or from now on.

        Arguments:
            text: what to look for, in the last mebibyte of the output.
            count: how often it has to be there.
            timeout: seconds.

        Raises:
            MisuseError: there is nothing to look for.
            WaitTimeout: it did not in time, or has ended.
        """
        search = Search(text, count)
        with self._telling(f"write {text!r}{_times(count)} to its output", timeout):
            self._said.wait_for(search, timeout=timeout)
        self._must(search.found, f"wrote {text!r}{_times(count)} to its output")

    async def wait_for_output_async(
        self, text: str, *, count: int = 1, timeout: float = PATIENCE
    ) -> None:
        """`wait_for_output` for coroutines."""
        search = Search(text, count)
        with self._telling(f"write {text!r}{_times(count)} to its output", timeout):
            await self._said.wait_for_async(search, timeout=timeout)
        self._must(search.found, f"wrote {text!r}{_times(count)} to its output")

    def wait_for_errors(self, text: str, *, count: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until it has written a text to its standard error; see `wait_for_output`."""
        search = Search(text, count)
        with self._telling(f"write {text!r}{_times(count)} to its errors", timeout):
            self._complained.wait_for(search, timeout=timeout)
        self._must(search.found, f"wrote {text!r}{_times(count)} to its errors")

    async def wait_for_errors_async(
        self, text: str, *, count: int = 1, timeout: float = PATIENCE
    ) -> None:
        """`wait_for_errors` for coroutines."""
        search = Search(text, count)
        with self._telling(f"write {text!r}{_times(count)} to its errors", timeout):
            await self._complained.wait_for_async(search, timeout=timeout)
        self._must(search.found, f"wrote {text!r}{_times(count)} to its errors")

    def wait_until_listening(
        self,
        port: int,
        *,
        transport: Transport | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        """Wait until a place with this port is open (for UDP: bound), since it was started.

        Arguments:
            port: the port.
            transport: "tcp" or "udp"; either where left out.
            timeout: seconds.

        Raises:
            MisuseError: there is no such port.
            WaitTimeout: it was not in time, or the child has ended.
        """
        opened = _Opened(port, transport)
        with self._telling(f"listen at port {port}", timeout):
            self._life.wait_for(opened, timeout=timeout)
        self._must(opened.found, f"listened at port {port}")

    async def wait_until_listening_async(
        self,
        port: int,
        *,
        transport: Transport | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        """`wait_until_listening` for coroutines."""
        opened = _Opened(port, transport)
        with self._telling(f"listen at port {port}", timeout):
            await self._life.wait_for_async(opened, timeout=timeout)
        self._must(opened.found, f"listened at port {port}")

    @contextlib.contextmanager
    def _telling(self, what: str, timeout: float) -> Iterator[None]:
        """Say in the error of a wait what the child was to do, and how it is."""
        try:
            yield
        except WaitTimeout:
            raise WaitTimeout(f"{self.name} did not {what} within {timeout:g} s\n{self}") from None

    def _must(self, found: bool, what: str) -> None:
        if not found:
            raise WaitTimeout(f"{self.name} {self.fate} before it {what}\n{self}")

    # -- its end ------------------------------------------------------------------------------

    def wait(self, *, timeout: float = PATIENCE) -> Completed:
        """Wait until it ends by itself; return what it did.

        Arguments:
            timeout: seconds.

        Raises:
            WaitTimeout: it still runs.
        """
        with self._telling("end", timeout):
            self._life.wait_for(_is_end, timeout=timeout)
        return self._completed()

    async def wait_async(self, *, timeout: float = PATIENCE) -> Completed:
        """`wait` for coroutines."""
        with self._telling("end", timeout):
            await self._life.wait_for_async(_is_end, timeout=timeout)
        return self._completed()

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to the processes of its group; none if it has ended."""
        if self.running:
            self._send(self.number, int(number))

    def kill(self) -> Completed:
        """End it at once."""
        self.send_signal(signal.SIGKILL)
        return self.wait()

    async def kill_async(self) -> Completed:
        """`kill` for coroutines."""
        self.send_signal(signal.SIGKILL)
        return await self.wait_async()

    def terminate(self, *, grace: float = GRACE) -> Completed:
        """Ask it to end (SIGTERM); kill it if it does not.

        Arguments:
            grace: seconds that it has to end by itself.
        """
        self.send_signal(signal.SIGTERM)
        try:
            return self.wait(timeout=grace)
        except WaitTimeout:
            return self.kill()

    async def terminate_async(self, *, grace: float = GRACE) -> Completed:
        """`terminate` for coroutines."""
        self.send_signal(signal.SIGTERM)
        try:
            return await self.wait_async(timeout=grace)
        except WaitTimeout:
            return await self.kill_async()

    def _completed(self) -> Completed:
        assert self._exit_code is not None
        return Completed(
            self.args,
            self._exit_code,
            self.output,
            self.output_bytes,
            self.errors,
            self._span(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.terminate()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.terminate_async()

    # -- for its family, in the loop thread ----------------------------------------------------

    def attach(self, ends: Ends) -> None:
        """Begin to carry its input and output: it owns these descriptors from now on."""
        self._input = Outlet(ends.given, ends.farewell)
        self._intakes = [Intake(ends.output, self._say)]
        if ends.errors is not None:
            self._intakes.append(Intake(ends.errors, self._complain))
        for intake in self._intakes:
            intake.start()

    def _say(self, data: bytes) -> None:
        self._output.add(data)
        self._said.append(data, len(data))

    def _complain(self, data: bytes) -> None:
        self._errors.add(data)
        self._complained.append(data, len(data))

    def opened(self, route: Route) -> None:
        """Take note that somebody listens at a place."""
        self._life.append(route)

    def drain(self) -> None:
        """Take what its pipes still hold."""
        for intake in self._intakes:
            intake.drain()

    def ended(self, exit_code: int) -> None:
        """Take note that it has ended; who else has its pipes may still write."""
        self._exit_code = exit_code
        self.detach_input()
        for record in (self._said, self._complained, self._life):
            record.append(None)
        self._over.set()

    def has_ended(self, within: float) -> bool:
        """Whether it ends within so many seconds; event loops and all others may ask."""
        return self._over.wait(within)

    def detach_input(self) -> None:
        """Close its input."""
        if self._input is not None:
            self._input.close()

    def detach(self) -> None:
        """Close all that it has open here."""
        self.detach_input()
        for intake in self._intakes:
            intake.drain()
            intake.close()


class _Opened:
    """The predicate of a wait for an open place."""

    def __init__(self, port: int, transport: Transport | None) -> None:
        if not isinstance(port, int) or not 0 < port < 65536:
            raise MisuseError(f"port {port!r}: a port is a number from 1 to 65535")
        self._port = port
        self._transports = (transport,) if transport else ("tcp", "udp")
        self.found = False

    def __call__(self, route: Route | None) -> bool:
        self.found = (
            route is not None and route.port == self._port and route.transport in self._transports
        )
        return self.found or route is None


def _is_end(item: object) -> bool:
    return item is None


def _bytes(text: str | bytes) -> bytes:
    if not isinstance(text, (str, bytes)):
        raise MisuseError(f"{text!r} can't be read by a program: write text or bytes")
    return text.encode() if isinstance(text, str) else text


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""
