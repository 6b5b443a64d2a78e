"""Table: names to addresses, addresses and ports to where somebody really listens. Pure."""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from netmocks.errors import MisuseError

#: Where names live: the benchmarking range, which nothing real uses (RFC 2544, appendix C.2.2).
RANGE = ipaddress.ip_network("198.18.0.0/15")

Transport = Literal["tcp", "udp"]
Address = tuple[str, int]
Key = tuple[Transport, str, int]


class Route:
    """What becomes of traffic to one pretended address and port.

    No dataclass, whose module takes a child process longer to import than all else here.
    """

    def __init__(
        self,
        transport: Transport,
        host: str,
        address: str,
        port: int,
        target: Address | None = None,
        claimed: bool = False,
    ) -> None:
        self.transport = transport
        #: the name or address as the test wrote it
        self.host = host
        #: the pretended address
        self.address = address
        self.port = port
        #: where somebody really listens; None while nobody does, which is refused
        self.target = target
        #: whether the code under test may bind it
        self.claimed = claimed

    @property
    def key(self) -> Key:
        """What a table knows it by."""
        return (self.transport, self.address, self.port)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.transport}"


class Condition(NamedTuple):
    """What becomes of traffic to a host where nobody has a route."""

    #: the error that it gets, and what that says of the host
    code: int = 0
    text: str = ""
    #: where it goes instead
    targets: Mapping[Transport, Address] | None = None


def _nobody(address: str) -> None:
    """Know no name of any address."""


class Table:
    """The names, addresses and routes of one internet.

    Arguments:
        name_elsewhere: tells the name that another internet has given an address to, if any.
    """

    def __init__(self, name_elsewhere: Callable[[str], str | None] = _nobody) -> None:
        self._name_elsewhere = name_elsewhere
        self._lock = threading.RLock()
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._missing: set[str] = set()
        #: of hosts and ports; port 0 stands for all
        self._conditions: dict[Address, Condition] = {}
        self._routes: dict[Key, Route] = {}
        self._pretended: dict[Key, Address] = {}
        self._free = RANGE.hosts()

    # -- names --------------------------------------------------------------------------------

    def give_address(self, host: str) -> str:
        """Return the address of a host, taking a new one for a new name.

        Raises:
            MisuseError: the name is said not to exist, or is no name.
        """
        if not isinstance(host, str):
            raise MisuseError(f"{host!r} is no host name: write it as text, 'api.example.com'")
        if is_address(host):
            return canonical(host)
        name = normal_name(host)
        if name == "localhost":
            return "127.0.0.1"
        with self._lock:
            if name in self._missing:
                raise MisuseError(f"{host!r} was said not to exist (nxdomain): it can't be served")
            if name not in self._addresses:
                free = next(a for a in map(str, self._free) if not self._name_elsewhere(a))
                self._addresses[name] = free
                self._names[free] = name
            return self._addresses[name]

    def set_missing(self, host: str) -> None:
        """Say that a name does not exist.

        Raises:
            MisuseError: it is served already, or is an address.
        """
        if is_address(host) or normal_name(host) in self._addresses:
            raise MisuseError(f"nxdomain({host!r}): it is an address, or is served already")
        self._missing.add(normal_name(host))

    def is_missing(self, name: str) -> bool:
        """Whether a name was said not to exist."""
        return normal_name(name) in self._missing

    def address_of(self, name: str) -> str | None:
        """Return the address of a name, None if it is unknown."""
        return self._addresses.get(normal_name(name))

    def name_of(self, address: str) -> str | None:
        """Return the name that lives at a pretended address."""
        return self._names.get(address)

    @property
    def names(self) -> list[str]:
        """The names that live here."""
        return list(self._addresses)

    # -- routes -------------------------------------------------------------------------------

    def add(
        self,
        transport: Transport,
        host: str,
        port: int,
        target: Address | None = None,
        *,
        claimed: bool = False,
    ) -> Route:
        """Add a route.

        Raises:
            MisuseError: the place is taken, or the port is no port.
        """
        route = Route(transport, host, self.give_address(host), port, None, claimed)
        with self._lock:
            self.must_be_free(transport, host, port)
            self._routes[transport, route.address, port] = route
        if target is not None:
            self.settle(route, target)
        return route

    def must_be_free(self, transport: Transport, host: str, port: int) -> None:
        """Make sure that a route can be added.

        Raises:
            MisuseError: the place is taken, or the port is no port.
        """
        if not isinstance(port, int) or not 0 < port <= 65535:
            raise MisuseError(f"port {port!r} of {host!r}: a port is a number from 1 to 65535")
        taken = self.find(transport, self.give_address(host), port)
        if taken is not None:
            raise MisuseError(
                f"{host}:{port}/{transport} is taken by {taken} already: keep what the first call"
                " returned"
            )

    def settle(self, route: Route, target: Address) -> None:
        """Say where somebody really listens for a route; a second time, where now."""
        with self._lock:
            if route.target is not None:
                self._pretended.pop((route.transport, *route.target), None)
            route.target = target
            self._pretended[route.transport, *target] = (route.address, route.port)

    def set_condition(self, condition: Condition, host: str, port: int = 0) -> None:
        """Say what becomes of traffic to one port of a host, or to every one without a route."""
        self._conditions[self.give_address(host), port] = condition

    def condition(self, address: str, port: int) -> Condition | None:
        """Return what becomes of traffic to a place that has no route of its own."""
        return self._conditions.get((address, port)) or self._conditions.get((address, 0))

    def find(self, transport: Transport, address: str, port: int) -> Route | None:
        """Return the route of a pretended address and port."""
        return self._routes.get((transport, address, port))

    def pretended(self, transport: Transport, address: str, port: int) -> Address | None:
        """Return the pretended address and port of a real one."""
        return self._pretended.get((transport, address, port))

    @property
    def routes(self) -> list[Route]:
        """All routes, in the order in which they were added."""
        with self._lock:
            return list(self._routes.values())


def host_text(host: Any) -> Any:
    """Return a host that is given in bytes as text; whatever else it is, as it is."""
    return host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host


def is_address(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address and not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@lru_cache  # the same few addresses come with every connection
def canonical(address: str) -> str:
    """Return an address as the table spells it: no zone, no IPv4 inside IPv6."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(parsed)


@lru_cache
def is_loopback(address: str) -> bool:
    """Whether an address, in canonical form, is this machine's own; wildcards count as it."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_loopback or parsed.is_unspecified


def normal_name(host: str) -> str:
    """Return a name as the table spells it: lower case, no final dot, IDNA (RFC 3490).

    Raises:
        MisuseError: no host can have that name.
    """
    name = host.rstrip(".").lower()
    if name and not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise MisuseError(f"{host!r} is no host name: {error}") from None
    if not name or any(character.isspace() or character in "/:@[]" for character in name):
        raise MisuseError(
            f"{host!r} is no host name: write it without scheme, port and path, 'api.example.com'"
        )
    return name
