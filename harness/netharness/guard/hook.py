"""Hook: what hears of every attempt, and refuses it or lets it pass.

Nothing heavy is imported before an attempt is made: Python children start with this.
"""

import _socket
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from netharness.guard.allowance import UNIX as UNIX_PREFIX
from netharness.guard.policy import Policy

if TYPE_CHECKING:
    from netharness.guard.allowance import IPAddress
    from netharness.guard.attempt import Attempt

#: Hosts that are this machine, as they mostly come: these cost nothing to judge.
HERE = frozenset({"127.0.0.1", "::1", "localhost", "", None})

# The functions themselves, whoever replaces them later.
_getaddrinfo = _socket.getaddrinfo
_gethostname = _socket.gethostname
family_of: Callable[[Any], int] = cast("Any", _socket.socket.family).__get__
_kind: Callable[[Any], int] = cast("Any", _socket.socket.type).__get__

INET = (_socket.AF_INET, _socket.AF_INET6)
UNIX = getattr(_socket, "AF_UNIX", None)

#: Families that speak to the system itself.
SYSTEM = tuple(
    getattr(_socket, name)
    for name in ("AF_NETLINK", "AF_ALG", "AF_SYSTEM")
    if hasattr(_socket, name)
)


class Internets(Protocol):
    """The internets that are up, as the guard sees them."""

    regions: tuple[Any, ...]

    def report_bypass(self, transport: str, host: str, port: int) -> str:
        """Keep a finding: somebody went around the routing; return its text."""

    def is_elsewhere(self, sock: Any) -> bool:
        """Whether a socket is one of another network, which leads nowhere outside."""


class _NoInternets:
    regions: tuple[Any, ...] = ()

    def report_bypass(self, transport: str, host: str, port: int) -> str:
        raise AssertionError("no internet is up")

    def is_elsewhere(self, sock: Any) -> bool:
        return False


class Guard:
    """The guard of this process: a policy, and what was attempted under it."""

    def __init__(self) -> None:
        self.policy = Policy()
        self.internets: Internets = _NoInternets()
        self._attempts: list[Attempt] = []
        self._lock = threading.Lock()
        self._own = threading.local()
        #: the addresses of allowed names; a name is asked for anew when the code asks for it
        self._addresses: dict[str, frozenset[str]] = {}
        self._is_hooked = False
        #: the process whose attempts are kept here; others write them into the policy's log
        self.process = os.getpid()
        #: told at once of each attempt, once nobody asks for them any more
        self.tell: Callable[[str], object] | None = None

    def install(self) -> None:
        """Begin to hear of attempts; a hook can't be taken away, so it is added once."""
        with self._lock:
            if not self._is_hooked:
                self._is_hooked = True
                sys.addaudithook(self._hear)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to guard."""
        return self.policy.mode == "off" and not self.internets.regions

    def take(self) -> "list[Attempt]":
        """Return what was attempted so far, and forget it."""
        with self._lock:
            taken, self._attempts = self._attempts, []
        return taken

    # -- what it hears ------------------------------------------------------------------------

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        judge = JUDGES.get(event)
        if judge is not None and not self.is_idle and not getattr(self._own, "asks", False):
            judge(self, *arguments)

    @contextmanager
    def not_hearing(self) -> Iterator[None]:
        """Let this thread do what the guard itself, or what it has judged already, needs."""
        self._own.asks = True
        try:
            yield
        finally:
            self._own.asks = False

    def connecting(self, sock: Any, address: Any) -> None:
        """Judge a connect."""
        self._judge_address("connect to", sock, address)

    def judge(self, verb: str, host: Any, port: Any, transport: str) -> None:
        """Judge what is to happen to a host, given by its address or by a name.

        Raises:
            OSError: it is refused.
        """
        text = text_of(host)
        number = _number(port)
        if self.is_idle or text in HERE:
            return
        if not is_number(text):
            self.judge_name(text, number)
        elif not self._allows(text, number):
            self._refuse(verb, text, number, transport)

    def sending(self, sock: Any, address: Any) -> None:
        """Judge a datagram; without an address, its socket was connected, and judged then."""
        if address is not None:
            self._judge_address("send to", sock, address)

    def _judge_address(self, verb: str, sock: Any, address: Any) -> None:
        family = family_of(sock)
        if family in INET:
            host, port = address[0], address[1]
            if host in HERE or self.internets.is_elsewhere(sock):
                return
            if not self._allows(host, port):
                transport = "tcp" if _kind(sock) == _socket.SOCK_STREAM else "udp"
                self._refuse(verb, text_of(host), port, transport)
        elif family == UNIX:
            path = os.fsdecode(address).replace("\0", "@", 1)
            if not self.policy.allowance.has_path(path):
                self._refuse(verb, f"{UNIX_PREFIX}{path}", 0)
        elif family not in SYSTEM:
            self._refuse(verb, repr(address), 0)

    def looking_up(self, host: Any, *rest: Any) -> None:
        """Judge a lookup: of a name, or of an address whose name is asked for."""
        if host in HERE or is_number(text_of(host)):
            return
        self.judge_name(host, _number(rest[0] if rest else 0))

    def looking_back(self, host: Any) -> None:
        """Judge a lookup of the name of an address."""
        host = text_of(host[0] if isinstance(host, tuple) else host)
        if not is_number(host):
            self.judge_name(host)
        elif not self._allows(host, 0):
            self._refuse("look up", host, 0)

    def judge_name(self, host: Any, port: int = 0) -> None:
        """Judge a lookup of a name that is no number."""
        name = _plain(text_of(host))
        if _is_own(name):
            return
        if self.policy.allowance.has_name(name):
            self._addresses[name] = frozenset()
        else:
            self._refuse("look up", name, port)

    # -- what it decides ----------------------------------------------------------------------

    def _allows(self, host: Any, port: int) -> bool:
        """Whether traffic may go to a host: this machine, or one that is allowed."""
        text = text_of(host)
        address = _address(text)
        if address is None:
            here = _is_own(_plain(text))
        else:
            here = address.is_loopback or address.is_unspecified
        return here or self.lets_out(text, port)

    def lets_out(self, host: str, port: int = 0) -> bool:
        """Whether traffic may leave for a host, given by its address or by a name."""
        allowance = self.policy.allowance
        if not allowance:
            return False
        address = _address(host)
        if address is None:
            return allowance.has_name(_plain(host), port)
        return allowance.has_address(address, port) or any(
            str(address) in self._addresses_of(name)
            for name in {*allowance.names, *self._addresses}
            if allowance.has_name(name, port)
        )

    def _addresses_of(self, name: str) -> frozenset[str]:
        """Return the addresses of an allowed name, looked up once for each time the code did."""
        known = self._addresses.get(name)
        if not known:
            with self.not_hearing():
                try:
                    known = frozenset(str(entry[4][0]) for entry in _getaddrinfo(name, None))
                except OSError:
                    known = frozenset()
            self._addresses[name] = known
        return known

    def _refuse(self, verb: str, host: str, port: int, transport: str = "") -> None:
        """Keep an attempt; raise, unless it is only to be told.

        Raises:
            OSError: it is refused.
        """
        if self.internets.regions:
            raise _error(verb, self.internets.report_bypass(transport, host, port))
        from netharness import place
        from netharness.guard.attempt import Attempt

        refused = self.policy.mode == "on"
        process = os.getpid()
        other = process if process != self.process else 0
        mocks = "" if other else _mocks()
        attempt = Attempt(verb, host, port, transport, place.here(), refused, other, mocks)
        self._keep(attempt)
        if refused:
            raise _error(verb, attempt.explain())

    def _keep(self, attempt: "Attempt") -> None:
        if attempt.process:
            attempt.write(self.policy.log)
            return
        with self._lock:
            if attempt in self._attempts:  # a client that tries again tells nothing new
                return
            self._attempts.append(attempt)
        if self.tell is not None:
            self.tell(attempt.explain())


def _mocks() -> str:
    """Tell which mocks run, and where."""
    module = sys.modules.get("netmocks.mock")
    if module is None:  # who has none does not pay for it
        return ""
    from netmocks.transcript import address

    return ", ".join(f"{mock.name} at {address(mock.address)}" for mock in module.standing)


def _error(verb: str, text: str) -> OSError:
    """Return what the network would say, so that code under test takes it as it takes that."""
    if verb == "look up":
        return _socket.gaierror(_socket.EAI_NONAME, text)
    return ConnectionRefusedError(errno.ECONNREFUSED, text)


def text_of(host: Any) -> str:
    """Return a host, which may be given in bytes, as text."""
    return host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


@lru_cache  # the same few hosts come with every connection
def _address(host: str) -> "IPAddress | None":
    """Return the address that a host is, None for a name."""
    from ipaddress import IPv6Address, ip_address

    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _number(port: Any) -> int:
    text = text_of(port)
    return int(text) if text.isdecimal() else 0


@lru_cache
def is_number(host: str) -> bool:
    """Whether a host is an address already, in any of the forms that the system takes."""
    host = host.partition("%")[0]
    for family in INET:
        try:
            _socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    try:
        _socket.inet_aton(host)  # which takes 127.1, too
    except OSError:
        return False
    return True


def _is_own(name: str) -> bool:
    """Whether a name, in lower case, is this machine's."""
    return name in HERE or name.endswith(".localhost") or name == _gethostname().lower()


#: What becomes of each event (https://docs.python.org/3/library/audit_events.html).
JUDGES: dict[str, Callable[..., None]] = {
    "socket.connect": Guard.connecting,
    "socket.sendto": Guard.sending,
    "socket.sendmsg": Guard.sending,
    "socket.getaddrinfo": Guard.looking_up,
    "socket.gethostbyname": Guard.looking_up,
    "socket.gethostbyaddr": Guard.looking_back,
    "socket.getnameinfo": Guard.looking_back,
}

#: The one guard of this process.
guard = Guard()
