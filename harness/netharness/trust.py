"""Trust: while an internet is up, every Python client trusts the authority of its certificates.

Clients build their contexts where and when they like, some at import. What they have in common is
that a context wraps a socket or a pair of buffers: there, and only for a context that verifies its
peer, the authority is added to those it trusts. It stays there after the internet has gone; its
key has never left this process.
"""

import ssl
import weakref
from collections.abc import Callable
from typing import Any

from netharness.routing.listening import places
from netharness.routing.patches import Patches
from netmocks.wire.authority import authority

_wrap_socket = ssl.SSLContext.wrap_socket
_wrap_bio = ssl.SSLContext.wrap_bio


def _own() -> str:
    return authority().pem


#: Tells the authority's certificate, as PEM; other processes ask the test's for it.
certificate: Callable[[], str] = _own

_taught: "weakref.WeakSet[ssl.SSLContext]" = weakref.WeakSet()


def _teach(context: ssl.SSLContext, server_side: bool) -> None:
    if server_side or context.verify_mode == ssl.CERT_NONE or context in _taught:
        return
    context.load_verify_locations(cadata=certificate())
    _taught.add(context)


def wrap_socket(
    self: ssl.SSLContext, sock: Any, server_side: bool = False, *rest: Any, **named: Any
) -> ssl.SSLSocket:
    """Stand in for `SSLContext.wrap_socket`."""
    _teach(self, server_side)
    wrapped = _wrap_socket(self, sock, server_side, *rest, **named)
    places.hand_over(sock, wrapped)
    return wrapped


def wrap_bio(
    self: ssl.SSLContext,
    incoming: Any,
    outgoing: Any,
    server_side: bool = False,
    *rest: Any,
    **named: Any,
) -> ssl.SSLObject:
    """Stand in for `SSLContext.wrap_bio`."""
    _teach(self, server_side)
    return _wrap_bio(self, incoming, outgoing, server_side, *rest, **named)


PATCHES = Patches({ssl.SSLContext: {"wrap_socket": wrap_socket, "wrap_bio": wrap_bio}})
