"""Internet: the names and addresses that a test makes up, and the mocks that live there."""

import errno
import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack, get_args, overload

from netharness import trust
from netharness.children.inheritance import inheritance
from netharness.children.options import PROGRAM_PATIENCE, ProgramOptions
from netharness.children.programs import Mode, Programs
from netharness.guard.hook import guard
from netharness.mail_hosts import MailHosts
from netharness.provider import Providers
from netharness.reports import NAME
from netharness.routing import connector, loop_resolver, resolver, sockets, uvloops
from netharness.routing.abyss import Abyss
from netharness.routing.listening import places
from netharness.routing.switchboard import switchboard
from netharness.routing.table import (
    Condition,
    Route,
    Table,
    Transport,
)
from netharness.stand import Stand
from netmocks.errors import MisuseError, WaitTimeout
from netmocks.findings import Findings
from netmocks.journal import LIMIT, Journal
from netmocks.lifetime import Lifetime
from netmocks.mock import Mock
from netmocks.record import PATIENCE, Record, in_running_loop
from netmocks.wire.loop import shared

if TYPE_CHECKING:
    from netharness.children.child import Child, Completed

#: What is patched while an internet is up, in this order.
PATCHES = (
    resolver.PATCHES,
    loop_resolver.PATCHES,
    uvloops.PATCHES,
    sockets.PATCHES,
    trust.PATCHES,
    connector.PATCHES,
    inheritance,
)

REFUSED = Condition(errno.ECONNREFUSED, "refuses connections")
UNREACHABLE = {
    errno.EHOSTUNREACH: Condition(errno.EHOSTUNREACH, "is a host to which no route leads"),
    errno.ENETUNREACH: Condition(errno.ENETUNREACH, "is in a network to which no route leads"),
}


class Internet(MailHosts, Lifetime):
    """A private internet: while it is up, nothing else exists.

        with Internet() as internet:
            api = internet.http("api.example.com")
            api.on("GET", "/").reply("hello")
            urllib.request.urlopen("https://api.example.com/")

    It covers this process: names, connections and datagrams of `socket`, asyncio and all that is
    built on them, in every thread. Names and addresses that are not loopback exist only if they
    are put here. Loopback is the test's own business, except for places that it puts here.
    Several internets may be up; the innermost that knows a place decides.

    Leaving the block raises `UnexpectedTraffic` when something went wrong that no caller could be
    told.

    Arguments:
        tolerate: kinds of finding that are not to fail the test; see `netmocks.findings.MEANINGS`.
        journal_limit: bytes of traffic that the journal keeps.
        loopback: "open": loopback traffic that is not routed passes; "refused": it is treated as
            any other unserved place.
        sealed: how programs are held inside: "auto": by a seal where the system allows one, else
            by the start-up module of each Python; "off": by that module; "required": by a seal.

    Raises:
        MisuseError: an option that makes no sense.
    """

    def __init__(
        self,
        *,
        tolerate: Collection[str] = (),
        journal_limit: int = LIMIT,
        loopback: Literal["open", "refused"] = "open",
        sealed: Mode = "auto",
    ) -> None:
        if sealed not in get_args(Mode):
            raise MisuseError(f"sealed={sealed!r}: it is 'auto', 'off' or 'required'")
        if loopback not in ("open", "refused"):
            raise MisuseError(f"loopback={loopback!r}: it is 'open' or 'refused'")
        self.guards_loopback = loopback == "refused"
        #: everything that was said to the mocks, in one order
        self.journal = Journal(limit=journal_limit)
        #: what went wrong
        self.findings = Findings(tolerate)
        self.table = Table(switchboard.name_of)
        self._mocks: dict[tuple[type[Mock], str, int | None], Mock] = {}
        self._arguments: dict[tuple[type[Mock], str, int | None], Mapping[str, Any]] = {}
        self._providers = Providers(self)
        self._opened: Record[Route] = Record(limit=LIMIT)
        self._reported: set[str] = set()
        self.name_servers = None
        #: domains, and the hosts that take their mail
        self.mail_hosts: dict[str, tuple[str, ...]] = {}
        self._stands: dict[Mock, list[Stand]] = {}
        #: the hosts that never answer, and ports; port 0 stands for all
        self._silent: list[tuple[str, int]] = []
        self._abyss: Abyss | None = None
        self._programs = Programs(self, sealed)
        self._is_up = False

    # -- its life -----------------------------------------------------------------------------

    @overload
    def start(self) -> Self: ...
    @overload
    def start(
        self,
        args: Sequence[str | os.PathLike[str]],
        **options: Unpack[ProgramOptions],
    ) -> "Child": ...
    def start(
        self, args: Sequence[str | os.PathLike[str]] | None = None, **options: Any
    ) -> "Self | Child":
        """Stand between this process and the network; or, given a command, start that program.

        A program is a process of its own inside this internet, and ends with it at the latest. A
        coroutine may start one, too, for it takes no longer than starting a process does.

        Arguments: see `run`.

        Raises:
            MisuseError: the internet is up already, or this process is led by another's; or, for a
                program: it is not up, there is no such program or folder, or it can't be kept
                inside.
        """
        return self._begin() if args is None else self._start_child(args, **options)

    def _begin(self) -> Self:
        if self._is_up:
            raise MisuseError("this internet is up already: stop() it first")
        guard.internets = switchboard
        guard.install()
        is_first = switchboard.enter(self)
        self._is_up = True
        if is_first:
            for patches in PATCHES:
                patches.install()
        try:
            self._open_all()
        except BaseException:
            self.stop()
            raise
        return self

    def _open_all(self) -> None:
        """Let those serve who were put here before."""
        connector.PATCHES.install()  # an internet around this one may have had no use for it
        for host, port in self._silent:
            self._silence(host, port)
        for mock in self.mocks:
            mock.start()
            self._lead_to(mock)

    def stop(self) -> None:
        """Stop every mock, let the servers under test go, and give the network back.

        Stopping an internet that is not up does nothing.
        """
        if not self._is_up:
            return
        self._is_up = False
        self._programs.stop()
        if self._abyss is not None:
            self._abyss.close()
            self._abyss = None
        for stuck in places.release(self):
            self.findings.add("handler", NAME, f"the server at {stuck} can't be let go")
        if switchboard.leave(self):
            for patches in reversed(PATCHES):
                patches.remove()
        for mock in self._mocks.values():
            mock.stop()

    def verify(self) -> None:
        """Raise what went wrong so far.

        Raises:
            UnexpectedTraffic: see `netmocks.findings`.
        """
        self.findings.verify()

    # -- programs -----------------------------------------------------------------------------

    def run(
        self,
        args: Sequence[str | os.PathLike[str]],
        *,
        input: str | bytes = b"",
        timeout: float = PROGRAM_PATIENCE,
        **options: Unpack[ProgramOptions],
    ) -> "Completed":
        """Run a program inside this internet, as a process of its own, until it ends.

        Arguments:
            args: the program and its arguments.
            input: what it reads from its standard input, which then ends.
            timeout: seconds until it is killed.
            options: see `netharness.children.options.ProgramOptions`.

        Raises:
            MisuseError: there is no such program or folder, or it can't be kept inside.
            WaitTimeout: it did not end in time; the text shows what it wrote.
        """
        if in_running_loop():
            raise MisuseError("run() would block this event loop: write 'await ...run_async(...)'")
        with self.start(args, **options) as child:
            child.feed(input)
            return child.wait(timeout=timeout)

    async def run_async(
        self,
        args: Sequence[str | os.PathLike[str]],
        *,
        input: str | bytes = b"",
        timeout: float = PROGRAM_PATIENCE,
        **options: Unpack[ProgramOptions],
    ) -> "Completed":
        """`run` for coroutines: the event loop runs on meanwhile."""
        async with self.start(args, **options) as child:
            child.feed(input)
            return await child.wait_async(timeout=timeout)

    async def start_async(
        self, args: Sequence[str | os.PathLike[str]], **options: Unpack[ProgramOptions]
    ) -> "Child":
        """`start` of a program, for coroutines that would rather await it."""
        return self._start_child(args, **options)

    def _start_child(
        self, args: Sequence[str | os.PathLike[str]], **options: Unpack[ProgramOptions]
    ) -> "Child":
        if not self._is_up:
            raise MisuseError("this internet is not up: start programs inside its 'with' block")
        if shared.is_current():
            raise MisuseError("a handler on the mocks' loop can't start programs: use a plain one")
        return self._programs.family.start(args, **options)

    def seal(self) -> None:
        """Make the seal now; else the first program does. Where there is one, it does nothing.

        Raises:
            SealRefused: this system does not allow one, or this internet was told to do without.
        """
        self._programs.seal()

    @property
    def children(self) -> "list[Child]":
        """The programs that were started here, those that have ended too."""
        return self._programs.children

    # -- who lives where, besides the residents -----------------------------------------------

    def host(self, host: str, port: int) -> None:
        """Claim a place for a server that is itself under test: it binds it, clients find it there.

        Nobody else on this machine is met there, whatever the port. An address that is not
        loopback needs no claim: binding it claims it.

        Raises:
            MisuseError: the place is taken.
        """
        for transport in ("tcp", "udp"):
            self.table.add(transport, host, port, claimed=True)

    def refused(self, host: str, port: int | None = None) -> None:
        """Let a host refuse connections: on one port, or on all that nobody serves.

        Raises:
            MisuseError: the place is taken.
        """
        if port is not None:
            self.table.add("tcp", host, port)
        # Datagrams too.
        self.table.set_condition(REFUSED, host, port or 0)

    def unreachable(self, host: str, *, code: int = errno.EHOSTUNREACH) -> None:
        """Let no way lead to a host: what nobody serves there can't be connected or sent to.

        Arguments:
            host: a name or an address.
            code: `errno.EHOSTUNREACH` (no route to the host) or `errno.ENETUNREACH` (none to its
                network).

        Raises:
            MisuseError: another code, or the host is no host.
        """
        if code not in UNREACHABLE:
            raise MisuseError(f"code={code!r}: it is errno.EHOSTUNREACH or errno.ENETUNREACH")
        self.table.set_condition(UNREACHABLE[code], host)

    def timeout(self, host: str, port: int | None = None) -> None:
        """Let a host never answer: connects to what nobody serves there never end by themselves.

        The client's own timeout ends them, or the end of this internet, with ConnectionResetError.
        Datagrams to it vanish. It takes a system that leaves a connection unanswered for which a
        listener has no room, as Linux does.

        Arguments:
            host: a name or an address.
            port: the only port that does so.

        Raises:
            MisuseError: the host is no host, or the system can't do that.
        """
        self.table.give_address(host)
        self._silent.append((host, port or 0))
        if self._is_up:
            self._silence(host, port or 0)

    def _silence(self, host: str, port: int) -> None:
        if self._abyss is None:
            try:
                self._abyss = Abyss()
            except OSError as error:
                raise MisuseError(f"timeout({host!r}): {error}") from None
        self.table.set_condition(Condition(targets=self._abyss.targets), host, port)

    def nxdomain(self, host: str) -> None:
        """Let a name not exist, so that looking it up is no finding.

        Raises:
            MisuseError: it is served already, or is an address.
        """
        self.table.set_missing(host)

    def wait_until_listening(
        self,
        host: str,
        port: int,
        *,
        transport: Transport | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        """Wait until the code under test listens at a place (for UDP: has bound it).

        Arguments:
            host: a name or an address.
            port: the port.
            transport: "tcp" or "udp"; either where left out.
            timeout: seconds.

        Raises:
            WaitTimeout: nobody did in time; the text lists who listens where.
        """
        address = self.table.give_address(host)
        transports = (transport,) if transport else ("tcp", "udp")
        try:
            self._opened.wait_for(
                lambda route: (
                    (route.address, route.port) == (address, port) and route.transport in transports
                ),
                timeout=timeout,
            )
        except WaitTimeout:
            opened = ", ".join(dict.fromkeys(map(str, self._opened)))
            raise WaitTimeout(
                f"nobody listens at {host}:{port} within {timeout:g} s; the code under test"
                f" listens {f'at: {opened}' if opened else 'nowhere'}"
            ) from None
