"""Uvloops: event loops of uvloop, led through the switchboard.

Such a loop has sockets of its own, in C. It takes one that was connected or bound before, which is
one of Python's, led like all others. What it sends from an unconnected datagram socket can't be
led; and its transports show the real addresses.
"""

import socket
from typing import Any

from netharness.routing.loop_resolver import loop_getaddrinfo
from netharness.routing.patches import Patches

try:
    import uvloop
except ImportError:  # where it is not installed, nobody uses it
    PATCHES = Patches({})
else:
    _create_connection = uvloop.Loop.create_connection
    _create_datagram_endpoint = uvloop.Loop.create_datagram_endpoint
    _create_server = uvloop.Loop.create_server

    async def create_connection(
        self: Any,
        protocol_factory: Any,
        host: Any = None,
        port: Any = None,
        *,
        family: int = 0,
        proto: int = 0,
        flags: int = 0,
        local_addr: Any = None,
        **named: Any,
    ) -> Any:
        """Stand in for the loop's own: connect before it does."""
        if host is None:
            return await _create_connection(self, protocol_factory, **named)
        if named.get("ssl") and named.get("server_hostname") is None:
            named["server_hostname"] = host
        sock = await _connected(self, host, port, local_addr, (family, proto, flags))
        return await _create_connection(self, protocol_factory, sock=sock, **named)

    async def _connected(
        loop: Any, host: Any, port: Any, local: Any, asked: tuple[int, int, int]
    ) -> socket.socket:
        """Return a socket that is connected to the first address of a host that answers."""
        family, proto, flags = asked
        found = await loop.getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, proto=proto, flags=flags
        )
        failure = OSError(f"{host} has no address")
        for kind, type, proto, _, address in found:
            sock = socket.socket(kind, type, proto)
            try:
                sock.setblocking(False)
                if local is not None:
                    sock.bind(local)
                await loop.sock_connect(sock, address)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise failure

    async def create_datagram_endpoint(
        self: Any,
        protocol_factory: Any,
        local_addr: Any = None,
        remote_addr: Any = None,
        **named: Any,
    ) -> Any:
        """Stand in for the loop's own: bind and connect before it does."""
        places = [place for place in (local_addr, remote_addr) if isinstance(place, tuple)]
        if not places:  # a socket of the caller's, or the path of a Unix socket
            return await _create_datagram_endpoint(
                self, protocol_factory, local_addr, remote_addr, **named
            )
        host, port = places[0][:2]
        (family, *_), *_ = await self.getaddrinfo(
            host, port, family=named.pop("family", 0), type=socket.SOCK_DGRAM
        )
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            if local_addr is not None:
                sock.bind(local_addr)
            if remote_addr is not None:
                sock.connect(remote_addr)
            return await _create_datagram_endpoint(self, protocol_factory, sock=sock, **named)
        except BaseException:
            sock.close()
            raise

    async def create_server(
        self: Any, protocol_factory: Any, host: Any = None, port: Any = None, **named: Any
    ) -> Any:
        """Stand in for the loop's own: bind and listen before it does, where one host is named."""
        if not isinstance(host, str) or not host:
            return await _create_server(self, protocol_factory, host, port, **named)
        flags = named.pop("flags", socket.AI_PASSIVE)
        (family, *_, address), *_ = await self.getaddrinfo(
            host, port, family=named.pop("family", 0), type=socket.SOCK_STREAM, flags=flags
        )
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            if named.pop("reuse_address", None) is not False:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if named.pop("reuse_port", None):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind(address)
            sock.listen(named.get("backlog", 100))
            return await _create_server(self, protocol_factory, sock=sock, **named)
        except BaseException:
            sock.close()
            raise

    async def getnameinfo(self: Any, sockaddr: Any, flags: int = 0) -> Any:
        """Stand in for the loop's own."""
        return socket.getnameinfo(sockaddr, flags)

    PATCHES = Patches(
        {
            uvloop.Loop: {
                "create_connection": create_connection,
                "create_datagram_endpoint": create_datagram_endpoint,
                "create_server": create_server,
                "getaddrinfo": loop_getaddrinfo,
                "getnameinfo": getnameinfo,
            }
        }
    )
