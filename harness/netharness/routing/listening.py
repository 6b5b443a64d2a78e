"""Listening: the places that the code under test has bound, and how its servers are let go.

A documented server is `while True: accept()`. When its internet ends, a thread that still waits
there, or comes back to wait, would do so for ever. So each wait at a bound place is counted; the
end of the internet wakes the waiting threads, and what they see, then and later, is `ServerLetGo`,
which ends a thread in silence. A server that waits in a selector, as asyncio's do, is woken once,
and sees the same where it accepts.
"""

import contextlib
import socket
import threading
import weakref
from collections.abc import Iterator
from typing import Any

from netharness.letgo import ServerLetGo
from netharness.routing.switchboard import Region
from netharness.routing.table import Route

#: Seconds for a woken thread to leave its wait: it has nothing to do but raise, once it gets its
#: turn on a machine under load.
GRACE = 5.0


_connect = socket.socket.connect
_sendto = socket.socket.sendto


def _let_go(sock: socket.socket, *_: Any, **__: Any) -> Any:
    """Stand in for the waits of a server whose internet has ended: nobody comes any more."""
    if sock.gettimeout() != 0:  # a server that selects closes it; a documented one does not
        sock.close()
    raise ServerLetGo("the internet that this socket was bound in has ended")


def _released(kind: type[socket.socket]) -> type[socket.socket]:
    """Return what a socket of some class becomes when its internet has ended."""
    waits = dict.fromkeys(("accept", "recvfrom", "recvfrom_into"), _let_go)
    return type(f"Released{kind.__name__}", (kind,), {"__slots__": (), **waits})


class Place:
    """One bound place."""

    def __init__(self, region: Region, route: Route, sock: "weakref.ref[socket.socket]") -> None:
        self.region = region
        self.route = route
        self.sock = sock
        #: the thread that bound it
        self.thread = threading.get_ident()
        #: threads that wait at it for a client or a datagram
        self.waiting = 0
        #: whether any thread ever waited: its server blocks, and nobody else closes its socket
        self.blocks = False
        self.over = False
        self.left = threading.Condition()


class Places:
    """The bound places of this process."""

    def __init__(self) -> None:
        self._by_socket: weakref.WeakKeyDictionary[socket.socket, Place] = (
            weakref.WeakKeyDictionary()
        )

    def take(self, sock: socket.socket, region: Region, route: Route) -> None:
        """Take note that a socket is bound to a route."""
        self._by_socket[sock] = Place(region, route, weakref.ref(sock))

    def hand_over(self, sock: socket.socket, heir: socket.socket) -> None:
        """Take note that a socket has given its descriptor to another, as TLS does."""
        place = self._by_socket.pop(sock, None)
        if place is not None:
            place.sock = weakref.ref(heir)
            self._by_socket[heir] = place

    def of(self, sock: socket.socket) -> Place | None:
        """Return the place that a socket is bound to."""
        return self._by_socket.get(sock)

    def is_held(self, region: Region, route: Route) -> bool:
        """Whether an open socket of this process is bound to a route."""
        return any(
            place.region is region and place.route.key == route.key and sock.fileno() != -1
            for sock, place in list(self._by_socket.items())
        )

    @contextlib.contextmanager
    def waiting(self, sock: socket.socket) -> Iterator[None]:
        """Count a wait at a socket, if it is bound to a place and blocks.

        Raises:
            ServerLetGo: the internet has ended.
        """
        place = self._by_socket.get(sock)
        if place is None or sock.gettimeout() == 0:
            yield
            return
        with place.left:
            if place.over and not place.waiting:
                _let_go(sock)
            if place.over:  # the socket is closed once the others have left it
                raise ServerLetGo(f"{place.route}: the internet has ended")
            place.waiting += 1
            place.blocks = True
        try:
            yield
        finally:
            with place.left:
                place.waiting -= 1
                place.left.notify_all()

    def check(self, sock: socket.socket, connection: socket.socket | None = None) -> None:
        """Let a server go whose internet has ended.

        Raises:
            ServerLetGo: it has; the connection that woke it is closed.
        """
        place = self._by_socket.get(sock)
        if place is not None and place.over:
            if connection is not None:
                connection.close()
            raise ServerLetGo(f"{place.route}: the internet has ended")

    def release(self, region: Region) -> list[str]:
        """Let go every server of an internet; return those that did not leave."""
        mine = [place for place in list(self._by_socket.values()) if place.region is region]
        return [str(place.route) for place in mine if not self._release(place)]

    def _release(self, place: Place) -> bool:
        sock = place.sock()
        with place.left:
            place.over = True
            if sock is not None and _may_be_selected(place, sock):
                _wake(place.route)
            while place.waiting:
                _wake(place.route)
                if not place.left.wait(GRACE):
                    break
            if sock is not None:
                if place.blocks and not place.waiting:
                    sock.close()
                sock.__class__ = _released(type(sock))
            return not place.waiting


def _may_be_selected(place: Place, sock: socket.socket) -> bool:
    """Whether a selector in another thread may watch a socket; the test's own loop is its own."""
    return sock.fileno() != -1 and (sock.gettimeout() != 0 or place.thread != threading.get_ident())


def _wake(route: Route) -> None:
    """Knock at a place, so that one waiting thread returns; the knock itself says nothing."""
    assert route.target is not None
    family = socket.AF_INET6 if ":" in route.target[0] else socket.AF_INET
    kind = socket.SOCK_STREAM if route.transport == "tcp" else socket.SOCK_DGRAM
    # The server may close its socket in this moment; then nobody waits any more.
    with socket.socket(family, kind) as knock, contextlib.suppress(OSError):
        knock.settimeout(GRACE)
        if route.transport == "tcp":
            _connect(knock, route.target)
        else:
            _sendto(knock, b"", route.target)


#: The places of this process.
places = Places()
