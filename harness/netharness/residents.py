"""Residents: the mocks of an internet, and how they move in."""

import os
import socket
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, overload

from netharness.reports import USUAL, Reports
from netharness.routing import connector
from netharness.routing.switchboard import switchboard
from netharness.routing.table import Address, is_address, is_loopback, normal_name
from netharness.stand import Stand
from netmocks.errors import MisuseError
from netmocks.mock import Mock, MockOptions
from netmocks.wire.endpoint import Endpoint

if TYPE_CHECKING:
    from netharness.stub import Stub
    from netmocks.dns import DNSMock
    from netmocks.http import HTTPMock, Limits, Rule
    from netmocks.mysql import MySQLMock, MySQLRelay
    from netmocks.proxy import ProxyMock
    from netmocks.relay import RelayMock
    from netmocks.tcp import TCPMock
    from netmocks.udp import UDPMock

#: Where a relay leads: an address, or a Unix socket's path.
Target = tuple[str, int] | str | os.PathLike[str]

M = TypeVar("M", bound=Mock)


class Residents(Reports):
    """Puts mocks at hosts: one method a kind."""

    _is_up: bool
    #: what asks the name servers that live here; None where none does
    name_servers: "Stub | None"
    # By what they are, the address of their host, and their only port.
    _mocks: dict[tuple[type[Mock], str, int | None], Mock]
    _arguments: dict[tuple[type[Mock], str, int | None], Mapping[str, Any]]
    #: where they stand, in the order of their endpoints
    _stands: dict[Mock, list[Stand]]
    #: domains, and the hosts that take their mail
    mail_hosts: dict[str, tuple[str, ...]]

    def http(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        limits: "Limits | None" = None,
    ) -> "HTTPMock":
        """Put a web server at a host: on 80, and on 443 with TLS; or on one port.

        The same call again returns the same mock, which need not be told again what it is.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS.
            limits: how much it takes from a client.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or the mock
                there was made with other arguments.
        """
        from netmocks.http import HTTPMock

        needs_port(tls, port)
        known = self._resident(HTTPMock, host, port, {} if limits is None else {"limits": limits})
        if known is not None:
            if tls and not known.endpoints[0].tls:
                raise MisuseError(
                    f"{known.name} is there already, and speaks no TLS: say tls=True where it is"
                    " made"
                )
            return known
        ports = USUAL["http"] if port is None else {port: tls}
        spelling = f"internet.http({host!r}{'' if port is None else f', {port}'})"
        return self._house(HTTPMock, host, port, ports, spelling=spelling, limits=limits)

    def mount(
        self,
        host: str,
        app: Any,
        port: int | None = None,
        *,
        tls: bool = False,
        prefix: str = "",
    ) -> "Rule":
        """Let a WSGI or ASGI application answer at a host; return its rule, which is its spy.

        Rules of `http(host)` come before it; see `HTTPMock.mount`.

        Arguments:
            host: a name or an address.
            app: the application.
            port, tls: see `http`.
            prefix: the path below which it answers.

        Raises:
            MisuseError: it is no application, or see `http`.
        """
        return self.http(host, port, tls=tls).mount(app, prefix=prefix)

    @overload
    def mysql(
        self,
        host: str,
        port: int = 3306,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] | None = None,
        engine: Literal["mock"] = "mock",
    ) -> "MySQLMock": ...
    @overload
    def mysql(
        self,
        host: str,
        port: int = 3306,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] | None = None,
        engine: Literal["real"],
    ) -> "MySQLRelay": ...
    @overload
    def mysql(
        self,
        host: str,
        port: int = 3306,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] | None = None,
        engine: Literal["auto"],
    ) -> "MySQLMock | MySQLRelay": ...
    def mysql(
        self,
        host: str,
        port: int = 3306,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] | None = None,
        engine: Literal["mock", "real", "auto"] = "mock",
    ) -> "MySQLMock | MySQLRelay":
        """Put a MySQL server at a host; see `MySQLMock`, and `MySQLRelay` for the real one.

        The same call again returns the same mock, and so does one that says no more than where.

        Arguments:
            host: a name or an address.
            port: the port.
            accounts: user names and their passwords; where left out, anybody may log in.
            databases: those that exist from the start, `test` where left out.
            engine: "mock"; "real", the MariaDB or MySQL that is installed, which all tests of the
                process share, and which is new for each; "auto", the real one if it is installed.

        Raises:
            MisuseError: the place is taken, an argument makes no sense, or sqlglot is missing, or
                no server is installed.
        """
        if engine not in ("mock", "real", "auto"):
            raise MisuseError(f"engine={engine!r}: it is 'mock', 'real' or 'auto'")
        connector.load()
        if self._is_up:
            connector.PATCHES.install()
        terms = {"accounts": accounts, "databases": databases}
        said: dict[str, Any] = {name: term for name, term in terms.items() if term is not None}
        if engine != "mock":
            from netmocks.mysql import MySQLRelay, server

            if engine == "real" or server.installed():
                real = self._resident(MySQLRelay, host, port, said)
                return real or self._house_real_mysql(host, port, terms)
        from netmocks.mysql import MySQLMock

        if known := self._resident(MySQLMock, host, port, said):
            return known
        spelling = f"internet.mysql({host!r})"
        return self._house(MySQLMock, host, port, {port: False}, spelling=spelling, **said)

    def _house_real_mysql(self, host: str, port: int, terms: dict[str, Any]) -> "MySQLRelay":
        """Put the real server, which there is one of, at a place, renewed.

        Raises:
            MisuseError: the place is taken, or the server has another.
        """
        from netmocks.mysql import MySQLRelay, server

        self.table.must_be_free("tcp", host, port)
        for other in self.mocks:
            if isinstance(other, MySQLRelay):
                raise MisuseError(
                    f"the real MySQL server lives at {other.name} already, and there is but one:"
                    f" internet.mysql({host!r}) is the mock"
                )
        databases = ("test",) if terms["databases"] is None else terms["databases"]
        real = server.shared().renew(accounts=terms["accounts"], databases=databases)
        relay = self._house(MySQLRelay, host, port, {port: False}, server=real)
        self._arguments[MySQLRelay, host, port] = terms
        return relay

    def tcp(self, host: str, port: int, behaviour: Any = None, *, tls: bool = False) -> "TCPMock":
        """Put a server of byte streams at one place.

        Arguments:
            host: a name or an address.
            port: the port.
            behaviour: see `TCPMock`; without one, it takes everything and says nothing.
            tls: whether clients speak TLS.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
        """
        from netmocks.tcp import TCPMock, discard

        behaviour = discard if behaviour is None else behaviour
        return self._house(TCPMock, host, port, {port: tls}, behaviour=behaviour)

    def udp(self, host: str, port: int, behaviour: Any = None) -> "UDPMock":
        """Put a server of datagrams at one place.

        Arguments:
            host: a name or an address.
            port: the port.
            behaviour: see `UDPMock`; without one, it takes everything and answers nothing.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
        """
        from netmocks.udp import UDPMock, ignore

        behaviour = ignore if behaviour is None else behaviour
        return self._house(UDPMock, host, port, {port: False}, behaviour=behaviour)

    def proxy(
        self,
        host: str,
        port: int,
        *,
        accounts: Mapping[str, str] | None = None,
        tls: bool = False,
    ) -> "ProxyMock":
        """Put a proxy (HTTP and SOCKS5) at one place; its clients reach this internet's hosts.

        Arguments:
            host: a name or an address.
            port: the port.
            accounts: user names and their passwords; where given, clients have to log in.
            tls: whether clients speak TLS to the proxy itself.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
        """
        from netmocks.proxy import ProxyMock

        return self._house(
            ProxyMock, host, port, {port: tls}, accounts=accounts, directory=self._destination
        )

    def dns(self, host: str, port: int | None = None) -> "DNSMock":
        """Put a name server at a host, on UDP and TCP; it needs the extra `netharness[dns]`.

        It knows the names of this internet: their addresses, which name lives at an address, and
        the mail hosts that `mx` sets. Its own zones and rules come first.

        Arguments:
            host: a name or an address.
            port: another port than 53.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
            ModuleNotFoundError: dnspython is not installed.
        """
        from netharness.directory import Directory
        from netharness.stub import Stub
        from netmocks.dns import DNSMock

        known = self._resident(DNSMock, host, port, {})
        if known is not None:
            return known
        ports = USUAL["dns"] if port is None else {port: False}
        spelling = f"internet.dns({host!r}{'' if port is None else f', {port}'})"
        directory = Directory(self.mail_hosts, f"the name server {host}")
        made = self._house(
            DNSMock, host, port, ports, directory=directory.answer, spelling=spelling
        )
        directory.is_asked_along = made.is_asked_along
        if self.name_servers is None:
            self.name_servers = Stub(self.mail_hosts)
            self._programs.ask(made)
        self.name_servers.servers.append(made)
        return made

    def mx(self, domain: str, *hosts: str) -> None:
        """Say which hosts take the mail of a domain; the name servers of this internet tell it.

        Those of a provider (`mail`) are told already: smtp.DOMAIN.

        Arguments:
            domain: what stands behind the @.
            hosts: their names, the preferred one first.

        Raises:
            MisuseError: no host, an address among them, or what is no name.
        """
        if not hosts or any(is_address(host) for host in (domain, *hosts)):
            raise MisuseError(
                f"mx({domain!r}, {', '.join(map(repr, hosts))}): it takes a domain and the names of"
                " its mail hosts, internet.mx('example.com', 'mail.example.com')"
            )
        self.mail_hosts[normal_name(domain)] = tuple(normal_name(host) for host in hosts)

    def relay(self, host: str, port: int, *, to: Target, tls: bool = False) -> "RelayMock":
        """Put a real server, which the test runs itself, at one place, behind a relay.

        So a program that listens at 127.0.0.1 or a wildcard address gets a name, too.

        Its traffic is in the journal, and `fault` breaks it as that of any mock.

        Arguments:
            host: a name or an address.
            port: the port.
            to: where the server really is: (host, port) on loopback, or a Unix socket's path; a
                program may have opened it.
            tls: whether clients speak TLS to the relay; the server then gets plaintext.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
        """
        from netmocks.relay import RelayMock

        return self._house(RelayMock, host, port, {port: tls}, to=to, way_in=_way_in)

    def _destination(self, host: str, port: int) -> Address:
        return switchboard.destination("tcp", (host, port))

    @property
    def mocks(self) -> list[Mock]:
        """The mocks that live here, in the order in which they moved in."""
        return list(self._mocks.values())

    def _resident(
        self, make: type[M], host: str, port: int | None, arguments: Mapping[str, Any]
    ) -> M | None:
        """Return the mock that lives at a place already; None if there is none.

        Raises:
            MisuseError: it was made with other arguments.
        """
        place = (make, self.table.give_address(host), port)
        mock = self._mocks.get(place)
        made = self._arguments.get(place, {})
        if mock is not None and any(made.get(name) != arguments[name] for name in arguments):
            raise MisuseError(
                f"{mock.name} is there already, made without {', '.join(arguments)} or with others:"
                " say all of it where it is made"
            )
        return cast("M | None", mock)

    def _house(
        self,
        make: type[M],
        host: str,
        port: int | None,
        ports: Mapping[int, bool],
        **arguments: Any,
    ) -> M:
        """Put a mock at a host, with an endpoint for each port (by whether it speaks TLS).

        It serves while this internet is up.
        """
        address = self.table.give_address(host)
        loopback = "::1" if ":" in address else "127.0.0.1"
        name = host if port is None else f"{host}:{port}"
        if any(mock.name == name for mock in self.mocks):  # each has its own part of the journal
            name = f"{name} ({make.default_name})"
        options: MockOptions = {
            "name": name,
            "names": () if is_loopback(address) else (self.table.name_of(address) or address,),
            "endpoints": [Endpoint(loopback, tls=tls) for tls in ports.values()],
            "journal": self.journal,
            "findings": self.findings,
        }
        places = [(transport, number) for number in ports for transport in make.transports]
        for transport, number in places:
            self.table.must_be_free(transport, host, number)
        mock = make(**arguments, **options)
        if self._is_up:
            mock.start()
        self._mocks[make, address, port] = mock
        self._arguments[make, address, port] = arguments
        self._stands[mock] = [
            Stand(mock, self.table.add(transport, host, number), ports[number])
            for transport, number in places
        ]
        if self._is_up:
            self._lead_to(mock)
        return mock

    def _lead_to(self, mock: Mock) -> None:
        """Lead clients to a mock that runs."""
        stands = self._stands[mock]
        for number, stand in enumerate(stands):
            target = mock.addresses[number // len(mock.transports)]
            self.table.settle(stand.route, cast("Address", target))
            self._programs.serve(stand)


def _way_in(place: Address | str) -> int | None:
    """Return the descriptor of a socket in the network where a place is, if it is another."""
    make = None if isinstance(place, str) else switchboard.way_in("tcp", place)
    if make is None:
        return None
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    return make(int(family), int(socket.SOCK_STREAM))


def needs_port(tls: bool, port: int | None) -> None:
    """Check that a host's usual ports were not told to speak TLS, which each knows for itself.

    Raises:
        MisuseError: they were.
    """
    if tls and port is None:
        raise MisuseError("tls=True without a port: the usual ports know for themselves")
