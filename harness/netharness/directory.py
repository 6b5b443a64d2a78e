"""Directory: what the name servers of an internet say of the names that live there.

The same as the resolver functions of the process say, for they ask the same switchboard.
"""

import ipaddress
import socket
from collections.abc import Callable, Mapping

from netharness import place
from netharness.routing.switchboard import switchboard
from netmocks.dns import EMPTY, NXDOMAIN, Answer

#: How much less a mail host is preferred than the one before it.
STEP = 10

#: Where addresses are turned into names (RFC 1035 §3.5, RFC 3596 §2.5), and what a label holds.
REVERSED = {".in-addr.arpa": (4, "."), ".ip6.arpa": (32, "")}


class Directory:
    """A view of all internets that are up.

    Arguments:
        mail_hosts: domains, and the hosts that take their mail, the preferred one first.
        place_of_it: the name server, as a finding names it.
    """

    def __init__(self, mail_hosts: Mapping[str, tuple[str, ...]], place_of_it: str) -> None:
        self._mail_hosts = mail_hosts
        self._place = place_of_it
        #: whether a name and a type are asked for along with what the name server has a rule for
        self.is_asked_along: Callable[[str, str], bool] = nobody

    def answer(self, name: str, kind: str) -> Answer:
        """Answer one question; a name that nobody has is a finding."""
        if address := _address_in(name):
            lives_there = switchboard.name_of(address)
            if lives_there is None:
                return NXDOMAIN
            return Answer(lives_there) if kind == "PTR" else EMPTY
        mail = self._mail_hosts.get(name)
        if mail is not None and kind == "MX":
            return Answer(*(f"{STEP * (i + 1)} {host}" for i, host in enumerate(mail)))
        if not switchboard.is_known(name) and (
            mail is not None  # a domain that only takes mail
            or self.is_asked_along(name, kind)
        ):
            return EMPTY
        told = place.elsewhere.set(self._place)  # that code is asked by nobody else
        try:
            address = switchboard.resolve(name)
        except socket.gaierror:
            return NXDOMAIN
        finally:
            place.elsewhere.reset(told)
        match kind:
            case "A":
                return Answer(address)
            case "ANY":
                return Answer(answer=f"{name}. IN A {address}")
            case _:
                return EMPTY


def nobody(name: str, kind: str) -> bool:
    """Know of no rule."""
    return False


def _address_in(name: str) -> str | None:
    """Return the address that a name in the reverse tree stands for."""
    for suffix, (count, between) in REVERSED.items():
        labels = name.removesuffix(suffix).split(".")
        if name.endswith(suffix) and len(labels) == count:
            digits = between.join(reversed(labels))
            try:
                if between:
                    return str(ipaddress.IPv4Address(digits))
                return str(ipaddress.IPv6Address(int(digits, 16)))
            except ValueError:
                return None
    return None
