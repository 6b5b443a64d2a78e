"""Reports: what an internet is told of its traffic, and what it tells the test."""

import difflib
from collections.abc import Collection

from netharness import place
from netharness.children.programs import Programs
from netharness.routing.table import Route, Table, Transport
from netmocks.findings import Findings, Kind
from netmocks.journal import Journal
from netmocks.record import Record

#: The name of the internet itself in its journal and findings.
NAME = "internet"

#: The ports on which a mock usually stands, and whether they speak TLS.
USUAL = {
    "http": {80: False, 443: True},
    "smtp": {25: False, 587: False, 465: True},
    "lmtp": {24: False},
    "pop3": {110: False, 995: True},
    "imap": {143: False, 993: True},
    "dns": {53: False},
    "mysql": {3306: False},
}


class Reports:
    """What an internet writes into its journal and keeps as findings.

    The switchboard tells it; see `netharness.routing.switchboard.Region`.
    """

    #: everything that was said to the mocks, in one order
    journal: Journal
    #: what went wrong
    findings: Findings
    table: Table
    _opened: Record[Route]
    _reported: set[str]
    _programs: Programs

    def note(self, text: str) -> None:
        """Write what was asked for into the journal."""
        self.journal.write(NAME, "route", value=text)

    def opened(self, route: Route) -> None:
        """Take note that the code under test listens at a place."""
        self.note(f"{route} is open, by the code under test")
        self._opened.append(route)
        self._programs.tell_opened(route)

    def greeted(self, child: int) -> None:
        """Take note that a Python process of a child is led here; 0 is none of its own."""
        if child:
            self._programs.greeted(child)

    def report_outside(self, text: str) -> str:
        """Keep a finding: a program will be outside; return its text."""
        return self._report("outside", text)

    def report_unknown_name(self, name: str, port: int) -> str:
        """Keep a finding: somebody looked up a name that nobody has; return its text."""
        text = (
            f"nobody has the name {name!r}{f' (asked for port {port})' if port else ''},"
            f" looked up at {place.here()}{self._similar(name)}\n"
            "To let somebody live there, write:\n"
            f"    {self._proposal('tcp', name, '', port)}\nor, if it is not meant to exist:\n"
            f"    internet.nxdomain({name!r})"
        )
        return self._report("unrouted", text)

    def report_unrouted(self, transport: Transport, address: str, port: int) -> str:
        """Keep a finding: somebody tried to reach a place that nobody serves; return its text."""
        name = self.table.name_of(address)
        shown = f"{name or address}:{port}/{transport}" + (f" ({address})" if name else "")
        text = (
            f"nobody serves {shown}, tried at {place.here()}{self._neighbours(address)}\n"
            f"To let somebody live there, write:\n"
            f"    {self._proposal(transport, name or address, address, port)}\n"
            "or, if it is meant to refuse:\n"
            f"    internet.refused({name or address!r}, {port})"
        )
        return self._report("unrouted", text)

    def report_bypass(self, transport: str, host: str, port: int) -> str:
        """Keep a finding: somebody went around the routing; return its text."""
        tried = f"a connection to {host}:{port}" if transport else f"a lookup of {host!r}"
        known = self.table.name_of(host) or host
        return self._report(
            "unrouted",
            f"{tried} went around this internet, at {place.here()}{self._similar(known)}\n"
            "It was refused, for nobody can lead what is no method of socket.socket, or a function"
            " that was taken out of the module socket before the internet was up. Write:\n"
            + (
                "    socket.create_connection(...), or socket.socket()"
                if transport
                else "    import socket, and socket.gethostbyname(...) where it is called"
            ),
        )

    def _report(self, kind: Kind, text: str) -> str:
        if text not in self._reported:  # a client that tries again tells nothing new
            self._reported.add(text)
            self.findings.add(kind, NAME, text)
            verb = "refused" if kind == "unrouted" else kind
            self.note(f"{verb}: {text.splitlines()[0]}")
        return text

    def _similar(self, name: str) -> str:
        known = self.table.names
        close = difflib.get_close_matches(name, known, n=1)
        if close:
            return f"; did you mean {close[0]!r}?"
        return f"; the names here: {', '.join(known)}" if known else "; no name lives here"

    def _neighbours(self, address: str) -> str:
        there = [route for route in self.table.routes if route.address == address]
        if not there:
            return ""
        ports = ", ".join(f"{route.port}/{route.transport}" for route in there)
        return f"; {self.table.name_of(address) or address} serves {ports}"

    def _proposal(self, transport: Transport, host: str, address: str, port: int) -> str:
        """Return the line that puts a fitting mock beside those that are there."""
        taken = [route.port for route in self.table.routes if route.address == address]
        return proposal(transport, host, port, taken)


def proposal(transport: str, host: str, port: int, taken: Collection[int] = ()) -> str:
    """Return the line that puts a fitting mock at a place.

    Arguments:
        transport: "tcp" or "udp".
        host: a name or an address.
        port: the port, 0 if it is not known.
        taken: ports of the host where somebody is already.
    """
    if transport == "udp" and port not in USUAL["dns"]:
        return f"internet.udp({host!r}, {port}, behaviour)"
    for kind, ports in USUAL.items():
        if (port or 80) in ports:
            if ports.keys().isdisjoint(taken):
                return f"internet.{kind}({host!r})"
            return f"internet.{kind}({host!r}, {port}{', tls=True' if ports[port] else ''})"
    return f"internet.tcp({host!r}, {port}, behaviour)"
