"""Endpoint: where a mock stands. Never a wildcard address."""

import _socket
import errno
import ipaddress
import os
import socket
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from netmocks.errors import MisuseError

#: As many pending connections as the system allows: a burst must not be refused by chance.
BACKLOG = 4096

Address = tuple[str, int] | str


@dataclass(frozen=True)
class Endpoint:
    """One place where a mock listens, bound before the mock tells its address.

    Arguments:
        host: an address of this machine, IPv4 or IPv6; never a wildcard.
        port: 0 for a free one.
        path: a Unix socket's path, instead of host and port.
        sock: a bound socket, instead of the above; the mock owns it from then on.
        tls: whether clients speak TLS from the first byte (implicit TLS).
        label: how the journal calls it; the address where empty.

    Raises:
        MisuseError: a wildcard address, a host that is no address, or a port out of range.
    """

    host: str = "127.0.0.1"
    port: int = 0
    path: str | os.PathLike[str] | None = None
    sock: socket.socket | None = None
    tls: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        if self.path is not None or self.sock is not None:
            return
        if not 0 <= self.port <= 65535:
            raise MisuseError(
                f"port={self.port!r}: a port is a number from 0 (a free one) to 65535"
            )
        _check_host(self.host)

    @property
    def is_stream(self) -> bool:
        """Whether the socket handed in is one of streams."""
        return self.sock is not None and self.sock.type == socket.SOCK_STREAM

    def bind(self, kind: socket.SocketKind) -> socket.socket:
        """Return a bound, non-blocking socket of that kind (stream or datagram).

        Raises:
            MisuseError: the address is taken, or is not this machine's.
        """
        if self.sock is not None:
            return self._handed_in(self.sock, kind)
        if self.path is not None:
            return _bound(socket.AF_UNIX, kind, os.fspath(self.path), listens=True)
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        return _bound(family, kind, (self.host, self.port), listens=True)

    def _handed_in(self, sock: socket.socket, kind: socket.SocketKind) -> socket.socket:
        if sock.fileno() == -1:
            raise MisuseError("the socket handed in is closed: a mock that stopped closed it")
        if sock.type != kind:
            raise MisuseError(f"the socket handed in is of type {sock.type!r}, not {kind!r}")
        match address_of(sock):
            case (host, _):  # what was not bound yet has the wildcard address
                _refuse_wildcard(ipaddress.ip_address(host), f"the socket handed in, on {host!r},")
            case "":
                raise MisuseError("the socket handed in is not bound: bind() it first")
        sock.setblocking(False)
        if kind == socket.SOCK_STREAM:
            sock.listen(BACKLOG)
        return sock


def _bound(
    family: int, kind: socket.SocketKind, address: Address, *, listens: bool
) -> socket.socket:
    """Return a socket that is bound, and listens if it is one of streams and shall.

    Raises:
        MisuseError: the address is taken, or is not this machine's.
    """
    sock = socket.socket(family, kind)
    try:
        sock.setblocking(False)
        if kind == socket.SOCK_STREAM and os.name == "posix" and family != socket.AF_UNIX:
            # Without it a fixed port stays taken for a minute after each test.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        if kind == socket.SOCK_STREAM and listens:
            sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise MisuseError(_why(error, address)) from error
    return sock


@lru_cache  # nearly every mock of a session stands at the same address
def _check_host(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise MisuseError(
            f"host={host!r} is no address of this machine: a mock binds an address such as"
            " '127.0.0.1' or '::1'; real host names are the internet's business"
        ) from None
    _refuse_wildcard(address, f"host={host!r}")


def _refuse_wildcard(address: ipaddress.IPv4Address | ipaddress.IPv6Address, culprit: str) -> None:
    if (getattr(address, "ipv4_mapped", None) or address).is_unspecified:
        raise MisuseError(f"{culprit} would let the whole network in: bind '127.0.0.1' or '::1'")


def _why(error: OSError, address: Address) -> str:
    """Say why an address could not be bound, and what to do."""
    match error.errno:
        case errno.EADDRINUSE if isinstance(address, str):
            return f"{address!r} exists: remove that file, or take a path of the test's own"
        case errno.EADDRINUSE:
            return (
                f"{address!r} is in use by another mock or process: leave the port out for a free"
                " one, or stand on the real name and port with the 'internet' fixture"
            )
        case errno.EADDRNOTAVAIL:
            return (
                f"{address!r} is no address of this machine: bind '127.0.0.1', or stand on that"
                " address with the 'internet' fixture"
            )
        case _:
            return f"{address!r} can't be bound: {error.strerror or error}"


def address_of(sock: socket.socket) -> Address:
    """Return a bound socket's address: (host, port), or the path of a Unix socket."""
    name = sock.getsockname()
    if isinstance(name, tuple):
        return (name[0], name[1])
    return os.fsdecode(name)  # bytes where the address is abstract


def refusing(sock: socket.socket, address: Address) -> socket.socket:
    """Let connections to a listening socket be refused; return one that keeps its address.

    It listens again when its `listen` is called.

    Arguments:
        sock: the socket.
        address: where it really is: one in an internet would tell where it pretends to be.

    Raises:
        MisuseError: somebody else took the address in that moment.
    """
    family, kind = sock.family, sock.type
    if sys.platform != "linux" or family == socket.AF_UNIX:
        vacate(sock)  # one that is shut down would never listen again
        return _bound(family, kind, address, listens=False)
    # The same socket goes on where it can: another one might not be where this one is, which may
    # have been handed in from another network namespace.
    sock.shutdown(socket.SHUT_RD)
    try:
        # The system gave the port up, if it had chosen it. Where ours stand, no internet routes.
        _socket.socket.bind(sock, address)
    except OSError as error:
        if error.errno != errno.EINVAL:  # it had not: the socket is still bound
            raise MisuseError(_why(error, address)) from error
    return sock


def vacate(sock: socket.socket) -> None:
    """Close a bound socket, and remove its file if it is a Unix socket."""
    address = address_of(sock)
    sock.close()
    # An abstract address has no file.
    if isinstance(address, str) and not address.startswith("\0"):
        Path(address).unlink(missing_ok=True)


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that nobody has just now, for a program that can't be handed a socket."""
    with socket.socket() as sock:
        sock.bind((host, 0))
        port: int = sock.getsockname()[1]
        return port
