"""Remote: the switchboard of a process that is not the test's: it asks the test process."""

import os
from typing import Any, NamedTuple

from netharness.children.question import ask
from netharness.routing.switchboard import Region, Switchboard
from netharness.routing.table import Address, Route, Transport
from netmocks.errors import MisuseError


class FarRegion(NamedTuple):
    """An internet of the test process, by its place on the switchboard there."""

    number: int


class RemoteSwitchboard(Switchboard):
    """Decides nothing itself.

    A process that has a switchboard already becomes one by `become`: those who have it keep it.
    """

    path: str

    def enter(self, region: Region) -> bool:
        """Refuse an internet, which nobody would ask.

        Raises:
            MisuseError: always.
        """
        raise MisuseError(
            "an internet leads this process already, that of the process which started it: put the"
            " mocks there, or let this be a sealed program, which may have an internet of its own"
        )

    @property
    def asks_servers(self) -> bool:
        """Whether a lookup may ask name servers: only the test process knows."""
        return True

    def addresses_of(self, name: str, port: int = 0, family: int = 0) -> list[str]:
        """Return the pretended addresses of a name; see `Switchboard`."""
        found: Any = ask(self.path, "addresses_of", name, port, int(family), place=_here())
        return list(found)

    def name_at(self, address: str) -> str | None:
        """Return the name of an address."""
        name = ask(self.path, "name_at", address)
        return None if name is None else str(name)

    def destination(self, transport: Transport, address: Address) -> Address:
        """Return where traffic to an address really goes."""
        return _address(ask(self.path, "destination", transport, *address, place=_here()))

    def claim(self, transport: Transport, address: Address) -> tuple[Region, Route] | None:
        """Return the route that this process may bind for an address; None: not routed."""
        claimed: Any = ask(self.path, "claim", transport, *address)
        if claimed is None:
            return None
        number, host, spelled, port = claimed
        region: Any = FarRegion(number)  # only this class looks into it
        return region, Route(transport, host, spelled, port, claimed=True)

    def settle(self, region: Any, route: Route, target: Address) -> Route:
        """Say where this process really listens for a claim; return the route it has."""
        settled: Any = ask(self.path, "settle", region.number, *_parts(route), *target)
        host, spelled, port = settled
        return Route(route.transport, host, spelled, port, target, claimed=True)

    def opened(self, region: Any, route: Route) -> None:
        """Take note that this process listens."""
        ask(self.path, "opened", region.number, *_parts(route))

    def report_outside(self, text: str) -> None:
        """Report that a program will be outside."""
        ask(self.path, "report", text)

    def pretended(self, transport: Transport, address: Address) -> Address | None:
        """Return the address that a real one pretends to be."""
        found = ask(self.path, "pretended", transport, *address)
        return None if found is None else _address(found)


def become(board: Switchboard, path: str) -> None:
    """Let a process's switchboard ask the test process from now on."""
    board.__class__ = RemoteSwitchboard
    vars(board)["path"] = path


def _here() -> str:
    from netharness import place  # it takes longer to import than all else here

    return f"{place.here()}, in process {os.getpid()}"


def _address(pair: Any) -> Address:
    host, port = pair
    return (str(host), int(port))


def _parts(route: Route) -> tuple[object, ...]:
    return (route.transport, route.host, route.address, route.port)
