"""Table: names to addresses, addresses and ports to where somebody really listens. Pure."""

import ipaddress
import threading
from dataclasses import dataclass
from typing import Literal

from netmocks.errors import MisuseError

#: Where names live: the benchmarking range, which nothing real uses (RFC 2544, appendix C.2.2).
RANGE = ipaddress.ip_network("198.18.0.0/15")

Transport = Literal["tcp", "udp"]
Address = tuple[str, int]
Key = tuple[Transport, str, int]


@dataclass
class Route:
    """What becomes of traffic to one pretended address and port."""

    transport: Transport
    #: the name or address as the test wrote it
    host: str
    #: the pretended address
    address: str
    port: int
    #: where somebody really listens; None while nobody does, which is refused
    target: Address | None = None
    #: whether the code under test may bind it
    claimed: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.transport}"


class Table:
    """The names, addresses and routes of one internet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._missing: set[str] = set()
        self._refused: set[str] = set()
        self._routes: dict[Key, Route] = {}
        self._pretended: dict[Key, Address] = {}
        self._free = RANGE.hosts()

    # -- names --------------------------------------------------------------------------------

    def give_address(self, host: str) -> str:
        """Return the address of a host, taking a new one for a new name.

        Raises:
            MisuseError: the name is said not to exist, or is no name.
        """
        if is_address(host):
            return canonical(host)
        name = normal_name(host)
        if name == "localhost":
            return "127.0.0.1"
        with self._lock:
            if name in self._missing:
                raise MisuseError(f"{host!r} was said not to exist (nxdomain): it can't be served")
            if name not in self._addresses:
                self._addresses[name] = str(next(self._free))
                self._names[self._addresses[name]] = name
            return self._addresses[name]

    def set_missing(self, host: str) -> None:
        """Say that a name does not exist.

        Raises:
            MisuseError: it is served already, or is an address.
        """
        name = normal_name(host)
        if is_address(host) or name in self._addresses:
            raise MisuseError(f"nxdomain({host!r}): it is an address, or is served already")
        self._missing.add(name)

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
        if not 0 < port <= 65535:
            raise MisuseError(f"port {port!r} of {host!r}: a port is a number from 1 to 65535")
        route = Route(transport, host, self.give_address(host), port, None, claimed)
        key = (transport, route.address, port)
        with self._lock:
            if key in self._routes:
                raise MisuseError(
                    f"{host}:{port}/{transport} is taken by {self._routes[key]} already: keep what"
                    " the first call returned"
                )
            self._routes[key] = route
        if target is not None:
            self.settle(route, target)
        return route

    def settle(self, route: Route, target: Address) -> None:
        """Say where somebody really listens for a route; a second time, where now."""
        with self._lock:
            if route.target is not None:
                self._pretended.pop((route.transport, *route.target), None)
            route.target = target
            self._pretended[route.transport, *target] = (route.address, route.port)

    def refuse(self, host: str) -> None:
        """Refuse every port of a host that has no route of its own."""
        self._refused.add(self.give_address(host))

    def is_refused(self, address: str) -> bool:
        """Whether a host is there that refuses what has no route of its own."""
        return address in self._refused

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


def is_address(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address and not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def canonical(address: str) -> str:
    """Return an address as the table spells it: no zone, no IPv4 inside IPv6."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(parsed)


def is_loopback(address: str) -> bool:
    """Whether an address, in canonical form, is this machine's own; wildcards count as it."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_loopback or parsed.is_unspecified


def normal_name(host: str) -> str:
    """Return a name as the table spells it: lower case, no final dot, IDNA (RFC 5891).

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
