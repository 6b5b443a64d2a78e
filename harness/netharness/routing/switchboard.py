"""Switchboard: decides, for the internets that are up, where each attempt to connect goes.

The innermost internet that knows a place decides; what none knows is reported to the innermost,
and refused, unless it is this machine's own loopback.
"""

import _socket
import errno
import os
import socket
import threading
import weakref
from collections.abc import Callable
from typing import Protocol

from netharness.guard.hook import guard
from netharness.routing.table import (
    Address,
    Key,
    Route,
    Table,
    Transport,
    canonical,
    is_loopback,
    normal_name,
)
from netmocks.errors import MisuseError

_getaddrinfo = _socket.getaddrinfo
_bind = socket.socket.bind


#: Why a place refuses that was claimed by `Internet.host`, or once bound.
CLAIMED = ": no server is bound to it; one that binds a wildcard is at 127.0.0.1"


class NameServers(Protocol):
    """The name servers of an internet, as the switchboard asks them."""

    def is_in_charge(self, name: str) -> bool:
        """Whether one has something to say of a name's addresses."""

    def addresses_of(self, name: str, family: int = 0) -> list[str] | None:
        """Return the addresses of a name; None where no server knows it.

        Raises:
            socket.gaierror: it has none, or whoever knows it does not say.
        """

    def name_at(self, address: str) -> str | None:
        """Return the name of an address; None where no server knows it.

        Raises:
            socket.gaierror: it has none, or whoever knows it does not say.
        """


class Region(Protocol):
    """An internet, as the switchboard sees it."""

    table: Table

    @property
    def name_servers(self) -> NameServers | None:
        """What asks the name servers that live there; None where none does."""

    #: whether loopback traffic that nobody claimed is refused too
    guards_loopback: bool

    def report_unknown_name(self, name: str, port: int) -> str:
        """Keep a finding: somebody looked up a name that nobody has; return its text."""

    def report_unrouted(self, transport: Transport, address: str, port: int) -> str:
        """Keep a finding: somebody tried to reach a place that nobody serves; return its text."""

    def report_bypass(self, transport: str, host: str, port: int) -> str:
        """Keep a finding: somebody went around the routing; return its text."""

    def note(self, text: str) -> None:
        """Write what was asked for into the journal."""

    def opened(self, route: Route) -> None:
        """Take note that the code under test listens at one of its places."""

    def greeted(self, child: int) -> None:
        """Take note that a Python process of a child is led here."""

    def report_outside(self, text: str) -> str:
        """Keep a finding: a program will be outside; return its text."""


class Switchboard:
    """The internets that are up, innermost last."""

    def __init__(self) -> None:
        self.regions: tuple[Region, ...] = ()
        #: places in a network of their own, and what makes sockets (by family and kind) there
        self.inside: dict[Key, Callable[[int, int], int]] = {}
        #: the sockets that are in such a network
        self.elsewhere: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()

    def enter(self, region: Region) -> bool:
        """Add an internet; true if it is the first."""
        with self._lock:
            self.regions = (*self.regions, region)
            return len(self.regions) == 1

    def leave(self, region: Region) -> bool:
        """Take an internet away; true if it was the last."""
        with self._lock:
            self.regions = tuple(other for other in self.regions if other is not region)
            return not self.regions

    # -- names --------------------------------------------------------------------------------

    @property
    def asks_servers(self) -> bool:
        """Whether a lookup may ask name servers, which may take their time."""
        return any(region.name_servers is not None for region in self.regions)

    def addresses_of(self, name: str, port: int = 0, family: int = 0) -> list[str]:
        """Return the pretended addresses of a name, IPv4 first.

        In each internet, its name servers are asked before who lives there.

        Arguments:
            name: the name.
            port: what it is looked up for; 0 for nothing in particular.
            family: what name servers are asked for: `socket.AF_INET`, `AF_INET6`, or 0 for both.

        Raises:
            socket.gaierror: nobody has that name, or it has no such address.
        """
        return self._addresses_of(name, port, family, by_servers=True)

    def resolve(self, name: str, port: int = 0) -> str:
        """Return the pretended address of a name; no name server is asked, for they ask this.

        Raises:
            socket.gaierror: nobody has that name.
        """
        return self._addresses_of(name, port, by_servers=False)[0]

    def _addresses_of(
        self, name: str, port: int, family: int = 0, *, by_servers: bool
    ) -> list[str]:
        if name.lower().rstrip(".") in ("localhost", socket.gethostname().lower()):
            return ["127.0.0.1"]
        try:
            plain = normal_name(name)
        except MisuseError as error:  # no host could have that name
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from None
        for region in reversed(self.regions):
            if by_servers and region.name_servers is not None:
                addresses = region.name_servers.addresses_of(plain, family)
                if addresses is not None:
                    return addresses
            if address := region.table.address_of(plain):
                region.note(f"{name} looked up: {address}")
                return [address]
            if region.table.is_missing(plain):
                region.note(f"{name} looked up: it does not exist")
                raise socket.gaierror(socket.EAI_NONAME, f"{name} does not exist (nxdomain)")
        if guard.lets_out(name, port):
            return [str(_getaddrinfo(name, None, socket.AF_INET)[0][4][0])]
        text = self.regions[-1].report_unknown_name(name, port)
        raise socket.gaierror(socket.EAI_NONAME, text)

    def is_known(self, name: str) -> bool:
        """Whether a name lives somewhere here."""
        return any(region.table.address_of(name) for region in self.regions)

    def is_let_out(self, name: str) -> bool:
        """Whether a name is to be looked up for real: nobody here says a thing of it."""
        if not guard.lets_out(name):
            return False
        try:
            plain = normal_name(name)
        except MisuseError:  # no host could have that name
            return False
        return not any(
            region.table.address_of(plain)
            or region.table.is_missing(plain)
            or (region.name_servers is not None and region.name_servers.is_in_charge(plain))
            for region in self.regions
        )

    def name_at(self, address: str) -> str | None:
        """Return the name of an address: what name servers say, or who lives there."""
        for region in reversed(self.regions):
            if region.name_servers is not None:
                try:
                    name = region.name_servers.name_at(address)
                except socket.gaierror:
                    return None
                if name is not None:
                    return name
        return self.name_of(address)

    def name_of(self, address: str) -> str | None:
        """Return the name that lives at an address."""
        if address == "127.0.0.1":
            return "localhost"
        return next(
            (name for r in reversed(self.regions) if (name := r.table.name_of(address))), None
        )

    def report_bypass(self, transport: str, host: str, port: int) -> str:
        """Let the innermost internet keep a finding of what went around all of them."""
        return self.regions[-1].report_bypass(transport, host, port)

    # -- ways out -----------------------------------------------------------------------------

    def destination(self, transport: Transport, address: Address) -> Address:
        """Return where traffic to an address really goes; the same where it is not routed.

        Raises:
            ConnectionRefusedError: nobody is there, or it is said to refuse.
            OSError: it is said to be in another condition.
            socket.gaierror: it is given by a name that nobody has.
        """
        host, port = address
        spelled = self._address(host, port)
        if self.inside and (transport, spelled, port) in self.inside:
            return (spelled, port)
        for region in reversed(self.regions):
            route = region.table.find(transport, spelled, port)
            if route is not None:
                if route.target is None:
                    raise _refused(f"{route} refuses connections{CLAIMED if route.claimed else ''}")
                return route.target
            condition = region.table.condition(spelled, port)
            if condition is not None:
                if condition.targets is not None:
                    return condition.targets[transport]
                named = region.table.name_of(spelled) or host
                raise OSError(condition.code, f"{named}:{port} {condition.text}")
        region = self.regions[-1]
        if is_loopback(spelled) and not region.guards_loopback:
            return (host, port)
        if guard.lets_out(spelled, port):
            return (spelled, port)
        raise _refused(region.report_unrouted(transport, spelled, port))

    def is_elsewhere(self, sock: socket.socket) -> bool:
        """Whether a socket is in a network of its own: its addresses are what they are."""
        return bool(self.elsewhere) and sock in self.elsewhere

    def way_in(self, transport: Transport, address: Address) -> Callable[[int, int], int] | None:
        """Return what makes sockets in the network where a destination is, if not in this one."""
        return self.inside.get((transport, *address)) if self.inside else None

    def spelled(self, address: Address) -> Address:
        """Return an address with its host as the tables spell it.

        Raises:
            socket.gaierror: it is given by a name that nobody has.
        """
        return (self._address(*address), address[1])

    def _address(self, host: str, port: int) -> str:
        """Return the canonical address of a host; a wildcard means loopback, as for real."""
        try:
            spelled = canonical(host or "0.0.0.0")  # noqa: S104  # what an empty host stands for
        except ValueError:
            return canonical(self.addresses_of(host, port)[0])
        return "127.0.0.1" if spelled == "0.0.0.0" else spelled  # noqa: S104  # only compared

    def claim(self, transport: Transport, address: Address) -> tuple[Region, Route] | None:
        """Return the route that the code under test may bind for an address; None: not routed.

        An address that is not loopback becomes a route by being bound.

        Raises:
            OSError: EADDRINUSE, a mock stands there.
        """
        host, port = address
        spelled = self._address(host, port)
        for region in reversed(self.regions):
            route = region.table.find(transport, spelled, port)
            if route is not None:
                if not route.claimed:
                    raise OSError(errno.EADDRINUSE, f"{os.strerror(errno.EADDRINUSE)}: {route}")
                if route.target is not None and is_bound(transport, route.target):
                    raise in_use(route)
                return region, route
        if is_loopback(spelled):
            return None
        region = self.regions[-1]
        return region, Route(transport, host, spelled, port, claimed=True)

    def settle(self, region: Region, route: Route, target: Address) -> Route:
        """Say where the code under test really listens for a claim; return the route it has."""
        if not route.port:  # any free port was asked for: the real one will do
            route.port = target[1]
        if region.table.find(*route.key) is None:
            route = region.table.add(*route.key, claimed=True)
        region.table.settle(route, target)
        return route

    def opened(self, region: Region, route: Route) -> None:
        """Take note that the code under test listens at one of an internet's places."""
        region.opened(route)

    def report_outside(self, text: str) -> None:
        """Report that a program will be outside, to the innermost internet."""
        self.regions[-1].report_outside(text)

    def pretended(self, transport: Transport, address: Address) -> Address | None:
        """Return the address that a real one pretends to be."""
        for region in reversed(self.regions):
            if found := region.table.pretended(transport, *address):
                return found
        return None


def in_use(route: Route) -> OSError:
    """Return the error for who binds a place that another socket is bound to."""
    return OSError(errno.EADDRINUSE, f"{route} is bound by another socket of this test already")


def is_bound(transport: Transport, address: Address) -> bool:
    """Whether a socket of any process stands at a real address: the system itself tells."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    tcp = transport == "tcp"
    with socket.socket(family, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as probe:
        try:
            if tcp:  # connections that linger from before do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _bind(probe, address)
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _refused(text: str) -> ConnectionRefusedError:
    return ConnectionRefusedError(errno.ECONNREFUSED, text)


#: The one switchboard of this process.
switchboard = Switchboard()
