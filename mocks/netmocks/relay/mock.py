"""RelayMock: passes on what is said to a real server, and what it answers."""

import asyncio
import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.mock import MockOptions, StreamMock
from netmocks.relay.engine import RelayEngine
from netmocks.wire.endpoint import Address

WayIn = Callable[[Address], int | None]

#: A place as people write it, which is easily meant instead of a Unix socket's path.
HOST_AND_PORT = re.compile(r"(?P<host>[^/]+):(?P<port>\d+)")


def _ours(address: Address) -> None:
    """Know of no other network."""


class RelayMock(StreamMock):
    """Stands before a server that the test runs itself; each client gets a connection of its own.

        with RelayMock(to=("127.0.0.1", 5432)) as database, database.fault(Reset(after=0), times=1):
            ...

    Both half-closes pass, and so do resets: what the server does to a connection is done to its
    client, and the other way round. One that can't be made at all is reset; the journal says why.

    Arguments:
        to: where the server is: (host, port), an address of loopback; or a Unix socket's path.
        way_in: makes a socket in the network where that is, and returns its descriptor; None if it
            is ours, as it always is where this is left out.
        options: see `MockOptions`. With `tls`, clients speak TLS to the relay, and the server gets
            plaintext; without it, their bytes pass as they are, TLS or not.

    Raises:
        MisuseError: `to` is no such place, or an option makes no sense.
    """

    default_name = "relay"

    def __init__(
        self,
        to: Sequence[object] | str | os.PathLike[str],
        *,
        way_in: WayIn = _ours,
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        self.to = _place(to)
        self.way_in = way_in

    def _engine(self) -> asyncio.BaseProtocol:
        return RelayEngine(self)


def _place(to: Sequence[object] | str | os.PathLike[str]) -> Address:
    """Return where the server is.

    Raises:
        MisuseError: it is no place on this machine.
    """
    if isinstance(to, str) and (said := HOST_AND_PORT.fullmatch(to)):
        raise MisuseError(
            f"to={to!r}: say (host, port), to=({said['host']!r}, {said['port']}); the path of a"
            f" Unix socket that is called so is {'./' + to!r}"
        )
    if isinstance(to, (str, os.PathLike)):
        return os.fspath(to)
    match tuple(to):
        case (str(host), int(port)) if 0 < port <= 65535:
            host = "127.0.0.1" if host == "localhost" else host
            try:
                if ipaddress.ip_address(host).is_loopback:
                    return host, port
            except ValueError:
                pass
            raise MisuseError(
                f"to={to!r}: {host!r} is no address of loopback, and nothing leaves this machine:"
                " run the server here, to=('127.0.0.1', port)"
            )
    raise MisuseError(f"to={to!r}: say (host, port), or the path of a Unix socket")
