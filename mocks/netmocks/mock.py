"""Mock: what every mock server has."""

import asyncio
import difflib
import inspect
import os
import socket
import ssl
import threading
from abc import abstractmethod
from collections.abc import Collection, Coroutine, Sequence
from contextvars import Context, ContextVar, copy_context
from typing import Any, ClassVar, Literal, Self, TypedDict, Unpack

from netmocks.errors import MisuseError
from netmocks.faults import AnyFault, Fault, Placed, Refuse, SlowAccept
from netmocks.faults.placed import Direction, refuse_unless
from netmocks.faults.tls import TLSFault
from netmocks.findings import Findings
from netmocks.journal import LIMIT, Journal, JournalSlice
from netmocks.lifetime import Lifetime
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority
from netmocks.wire.datagram import Datagrams
from netmocks.wire.endpoint import Address, Endpoint
from netmocks.wire.listener import Listener
from netmocks.wire.loop import shared
from netmocks.wire.pair import Pair
from netmocks.wire.site import LAST_TURNS, Site
from netmocks.wire.worker import Crew, name_of

#: Seconds that a stopping mock grants its handlers to take note of their cancellation: they need
#: next to none, but threads have to get their turn on a machine under load.
GRACE = PATIENCE

#: Where a mock stands that is told nothing of it.
ANYWHERE = (Endpoint(),)

#: The names in a mock's certificate where it is told none.
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

#: Turns of the loop in which nothing comes, until all that came before has gone its way.
QUIET = 8

#: What a parameter is whose argument can be given by its name.
NAMEABLE = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

#: The mocks of this process that run, in the order of their start.
standing: "list[Mock]" = []

#: The mock whose handler the running code is, in the loop thread or in a worker.
_serving: ContextVar["Mock"] = ContextVar("_serving")


class MockOptions(TypedDict, total=False):
    """The arguments that every mock takes, all of them by keyword."""

    #: what the journal calls it
    name: str
    #: an address of this machine, "127.0.0.1" where left out
    host: str
    #: a fixed port; a free one where left out
    port: int
    #: the path of a Unix socket, instead of host and port
    path: str | os.PathLike[str]
    #: a bound socket, instead of host and port; the mock owns it from then on
    sock: socket.socket
    #: whether clients speak TLS from the first byte
    tls: bool
    #: the names in its certificate, those of loopback where left out
    names: Sequence[str]
    #: several places at once, instead of host, port, path, sock and tls
    endpoints: Sequence[Endpoint]
    #: where to write what happens; a journal of its own where left out
    journal: Journal
    #: bytes that its own journal keeps
    journal_limit: int
    #: where to keep what goes wrong; findings of its own where left out
    findings: Findings
    #: kinds of finding that are not to fail the test; see `netmocks.findings.MEANINGS`
    tolerate: Collection[str]


Door = Listener | Datagrams | Pair


class Mock(Lifetime):
    """A server that a test configures.

    It serves from `start` to `stop`, or within `with` or `async with`; leaving that block raises
    `UnexpectedTraffic` when something went wrong that no caller could be told.

    Arguments: see `MockOptions`.

    Raises:
        MisuseError: an option that makes no sense, or two that exclude each other.
    """

    #: what the journal calls a mock that was given no name
    default_name: ClassVar[str]

    #: what its endpoints are made of
    transports: ClassVar[tuple[Literal["tcp", "udp"], ...]] = ("tcp",)

    def __init__(self, **options: Unpack[MockOptions]) -> None:
        self._check(options)
        self.endpoints = _endpoints(options)
        names = options.get("names", ())
        self._names = ((names,) if isinstance(names, str) else tuple(names)) or LOOPBACK_NAMES
        journal = options.get("journal")
        if journal is None:
            journal = Journal(limit=options.get("journal_limit", LIMIT))
        findings = options.get("findings")
        if findings is None:
            findings = Findings(options.get("tolerate", ()))
        self.site = Site(options.get("name", self.default_name), journal, findings, self._names)
        self._doors: list[Door] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        #: held while it stops
        self._stopping = threading.Lock()
        self._crew = Crew()

    @classmethod
    def _check(cls, options: MockOptions) -> None:
        common = MockOptions.__annotations__
        for name in options.keys() - common:
            own = cls._own_options()
            close = difflib.get_close_matches(name, [*own, *common], n=1)
            hint = f" (did you mean {close[0]}=?)" if close else ""
            its = f"its own: {', '.join(own)}; " if own else ""
            raise MisuseError(
                f"{cls.__name__} takes no {name}={hint}; {its}those of every mock:"
                f" {', '.join(common)}"
            )
        for one, other in (("journal", "journal_limit"), ("findings", "tolerate")):
            if one in options and other in options:
                raise MisuseError(
                    f"{one}= and {other}= exclude each other: {other}= is for its own"
                )

    @classmethod
    def _own_options(cls) -> list[str]:
        """Return the names of the arguments that its kind has besides `MockOptions`."""
        return [
            parameter.name
            for kind in cls.__mro__
            if "__init__" in vars(kind)
            for parameter in list(inspect.signature(vars(kind)["__init__"]).parameters.values())[1:]
            if parameter.kind in NAMEABLE and parameter.name != "spelling"
        ]

    # -- what it is ---------------------------------------------------------------------------

    def __repr__(self) -> str:
        places = ", ".join(map(str, self.addresses)) if self._doors else "does not run"
        return f"<{type(self).__name__} {self.name}: {places}>"

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return self.site.name

    @property
    def journal(self) -> JournalSlice:
        """What was said on its wires; `journal.whole` has those of the whole internet."""
        return self.site.journal.of(self.name)

    @property
    def findings(self) -> Findings:
        """What went wrong."""
        return self.site.findings

    @property
    def address(self) -> Address:
        """Where clients find it: (host, port), or a Unix socket's path; its first endpoint's."""
        return self.addresses[0]

    @property
    def addresses(self) -> list[Address]:
        """The addresses of all its endpoints, in their order."""
        if not self._doors:
            raise MisuseError(
                f"{self.name} has no address, for it does not run: call start(), or use 'with'"
            )
        return [door.address for door in self._doors[: len(self.endpoints)]]

    @property
    def host(self) -> str:
        """The host of its address."""
        return self._inet_address[0]

    @property
    def port(self) -> int:
        """The port of its address."""
        return self._inet_address[1]

    @property
    def _inet_address(self) -> tuple[str, int]:
        address = self.address
        if isinstance(address, str):
            raise MisuseError(f"{self.name} stands on a Unix socket: its address is {address!r}")
        return address

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return bool(self._doors)

    # -- its life -----------------------------------------------------------------------------

    def start(self) -> Self:
        """Bind every endpoint and serve; clients may connect as soon as it returns.

        Raises:
            MisuseError: it runs already, or an endpoint can't be bound.
        """
        if self._doors:
            raise MisuseError(f"{self.name} runs already, on {self.address!r}: stop() it first")
        doors: list[Door] = []
        try:
            for endpoint in self.endpoints:
                doors.append(self._open(endpoint))
        except BaseException:
            for door in doors:
                door.discard()
            raise
        self._doors = doors
        standing.append(self)
        shared.acquire()
        shared.call(self._context().run, self._begin, doors)
        return self

    def serve_also(self, endpoint: Endpoint) -> None:
        """Serve at one more endpoint until it stops; its addresses stay those that it had.

        Raises:
            MisuseError: it does not run, or the endpoint can't be bound.
        """
        if not self._doors:
            raise MisuseError(f"{self.name} does not run: call start(), or use 'with'")
        door = self._open_also(endpoint)
        self._doors = [*self._doors, door]
        shared.current().call_soon_threadsafe(self._begin, [door], context=self._context())

    @staticmethod
    def _begin(doors: list[Door]) -> None:
        loop = asyncio.get_running_loop()
        for door in doors:
            door.start(loop)

    def stop(self) -> None:
        """Close every socket and connection, cancel what its handlers still do; within bounds.

        What clients had said before still gets into the journal. Stopping a mock that does not
        run does nothing.

        Raises:
            MisuseError: called by one of its own handlers, which it would have to wait for.
        """
        if shared.is_current() or _serving.get(None) is self:
            if not self._doors:
                return
            raise MisuseError(f"a handler can't stop {self.name}, which waits for its handlers")
        with self._stopping:  # who comes while another stops it finds it stopped
            doors, self._doors = self._doors, []
            if not doors:
                return
            standing.remove(self)
            try:
                rest = shared.call(self._close, doors)
                if rest is not None:
                    shared.wait(rest)
            finally:
                shared.release()
            for placed in self.site.plan:
                self._tell_unused(placed)
            self._conclude()

    def _close(self, doors: list[Door]) -> Coroutine[Any, Any, None] | None:
        """Close where nobody is any more, as at the end of most tests; return the rest to do."""
        busy = [door for door in doors if not door.close_if_idle()]
        if busy or self._tasks or not self._crew.is_idle:
            return self._end(busy)
        return None

    async def _end(self, doors: list[Door]) -> None:
        for door in doors:
            await door.stop()
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        stuck = (await asyncio.wait(tasks, timeout=GRACE))[1] if tasks else set()
        told = {task.get_name() for task in stuck}
        for name in told:
            self.findings.add(
                "handler",
                self.name,
                f"{name} never ends: an async handler has to let CancelledError pass, and a"
                " blocking one to return when its socket ends",
            )
        for name in set(await self._crew.left(0 if told else GRACE)) - told:
            self.findings.add(
                "handler",
                self.name,
                f"{name} still runs in its thread, {GRACE:g} s after the mock was to stop: nothing"
                " can cancel a plain function, so what it waits for has to come, or to time out",
            )

    def _conclude(self) -> None:
        """Add the findings that only the end can tell; for subclasses."""

    def verify(self) -> None:
        """Raise what went wrong so far.

        Raises:
            UnexpectedTraffic: see `netmocks.findings`.
        """
        self.findings.verify()

    # -- what goes wrong on its wires ----------------------------------------------------------

    #: the kinds of fault that its wires can have, and the text of one
    fault_kinds: ClassVar[tuple[type, ...]] = ()
    fault_example: ClassVar[str] = ""

    def fault(
        self,
        fault: AnyFault,
        *,
        direction: Direction = "out",
        connection: int | None = None,
        from_event: int = 0,
        times: int | None = None,
        required: bool = True,
    ) -> Placed:
        """Place a fault on the wires, on open connections too, until it is withdrawn.

            with gmail.fault(Cut(after=100), connection=2) as placed:
                ...

        Several are passed through in the order of their placing. One that never struck when it is
        withdrawn, or when the mock stops, is a finding of the kind "unused".

        Arguments: see `netmocks.faults.Placed`.

        Raises:
            MisuseError: the fault is of no kind that these wires can have, an argument makes no
                sense, or another fault that is placed leaves no place for it.
        """
        refuse_unless(fault, self.fault_kinds, type(self).__name__, self.fault_example)
        placed = Placed(
            fault,
            self.name,
            self._lift,
            direction=direction,
            connection=connection,
            from_event=from_event,
            times=times,
            required=required,
        )
        placed.check_beside(tuple(self.site.plan))
        if not self._doors or shared.is_current():
            self._place_fault(placed)
        else:
            shared.call(self._place_behind, placed)
        return placed

    def _lift(self, placed: Placed) -> None:
        if not self._doors or shared.is_current():  # a handler is in the middle of what it heard
            self._withdraw_fault(placed)
        else:
            shared.wait(self._withdraw_behind(placed))
        if self._doors:
            self._tell_unused(placed)

    def _place_behind(self, placed: Placed) -> None:
        """Place a fault behind what clients have said already."""
        self._hear()
        self._place_fault(placed)

    async def _withdraw_behind(self, placed: Placed) -> None:
        """Withdraw a fault behind what clients have said already, which it strikes still."""
        quiet = 0
        for _ in range(LAST_TURNS):
            quiet = 0 if self._hear() else quiet + 1
            if quiet == QUIET:
                break
            await asyncio.sleep(0)
        self._withdraw_fault(placed)

    def _hear(self) -> bool:
        """Let the engines have what has come already; false if that is nothing."""
        heard = [door.hear() for door in self._doors]
        return any(heard)

    def _place_fault(self, placed: Placed) -> None:
        self.site.plan.append(placed)
        for door in self._doors:
            door.place(placed)

    def _withdraw_fault(self, placed: Placed) -> None:
        placed.retire()
        self.site.plan.remove(placed)
        for door in self._doors:
            door.withdraw(placed)

    def _tell_unused(self, placed: Placed) -> None:
        if text := placed.unused:
            self.findings.add("unused", self.name, text)

    # -- for its engines ----------------------------------------------------------------------

    @abstractmethod
    def _open(self, endpoint: Endpoint) -> Door:
        """Bind one endpoint."""

    def _open_also(self, endpoint: Endpoint) -> Door:
        """Bind one more; for mocks of several transports, of which a socket has one."""
        return self._open(endpoint)

    def spawn(self, coroutine: Coroutine[Any, Any, None], handler: object) -> asyncio.Task[None]:
        """Run a coroutine that ends with the mock; in the loop thread only.

        Arguments:
            coroutine: what to run.
            handler: the test's own function in it, which a report would name.
        """
        task = asyncio.get_running_loop().create_task(
            coroutine, name=name_of(handler), context=self._context()
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _context(self) -> Context:
        """Return a context for what this mock does; what that starts in turn is in it, too."""
        context = copy_context()
        context.run(_serving.set, self)
        context.run(Crew.current.set, self._crew)
        return context

    def tls_context(self) -> ssl.SSLContext:
        """Return the server context with this mock's certificate."""
        return authority().server_context(*self._names)


class StreamMock(Mock):
    """A mock whose clients connect; subclasses make the engine of a connection."""

    fault_kinds = (Fault, SlowAccept, Refuse, TLSFault)
    fault_example = "Cut(after=100)"

    def _open(self, endpoint: Endpoint) -> Door:
        tls = self.tls_context if endpoint.tls else None
        return Listener(self.site, endpoint, self._engine, tls)

    @abstractmethod
    def _engine(self) -> asyncio.BaseProtocol:
        """Return the protocol for a new connection."""


def _endpoints(options: MockOptions) -> tuple[Endpoint, ...]:
    given = [name for name in ("host", "path", "port", "sock", "tls") if name in options]
    endpoints = options.get("endpoints")
    if endpoints is not None:
        if given:
            raise MisuseError(f"endpoints= and {given[0]}= exclude each other: say it in Endpoint")
        if not endpoints:
            raise MisuseError("endpoints=[]: a mock stands in at least one place")
        return tuple(endpoints)
    if not given:
        return ANYWHERE
    places = sorted(
        name
        for together in (("host", "port"), ("path",), ("sock",))
        if (name := "/".join(t for t in together if t in options))
    )
    if len(places) > 1:
        raise MisuseError(f"{' and '.join(places)} exclude each other: a mock stands in one place")
    return (
        Endpoint(
            host=options.get("host", "127.0.0.1"),
            port=options.get("port", 0),
            path=options.get("path"),
            sock=options.get("sock"),
            tls=options.get("tls", False),
        ),
    )
