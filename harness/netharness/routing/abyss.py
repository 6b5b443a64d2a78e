"""Abyss: where whatever is sent disappears, and no connection is ever made.

A listener whose queue is full lets a client's SYN go unanswered: the system itself then keeps the
client waiting, in a blocking connect, in select or in an event loop, as long as it has patience.
"""

import contextlib
import select
import socket
import weakref

from netharness.routing.table import Address, Transport

#: Pending connections that the listener asks for. Of 0, some systems make as many as they can.
BACKLOG = 1

#: Connections that fill the queue, at most: a system takes a few more than it was asked for.
FILLERS = 16

_connect_ex = socket.socket.connect_ex
_bind = socket.socket.bind
_listen = socket.socket.listen
_getsockname = socket.socket.getsockname


class Abyss:
    """Two sockets on loopback that nobody serves.

    Raises:
        OSError: this system takes connections however full the queue is.
    """

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._waiting: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        try:
            self.targets: dict[Transport, Address] = {
                "tcp": self._full_listener(),
                "udp": self._bound(socket.SOCK_DGRAM),
            }
        except BaseException:
            self.close()
            raise
        abysses[self.targets["tcp"][1]] = self

    def _bound(self, kind: socket.SocketKind) -> Address:
        sock = socket.socket(socket.AF_INET, kind)
        self._open.append(sock)
        _bind(sock, ("127.0.0.1", 0))
        host, port = _getsockname(sock)
        return host, port

    def _full_listener(self) -> Address:
        address = self._bound(socket.SOCK_STREAM)
        _listen(self._open[-1], BACKLOG)
        for _ in range(FILLERS):
            filler = socket.socket()
            self._open.append(filler)
            filler.setblocking(False)
            _connect_ex(filler, address)
            # On loopback a connection is made at once, or not at all.
            if not select.select([], [filler], [], 0)[1]:
                return address
        raise OSError("this system takes more connections than a listener asked for")

    def swallow(self, sock: socket.socket) -> None:
        """Take note of a socket that is about to connect."""
        self._waiting.add(sock)

    def close(self) -> None:
        """Let all go that wait: their connects end with ConnectionResetError."""
        if hasattr(self, "targets"):
            del abysses[self.targets["tcp"][1]]
        for sock in self._open:
            sock.close()
        for sock in list(self._waiting):
            with contextlib.suppress(OSError):  # it may have given up before
                sock.shutdown(socket.SHUT_RDWR)


#: The abysses of this process, by their TCP ports.
abysses: dict[int, Abyss] = {}
