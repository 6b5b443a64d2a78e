"""Names: what has to be judged before the system sees it, by stand-ins for methods of sockets.

A socket that is given a name instead of an address has it looked up before any hook hears of the
connect. And a hook is not told the flags by which a lookup is none: of a number, as a number.
"""

import _socket
import socket
from collections.abc import Callable
from typing import Any, cast

from netharness.guard.hook import (
    HERE,
    INET,
    _getaddrinfo,
    family_of,
    guard,
    is_number,
    text_of,
)
from netharness.routing.patches import Patches

# Those of C, for an internet may stand in for Python's when this is imported.
_getnameinfo = _socket.getnameinfo
_connect_ex = _socket.socket.connect_ex


def _judge(sock: socket.socket, address: Any) -> None:
    """Judge the name in an address, if there is one.

    Raises:
        OSError: it is refused.
    """
    if guard.is_idle or not isinstance(address, tuple) or len(address) < 2:
        return
    host = address[0]
    if host in HERE or not isinstance(host, (str, bytes)) or family_of(sock) not in INET:
        return
    if not is_number(text_of(host)):
        port = address[1] if isinstance(address[1], int) else 0
        guard.judge_name(host, port)


def _judging(method: Callable[..., Any], place: int) -> Callable[..., Any]:
    """Return a stand-in for a method whose address is in that place among its arguments."""

    def stand_in(self: socket.socket, *arguments: Any) -> Any:
        if -len(arguments) <= place < len(arguments):
            _judge(self, arguments[place])
        return method(self, *arguments)

    stand_in.__name__ = method.__name__
    return stand_in


def connect_ex(self: socket.socket, address: Any) -> int:
    """Stand in for `socket.connect_ex`, which returns what `connect` raises; names aside."""
    _judge(self, address)
    try:
        return _connect_ex(self, address)
    except ConnectionRefusedError as error:  # the guard's, for the system's is returned
        return cast("int", error.errno)


def getaddrinfo(
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    """Stand in for `_socket.getaddrinfo`: whether a host is a number needs no lookup."""
    if flags & socket.AI_NUMERICHOST:
        with guard.not_hearing():
            return _getaddrinfo(host, port, family, type, proto, flags)
    return _getaddrinfo(host, port, family, type, proto, flags)


def getnameinfo(sockaddr: Any, flags: int) -> tuple[str, str]:
    """Stand in for `socket.getnameinfo`: what asks for a number looks nothing up."""
    if flags & socket.NI_NUMERICHOST:
        with guard.not_hearing():
            return _getnameinfo(sockaddr, flags)
    return _getnameinfo(sockaddr, flags)


#: Methods, and where their address stands: in `sendto` it is the last.
PLACES = {"connect": 0, "sendto": -1, "sendmsg": 3}

PATCHES = Patches(
    {
        socket.socket: {
            "connect_ex": connect_ex,
            **{
                name: _judging(getattr(_socket.socket, name), place)
                for name, place in PLACES.items()
                if hasattr(_socket.socket, name)  # Windows has no sendmsg
            },
        },
        _socket: {"getaddrinfo": getaddrinfo},
        socket: {"getnameinfo": getnameinfo},
    },
    beneath=True,  # an internet leads where the guard only judges
)
