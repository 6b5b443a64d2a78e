"""Outbound: a connection that a mock makes itself, to a server that the test runs."""

import _socket
import asyncio
import socket
from typing import BinaryIO, cast

from netmocks.wire.endpoint import Address


class _Own(socket.socket):
    """A socket of ours: where it connects is not for an internet to route."""

    connect = _socket.socket.connect


def dial(path: str, timeout: float) -> BinaryIO:
    """Return a stream, for blocking use, through a Unix socket.

    Arguments:
        path: the socket's.
        timeout: seconds that a read or write may take.

    Raises:
        OSError: nobody is there.
    """
    with _Own(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout)
        sock.connect(path)
        return cast("BinaryIO", sock.makefile("rwb"))


async def reach(address: Address, descriptor: int | None = None) -> socket.socket:
    """Return a socket that is connected to (host, port), an address, or to a Unix socket's path.

    Arguments:
        address: where to.
        descriptor: of a new socket in the network where that is, if it is another than ours.

    Raises:
        OSError: nobody is there.
    """
    if isinstance(address, str):
        family = socket.AF_UNIX
    else:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = _Own(family, socket.SOCK_STREAM, fileno=descriptor)
    try:
        sock.setblocking(False)
        if family != getattr(socket, "AF_UNIX", None):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock
