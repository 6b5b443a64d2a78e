"""Allowance: where traffic may go. Pure: no socket, no lookup."""

import fnmatch
import ipaddress
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Names that every machine has for itself (RFC 6761 §6.3).
LOCALHOST = "localhost"

#: What an entry for Unix sockets begins with.
UNIX = "unix:"


class Entry(NamedTuple):
    """One thing that is allowed."""

    #: a pattern of names; empty where it is a network
    name: str
    network: Network | None
    #: None for every port
    port: int | None

    def is_for(self, port: int) -> bool:
        """Whether it allows a port; 0 is none in particular, as in lookups."""
        return self.port in (None, port) or not port


class Allowance:
    """What is allowed besides this machine itself.

    Arguments:
        entries: each one of "db.example.com", "*.example.com", "10.0.0.7", "10.0.0.0/8",
            "fd00::/8", "*"; with a port, "db.example.com:5432", "[fd00::/8]:5432", "*:53"; or
            "unix:/run/db/*.sock". Unix sockets are all allowed, until one entry names some.

    Raises:
        ValueError: what is no such entry.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self.entries = tuple(entries)
        self._paths = [e.removeprefix(UNIX) for e in self.entries if e.startswith(UNIX)]
        self._places = [_entry(e) for e in self.entries if not e.startswith(UNIX)]

    def __add__(self, more: Iterable[str]) -> "Allowance":
        return Allowance((*self.entries, *more))

    def __bool__(self) -> bool:
        return bool(self.entries)

    def has_path(self, path: str) -> bool:
        """Whether a Unix socket may be connected to."""
        return not self._paths or any(fnmatch.fnmatchcase(path, p) for p in self._paths)

    def has_address(self, address: IPAddress, port: int) -> bool:
        """Whether traffic may go to an address and port, whatever its name."""
        return any(
            entry.is_for(port)
            and (entry.name == "*" or (entry.network is not None and address in entry.network))
            for entry in self._places
        )

    def has_name(self, name: str, port: int = 0) -> bool:
        """Whether a name may be looked up, and traffic go to a port of whoever has it."""
        return any(
            entry.name and entry.is_for(port) and fnmatch.fnmatchcase(name, entry.name)
            for entry in self._places
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that are allowed, those written out."""
        return tuple(e.name for e in self._places if e.name and "*" not in e.name)


def _entry(text: str) -> Entry:
    host, port = _parted(text)
    if "/" in host or _is_address(host):
        try:
            return Entry("", ipaddress.ip_network(host), port)
        except ValueError as error:
            raise ValueError(f"{text!r} allows nothing: {error}") from None
    if not host or any(character.isspace() or character in "[]@:" for character in host):
        raise ValueError(
            f"{text!r} allows nothing: write a host, a network or '*', with a port or without, such"
            " as 'db.example.com:5432' or '10.0.0.0/8'; or 'unix:' and a path"
        )
    return Entry(host.lower().rstrip("."), None, port)


def _parted(text: str) -> tuple[str, int | None]:
    """Part the host from the port."""
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") if rest else None
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, None
    if port is None:
        return host, None
    if not port.isdecimal() or not 0 < int(port) <= 65535:
        raise ValueError(f"{text!r} allows nothing: a port is a number from 1 to 65535")
    return host, int(port)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
