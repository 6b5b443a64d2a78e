"""Resolver: the name functions of `socket`, answered from the table.

No name leaves the process: a name that nobody has does not exist.
"""

import _socket
import socket
from typing import Any

from netharness.guard.hook import guard
from netharness.routing.patches import Patches
from netharness.routing.switchboard import switchboard
from netharness.routing.table import host_text, is_address

# What `socket.getaddrinfo` calls: so who imported that one earlier is answered too.
_getaddrinfo = _socket.getaddrinfo
_getnameinfo = socket.getnameinfo


def getaddrinfo(
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    """Answer `_socket.getaddrinfo`: the pretended address in all the forms that were asked for."""
    host = host_text(host)
    if host is None or is_address(host):
        return _getaddrinfo(host, port, family, type, proto, flags)
    if flags & socket.AI_NUMERICHOST:
        with guard.not_hearing():  # it is not told the flags, and nothing is looked up
            return _getaddrinfo(host, port, family, type, proto, flags)
    if switchboard.is_let_out(host):
        return _getaddrinfo(host, port, family, type, proto, flags)
    # A machine without a network has no configured address; its tests still have names.
    passed = flags & ~(socket.AI_CANONNAME | socket.AI_ADDRCONFIG)
    found = [
        entry
        for address in _addresses(host, _number(port), family, flags)
        for entry in _getaddrinfo(address, port, family, type, proto, passed)
    ]
    if flags & socket.AI_CANONNAME and found:
        found[0] = (*found[0][:3], host, found[0][4])
    return found


def _addresses(host: str, port: int = 0, family: int = socket.AF_INET, flags: int = 0) -> list[str]:
    """Return the addresses of a name that belong to a family, 0 for any.

    Raises:
        socket.gaierror: it has none.
    """
    is_mapped = family == socket.AF_INET6 and flags & getattr(socket, "AI_V4MAPPED", 0)
    found = switchboard.addresses_of(host, port, 0 if is_mapped else family)
    if family == socket.AF_INET6:
        v6 = [address for address in found if ":" in address]
        found = v6 or [f"::ffff:{address}" for address in found if is_mapped]
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} has no IPv6 address here")
    return found


def _number(port: Any) -> int:
    """Return the number of a port that may be digits or a service's name; 0 for none.

    Raises:
        socket.gaierror: there is no such service.
    """
    return port if isinstance(port, int) else int(_getaddrinfo("127.0.0.1", port)[0][4][1])


def gethostbyname(host: str) -> str:
    """Answer `socket.gethostbyname`."""
    host = host_text(host)
    return host if is_address(host) else _addresses(host)[0]


def gethostbyname_ex(host: str) -> tuple[str, list[str], list[str]]:
    """Answer `socket.gethostbyname_ex`."""
    host = host_text(host)
    return (host, [], [host] if is_address(host) else _addresses(host))


def gethostbyaddr(host: str) -> tuple[str, list[str], list[str]]:
    """Answer `socket.gethostbyaddr`: the name that lives at an address.

    Raises:
        socket.herror: none does.
    """
    address = gethostbyname(host)
    name = switchboard.name_at(address)
    if name is None:
        raise socket.herror(1, f"no name lives at {address}")
    return (name, [], [address])


def getnameinfo(sockaddr: Any, flags: int) -> tuple[str, str]:
    """Answer `socket.getnameinfo`: numeric unless a name lives there."""
    address = gethostbyname(sockaddr[0])
    # Of this machine's own address, for only the service is asked for.
    own = "::1" if ":" in address else "127.0.0.1"
    passed = (flags & ~socket.NI_NAMEREQD) | socket.NI_NUMERICHOST
    _, service = _getnameinfo((own, *sockaddr[1:]), passed)
    if flags & socket.NI_NUMERICHOST:
        return address, service
    name = switchboard.name_at(address)
    if name is None and flags & socket.NI_NAMEREQD:
        raise socket.gaierror(socket.EAI_NONAME, f"no name lives at {address}")
    return name or address, service


PATCHES = Patches(
    {
        _socket: {"getaddrinfo": getaddrinfo},
        socket: {
            function.__name__: function
            for function in (
                gethostbyname,
                gethostbyname_ex,
                gethostbyaddr,
                getnameinfo,
            )
        },
    }
)
