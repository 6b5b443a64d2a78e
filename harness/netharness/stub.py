"""Stub resolver: what this process asks the name servers of its internet (RFC 1034 §5.3.1).

It asks the mocks themselves, by whole messages but without a wire: what a server leaves unanswered
fails at once, and only what is late on purpose takes its time.
"""

import socket
from collections.abc import Mapping
from concurrent.futures import Future

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.reversename

from netmocks.dns import DNSMock
from netmocks.dns.query import Transport
from netmocks.wire.loop import shared

#: The types that an address family is asked for by; who takes any family gets them in this order.
KINDS = {int(socket.AF_INET): "A", int(socket.AF_INET6): "AAAA"}

#: Who a server is told that asks.
ASKER = "this process"

#: Aliases that lead from one answer to the next: more than any honest chain has.
CHAIN = 16

#: A name without an address of the family asked for; some systems have no number for it.
EAI_NODATA: int = getattr(socket, "EAI_NODATA", socket.EAI_NONAME)


class Stub:
    """Asks the first name server that has a rule or a zone for a name.

    Arguments:
        mail_hosts: the domains that take mail, which exist, though maybe without an address.
    """

    def __init__(self, mail_hosts: Mapping[str, object]) -> None:
        self._mail_hosts = mail_hosts
        #: in the order in which they are asked
        self.servers: list[DNSMock] = []

    def is_in_charge(self, name: str) -> bool:
        """Whether a server has something to say of a name's addresses."""
        return self._server_of_addresses(name) is not None

    def addresses_of(self, name: str, family: int = 0) -> list[str] | None:
        """Return the addresses of a name, as many as there are; None where no server knows it.

        Arguments:
            name: the name.
            family: `socket.AF_INET` or `AF_INET6`; 0 for both.

        Raises:
            socket.gaierror: it has none, or whoever knows it does not say.
        """
        server = self._server_of_addresses(name)
        if server is None:
            return None
        found: list[str] = []
        failures: list[socket.gaierror] = []
        for kind in [KINDS[family]] if family in KINDS else KINDS.values():
            try:
                found += _data(server, name, kind)
            except socket.gaierror as error:
                failures.append(error)
        if not found:  # that one may be had later outweighs that there is no other
            raise next((e for e in failures if e.errno == socket.EAI_AGAIN), failures[0])
        return found

    def name_at(self, address: str) -> str | None:
        """Return the name of an address; None where no server knows it.

        Raises:
            socket.gaierror: it has none, or whoever knows it does not say.
        """
        reversed_ = dns.reversename.from_address(address).to_text()
        server = self._server_of(reversed_, "PTR")
        return None if server is None else _data(server, reversed_, "PTR")[0].rstrip(".")

    def _server_of_addresses(self, name: str) -> DNSMock | None:
        server = self._server_of(name, *KINDS.values())
        if server is None and name in self._mail_hosts:
            return next((server for server in self.servers if server.running), None)
        return server

    def _server_of(self, name: str, *kinds: str) -> DNSMock | None:
        return next((s for s in self.servers if s.running and s.is_in_charge(name, *kinds)), None)


def _data(server: DNSMock, name: str, kind: str) -> list[str]:
    """Return the data that a name has of one type, at the end of its aliases.

    Raises:
        socket.gaierror: it has none, or the server does not say.
    """
    asked = dns.name.from_text(name)
    for _ in range(CHAIN):
        try:
            found = _answer(server, asked, kind).resolve_chaining()
        except dns.message.ChainTooLong:  # its aliases lead in a circle
            break
        if found.answer is not None:
            return [data.to_text() for data in found.answer]
        if found.canonical_name == asked:
            break
        asked = found.canonical_name
    raise socket.gaierror(EAI_NODATA, f"{name} has no record {kind}, says {_called(server)}")


def _answer(server: DNSMock, name: dns.name.Name, kind: str) -> dns.message.QueryMessage:
    """Return the answer to a question, which is one.

    Raises:
        socket.gaierror: there is none.
    """
    query = dns.message.make_query(name, kind)
    response = _exchange(server, query, "udp")
    if response is not None and response.flags & dns.flags.TC:
        response = _exchange(server, query, "tcp")
    asked = f"{kind} {name.to_text(omit_final_dot=True)}"
    if response is None:
        text = f"{_called(server)} gave no answer to {asked} that could be believed"
        raise socket.gaierror(socket.EAI_AGAIN, text)
    match response.rcode():
        case dns.rcode.NOERROR:
            return response
        case dns.rcode.NXDOMAIN:
            text = f"{_called(server)} says to {asked} that the name does not exist (NXDOMAIN)"
            raise socket.gaierror(socket.EAI_NONAME, text)
        case code:
            text = f"{_called(server)} could not answer {asked} ({dns.rcode.to_text(code)})"
            raise socket.gaierror(socket.EAI_AGAIN, text)


def _exchange(
    server: DNSMock, query: dns.message.QueryMessage, transport: Transport
) -> dns.message.QueryMessage | None:
    """Return what a server answers; None where a resolver would go on waiting.

    Raises:
        socket.gaierror: it can't be waited for.
    """
    said: Future[bytes] = Future()
    shared.call(server.hear, query.to_wire(), transport, ASKER, said.set_result)
    if shared.is_current() and not said.done():
        raise socket.gaierror(
            socket.EAI_AGAIN,
            f"{_called(server)} takes its time to answer, for which the mocks' own loop can't wait:"
            " look names up in a plain function, which runs in a thread",
        )
    try:
        response = dns.message.from_wire(said.result())
    except Exception:  # whatever dnspython stumbles over, the test wanted it garbled
        return None
    if not isinstance(response, dns.message.QueryMessage) or not query.is_response(response):
        return None
    return response


def _called(server: DNSMock) -> str:
    return f"the name server {server.name}"
