"""Uvloops: event loops of uvloop, which speak past Python's sockets: no hook hears of them.

What names a host is asked for leave here, by stand-ins for the loop's methods. A datagram that such
a loop sends without having connected is not seen.
"""

import socket
from typing import Any

from netharness.guard.hook import guard
from netharness.routing.patches import Patches

try:
    import uvloop
except ImportError:  # where it is not installed, nobody uses it
    PATCHES = Patches({})
else:
    _create_connection = uvloop.Loop.create_connection
    _create_datagram_endpoint = uvloop.Loop.create_datagram_endpoint
    _getaddrinfo = uvloop.Loop.getaddrinfo
    _getnameinfo = uvloop.Loop.getnameinfo

    async def create_connection(
        self: Any, protocol_factory: Any, host: Any = None, port: Any = None, **named: Any
    ) -> Any:
        """Stand in for the loop's own."""
        if host is not None:
            guard.judge("connect to", host, port, "tcp")
        return await _create_connection(self, protocol_factory, host, port, **named)

    async def create_datagram_endpoint(
        self: Any,
        protocol_factory: Any,
        local_addr: Any = None,
        remote_addr: Any = None,
        **named: Any,
    ) -> Any:
        """Stand in for the loop's own."""
        if isinstance(remote_addr, tuple):  # else it is the path of a Unix socket
            guard.judge("connect to", remote_addr[0], remote_addr[1], "udp")
        return await _create_datagram_endpoint(
            self, protocol_factory, local_addr, remote_addr, **named
        )

    async def getaddrinfo(self: Any, host: Any, port: Any, **named: Any) -> Any:
        """Stand in for the loop's own."""
        if not named.get("flags", 0) & socket.AI_NUMERICHOST and host is not None:
            guard.looking_up(host, port)
        return await _getaddrinfo(self, host, port, **named)

    async def getnameinfo(self: Any, sockaddr: Any, flags: int = 0) -> Any:
        """Stand in for the loop's own."""
        if not flags & socket.NI_NUMERICHOST:
            guard.looking_back(sockaddr)
        return await _getnameinfo(self, sockaddr, flags)

    PATCHES = Patches(
        {
            uvloop.Loop: {
                function.__name__: function
                for function in (
                    create_connection,
                    create_datagram_endpoint,
                    getaddrinfo,
                    getnameinfo,
                )
            }
        },
        beneath=True,  # an internet leads where the guard only judges
    )
