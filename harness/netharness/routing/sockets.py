"""Sockets: the methods of `socket.socket` that name an address, led through the switchboard.

`socket.socket` is a Python class over `_socket.socket`: replaced methods are seen by everybody,
also by those who imported the class earlier. Unix sockets are left alone.
"""

import _socket
import os
import socket
from collections.abc import Callable
from operator import index
from typing import Any, SupportsIndex, cast

from netharness.routing.abyss import abysses
from netharness.routing.listening import places
from netharness.routing.patches import Patches
from netharness.routing.switchboard import in_use, switchboard
from netharness.routing.table import Address, Transport, host_text

real = socket.socket
_connect = real.connect
_connect_ex = real.connect_ex
_bind = real.bind
_listen = real.listen
_accept = real.accept
_sendto = real.sendto
_sendmsg = getattr(real, "sendmsg", None)  # Windows has none
_recvfrom = real.recvfrom
_recvfrom_into = real.recvfrom_into
_getpeername = real.getpeername
_getsockname = real.getsockname

# The plain numbers: `socket.family` and `socket.type` make an enum of them at each look, which
# takes longer than the rest of a routed call.
_family: Callable[[socket.socket], int] = cast("Any", _socket.socket.family).__get__
_kind: Callable[[socket.socket], int] = cast("Any", _socket.socket.type).__get__

INET = (socket.AF_INET, socket.AF_INET6)

#: How an IPv4 address begins inside IPv6 (RFC 4291 §2.5.5.2).
MAPPED = "::ffff:"


def _transport(sock: socket.socket) -> Transport:
    return "tcp" if _kind(sock) == socket.SOCK_STREAM else "udp"


def _inet(sock: socket.socket, address: object) -> Address | None:
    """Return the host and port of an address to route; None where the real call is to judge it.

    Raises:
        OverflowError: there is no such port; the real call would look the name up before.
    """
    if _family(sock) not in INET or not isinstance(address, tuple) or len(address) < 2:
        return None
    host, port = host_text(address[0]), address[1]
    if not isinstance(host, str) or not (type(port) is int or isinstance(port, SupportsIndex)):
        return None
    if not 0 <= index(port) <= 65535:
        raise OverflowError("port must be 0-65535.")
    return host, index(port)


def _in_family(sock: socket.socket, address: Address) -> Address:
    """Return an address so that the socket's family can use it."""
    host, port = address
    return (
        (f"{MAPPED}{host}", port)
        if _family(sock) == socket.AF_INET6 and ":" not in host
        else address
    )


def _routed(sock: socket.socket, address: Any) -> Any:
    """Return where traffic to an address really goes.

    Raises:
        OSError: see `Switchboard.destination`.
    """
    plain = _inet(sock, address)
    if plain is None:
        return address
    if switchboard.is_elsewhere(sock):  # where it is, every place is really there
        return _in_family(sock, switchboard.spelled(plain))
    target = switchboard.destination(_transport(sock), plain)
    way_in = switchboard.way_in(_transport(sock), target)
    if way_in is not None:
        _move(sock, way_in)
    return address if target == plain else _in_family(sock, target)


def _move(sock: socket.socket, way_in: Callable[[int, int], int]) -> None:
    """Let a socket be one of another network, with the same descriptor and timeout."""
    timeout = sock.gettimeout()
    made = way_in(_family(sock), _kind(sock))
    os.dup2(made, sock.fileno(), inheritable=False)
    os.close(made)
    sock.settimeout(timeout)
    switchboard.elsewhere.add(sock)


def _pretended(sock: socket.socket, address: Any) -> Any:
    """Return the address that the code under test is to see instead of a real one."""
    if _family(sock) not in INET or not address:  # streams have no sender
        return address
    if switchboard.is_elsewhere(sock):
        return address
    host = address[0].removeprefix(MAPPED)
    found = switchboard.pretended(_transport(sock), (host, address[1]))
    return address if found is None else (*_in_family(sock, found), *address[2:])


def connect(self: socket.socket, address: Any) -> None:
    """Stand in for `socket.connect`."""
    target = _routed(self, address)
    if abysses:
        _swallow(self, target)
    _connect(self, target)


def connect_ex(self: socket.socket, address: Any) -> int:
    """Stand in for `socket.connect_ex`, which returns what `connect` raises; names aside."""
    try:
        target = _routed(self, address)
    except socket.gaierror:
        raise
    except OSError as error:
        return cast("int", error.errno)
    if abysses:
        _swallow(self, target)
    return _connect_ex(self, target)


def _swallow(sock: socket.socket, target: Any) -> None:
    """Let the end of an internet end the wait of a socket that it keeps waiting."""
    plain = _inet(sock, target)
    abyss = None if plain is None else abysses.get(plain[1])
    if abyss is not None:
        abyss.swallow(sock)


def sendto(self: socket.socket, data: Any, *rest: Any) -> int:
    """Stand in for `socket.sendto`, whose address comes last, behind flags or not."""
    if 1 <= len(rest) <= 2:
        rest = (*rest[:-1], _routed(self, rest[-1]))
    return cast("Callable[..., int]", _sendto)(self, data, *rest)


def sendmsg(
    self: socket.socket, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None
) -> int:
    """Stand in for `socket.sendmsg`."""
    assert _sendmsg is not None
    target = None if address is None else _routed(self, address)
    return cast("int", _sendmsg(self, buffers, ancdata, flags, target))


def bind(self: socket.socket, address: Any) -> None:
    """Stand in for `socket.bind`: a claimed place is a free loopback port, known by its claim."""
    plain = _inet(self, address)
    claimed = None if plain is None else switchboard.claim(_transport(self), plain)
    if claimed is None:
        _bind(self, address)
        return
    region, route = claimed
    if places.is_held(region, route):
        raise in_use(route)
    _bind(self, _in_family(self, ("::1" if ":" in route.address else "127.0.0.1", 0)))
    host, port = _getsockname(self)[:2]
    route = switchboard.settle(region, route, (host.removeprefix(MAPPED), port))
    places.take(self, region, route)
    if route.transport == "udp":
        switchboard.opened(region, route)


def listen(self: socket.socket, *backlog: int) -> None:
    """Stand in for `socket.listen`: from now on, clients find the place."""
    _listen(self, *backlog)
    place = places.of(self)
    if place is not None:
        switchboard.opened(place.region, place.route)


def accept(self: socket.socket) -> tuple[socket.socket, Any]:
    """Stand in for `socket.accept`; a server that still waits when the internet ends is let go."""
    with places.waiting(self):
        connection, peer = _accept(self)
        places.check(self, connection)
    if switchboard.is_elsewhere(self):
        switchboard.elsewhere.add(connection)
    return connection, _pretended(connection, peer)


def recvfrom(self: socket.socket, *arguments: Any) -> tuple[bytes, Any]:
    """Stand in for `socket.recvfrom`: the sender is who it pretends to be."""
    with places.waiting(self):
        data, peer = _recvfrom(self, *arguments)
        places.check(self)
    return data, _pretended(self, peer)


def recvfrom_into(self: socket.socket, *arguments: Any, **named: Any) -> tuple[int, Any]:
    """Stand in for `socket.recvfrom_into`."""
    with places.waiting(self):
        size, peer = _recvfrom_into(self, *arguments, **named)
        places.check(self)
    return size, _pretended(self, peer)


def getpeername(self: socket.socket) -> Any:
    """Stand in for `socket.getpeername`."""
    return _pretended(self, _getpeername(self))


def getsockname(self: socket.socket) -> Any:
    """Stand in for `socket.getsockname`."""
    return _pretended(self, _getsockname(self))


REPLACED: tuple[Callable[..., Any], ...] = (
    connect,
    connect_ex,
    sendto,
    bind,
    listen,
    accept,
    recvfrom,
    recvfrom_into,
    getpeername,
    getsockname,
    *((sendmsg,) if _sendmsg is not None else ()),
)

PATCHES = Patches({socket.socket: {function.__name__: function for function in REPLACED}})
