"""Internet: the names and addresses that a test makes up, and the mocks that live there."""

import difflib
import errno
import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Unpack, cast, get_args, overload

from netharness import place, trust
from netharness.children.inheritance import inheritance
from netharness.children.options import PROGRAM_PATIENCE, ProgramOptions
from netharness.children.programs import Mode, Programs
from netharness.guard.hook import guard
from netharness.provider import Provider, Providers
from netharness.routing import connector, loop_resolver, resolver, sockets
from netharness.routing.abyss import Abyss
from netharness.routing.listening import places
from netharness.routing.switchboard import switchboard
from netharness.routing.table import (
    Address,
    Condition,
    Route,
    Table,
    Transport,
    is_address,
    is_loopback,
    normal_name,
)
from netharness.stand import Stand
from netmocks.errors import MisuseError, WaitTimeout
from netmocks.findings import Findings, Kind
from netmocks.journal import LIMIT, Journal
from netmocks.lifetime import Lifetime
from netmocks.mock import Mock, MockOptions
from netmocks.record import PATIENCE, Record, in_running_loop
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.loop import shared

if TYPE_CHECKING:
    from netharness.children.child import Child, Completed
    from netmocks.dns import DNSMock
    from netmocks.http import HTTPMock, Limits, Rule
    from netmocks.mail import IMAPMock, Mailboxes, POP3Mock, SMTPMock
    from netmocks.mail.smtp.terms import SMTPTerms
    from netmocks.mysql import MySQLMock
    from netmocks.mysql.server import MySQLServer
    from netmocks.proxy import ProxyMock
    from netmocks.relay import RelayMock
    from netmocks.tcp import TCPMock
    from netmocks.udp import UDPMock

#: Where a relay leads: an address, or a Unix socket's path.
Target = tuple[str, int] | str | os.PathLike[str]

M = TypeVar("M", bound=Mock)

#: What is patched while an internet is up, in this order.
PATCHES = (
    resolver.PATCHES,
    loop_resolver.PATCHES,
    sockets.PATCHES,
    trust.PATCHES,
    connector.PATCHES,
    inheritance,
)

#: The name of the internet itself in its journal and findings.
NAME = "internet"

REFUSED = Condition(errno.ECONNREFUSED, "refuses connections")
UNREACHABLE = {
    errno.EHOSTUNREACH: Condition(errno.EHOSTUNREACH, "is a host to which no route leads"),
    errno.ENETUNREACH: Condition(errno.ENETUNREACH, "is in a network to which no route leads"),
}

#: The ports on which a mock usually stands, and whether they speak TLS.
USUAL = {
    "http": {80: False, 443: True},
    "smtp": {25: False, 587: False, 465: True},
    "pop3": {110: False, 995: True},
    "imap": {143: False, 993: True},
    "dns": {53: False},
    "mysql": {3306: False},
}


class Internet(Lifetime):
    """A private internet: while it is up, nothing else exists.

        with Internet() as internet:
            api = internet.http("api.example.com")
            api.on("GET", "/").reply("hello")
            urllib.request.urlopen("https://api.example.com/")

    It covers this process: names, connections and datagrams of `socket`, asyncio and all that is
    built on them, in every thread. Names and addresses that are not loopback exist only if they
    are put here. Loopback is the test's own business, except for places that it puts here.
    Several internets may be up; the innermost that knows a place decides.

    Leaving the block raises `UnexpectedTraffic` when something went wrong that no caller could be
    told.

    Arguments:
        tolerate: kinds of finding that are not to fail the test; see `netmocks.findings.MEANINGS`.
        journal_limit: bytes of traffic that the journal keeps.
        loopback: "open": loopback traffic that is not routed passes; "refused": it is treated as
            any other unserved place.
        sealed: how programs are held inside: "auto": by a seal where the system allows one, else
            by the start-up module of each Python; "off": by that module; "required": by a seal.

    Raises:
        MisuseError: an option that makes no sense.
    """

    def __init__(
        self,
        *,
        tolerate: Collection[str] = (),
        journal_limit: int = LIMIT,
        loopback: Literal["open", "refused"] = "open",
        sealed: Mode = "auto",
    ) -> None:
        if sealed not in get_args(Mode):
            raise MisuseError(f"sealed={sealed!r}: it is 'auto', 'off' or 'required'")
        if loopback not in ("open", "refused"):
            raise MisuseError(f"loopback={loopback!r}: it is 'open' or 'refused'")
        self.guards_loopback = loopback == "refused"
        #: everything that was said to the mocks, in one order
        self.journal = Journal(limit=journal_limit)
        #: what went wrong
        self.findings = Findings(tolerate)
        self.table = Table(switchboard.name_of)
        self._mocks: dict[tuple[type[Mock], str, int | None], Mock] = {}
        self._arguments: dict[tuple[type[Mock], str, int | None], Mapping[str, Any]] = {}
        self._providers = Providers(self)
        self._opened: Record[Route] = Record(limit=LIMIT)
        self._reported: set[str] = set()
        #: domains, and the hosts that take their mail
        self.mail_hosts: dict[str, tuple[str, ...]] = {}
        self._abyss: Abyss | None = None
        self._programs = Programs(self, sealed)
        self._is_up = False

    # -- its life -----------------------------------------------------------------------------

    @overload
    def start(self) -> Self: ...
    @overload
    def start(
        self,
        args: Sequence[str | os.PathLike[str]],
        **options: Unpack[ProgramOptions],
    ) -> "Child": ...
    def start(
        self, args: Sequence[str | os.PathLike[str]] | None = None, **options: Any
    ) -> "Self | Child":
        """Stand between this process and the network; or, given a command, start that program.

        A program is a process of its own inside this internet, and ends with it at the latest. A
        coroutine may start one, too, for it takes no longer than starting a process does.

        Arguments: see `run`.

        Raises:
            MisuseError: the internet is up already; or, for a program: it is not, there is no
                such program or folder, or it can't be kept inside.
        """
        return self._begin() if args is None else self._start_child(args, **options)

    def _begin(self) -> Self:
        if self._is_up:
            raise MisuseError("this internet is up already: stop() it first")
        self._is_up = True
        guard.internets = switchboard
        guard.install()
        if switchboard.enter(self):
            for patches in PATCHES:
                patches.install()
        return self

    def stop(self) -> None:
        """Stop every mock, let the servers under test go, and give the network back.

        Stopping an internet that is not up does nothing.
        """
        if not self._is_up:
            return
        self._is_up = False
        self._programs.stop()
        if self._abyss is not None:
            self._abyss.close()
            self._abyss = None
        for stuck in places.release(self):
            self.findings.add("handler", NAME, f"the server at {stuck} can't be let go")
        if switchboard.leave(self):
            for patches in reversed(PATCHES):
                patches.remove()
        for mock in self._mocks.values():
            mock.stop()

    def verify(self) -> None:
        """Raise what went wrong so far.

        Raises:
            UnexpectedTraffic: see `netmocks.findings`.
        """
        self.findings.verify()

    # -- programs -----------------------------------------------------------------------------

    def run(
        self,
        args: Sequence[str | os.PathLike[str]],
        *,
        input: str | bytes = b"",
        timeout: float = PROGRAM_PATIENCE,
        **options: Unpack[ProgramOptions],
    ) -> "Completed":
        """Run a program inside this internet, as a process of its own, until it ends.

        Arguments:
            args: the program and its arguments.
            input: what it reads from its standard input, which then ends.
            timeout: seconds until it is killed.
            options: see `netharness.children.options.ProgramOptions`.

        Raises:
            MisuseError: there is no such program or folder, or it can't be kept inside.
            WaitTimeout: it did not end in time; the text shows what it wrote.
        """
        if in_running_loop():
            raise MisuseError("run() would block this event loop: write 'await ...run_async(...)'")
        with self.start(args, **options) as child:
            child.feed(input)
            return child.wait(timeout=timeout)

    async def run_async(
        self,
        args: Sequence[str | os.PathLike[str]],
        *,
        input: str | bytes = b"",
        timeout: float = PROGRAM_PATIENCE,
        **options: Unpack[ProgramOptions],
    ) -> "Completed":
        """`run` for coroutines: the event loop runs on meanwhile."""
        async with self.start(args, **options) as child:
            child.feed(input)
            return await child.wait_async(timeout=timeout)

    async def start_async(
        self, args: Sequence[str | os.PathLike[str]], **options: Unpack[ProgramOptions]
    ) -> "Child":
        """`start` of a program, for coroutines that would rather await it."""
        return self._start_child(args, **options)

    def _start_child(
        self, args: Sequence[str | os.PathLike[str]], **options: Unpack[ProgramOptions]
    ) -> "Child":
        if not self._is_up:
            raise MisuseError("this internet is not up: start programs inside its 'with' block")
        if shared.is_current():
            raise MisuseError("a handler on the mocks' loop can't start programs: use a plain one")
        return self._programs.family.start(args, **options)

    def seal(self) -> None:
        """Make the seal now; else the first program does. Where there is one, it does nothing.

        Raises:
            SealRefused: this system does not allow one, or this internet was told to do without.
        """
        self._programs.seal()

    @property
    def children(self) -> "list[Child]":
        """The programs that were started here, those that have ended too."""
        return self._programs.children

    # -- who lives where ----------------------------------------------------------------------

    def http(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        limits: "Limits | None" = None,
    ) -> "HTTPMock":
        """Put a web server at a host: on 80, and on 443 with TLS; or on one port.

        The same call again returns the same mock.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS.
            limits: how much it takes from a client.

        Raises:
            MisuseError: the place is taken, the host is no host, or tls without a port.
        """
        from netmocks.http import HTTPMock

        _needs_port(tls, port)
        known = self._mocks.get((HTTPMock, host, port))
        if known is not None:
            return cast("HTTPMock", known)
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

    def smtp(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        **terms: "Unpack[SMTPTerms]",
    ) -> "SMTPMock":
        """Put a mail server at a host: on 25 and 587 with STARTTLS, 465 with TLS; or on one port.

        The same call again returns the same mock, and so does one without terms.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS from the first byte.
            terms: such as accounts={"me@example.com": "secret"}; see `SMTPTerms`.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or terms
                other than those of the mock that lives there.
        """
        from netmocks.mail import SMTPMock

        _needs_port(tls, port)
        arguments: dict[str, Any] = {k: term for k, term in terms.items() if term is not None}
        if known := self._resident(SMTPMock, host, port, arguments):
            return known
        ports = USUAL["smtp"] if port is None else {port: tls}
        spelling = f"internet.smtp({host!r}{'' if port is None else f', {port}'})"
        return self._house(SMTPMock, host, port, ports, spelling=spelling, **arguments)

    def pop3(
        self,
        host: str,
        port: int | None = None,
        *,
        mailboxes: "Mailboxes | None" = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] | None = None,
        tls_required: bool | None = None,
        tls: bool = False,
    ) -> "POP3Mock":
        """Put a server of fetched mail at a host: on 110 with STLS, 995 with TLS; or on one port.

        The same call again returns the same mock, and so does one that says no more than where.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            mailboxes: the accounts, shared with other servers of their provider.
            accounts: user names and their passwords, where there are no mailboxes to share.
            hide: capabilities that it does not have, such as "APOP" or "UIDL"; see `POP3Mock`.
            tls_required: whether clients have to speak TLS before they log in.
            tls: whether that port speaks TLS from the first byte.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or an
                argument makes no sense.
        """
        from netmocks.mail import POP3Mock

        return self._mail_server(
            *(POP3Mock, host, port, tls, "pop3"),
            mailboxes=mailboxes,
            accounts=accounts,
            hide=hide,
            tls_required=tls_required,
        )

    def imap(
        self,
        host: str,
        port: int | None = None,
        *,
        mailboxes: "Mailboxes | None" = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] | None = None,
        tls_required: bool | None = None,
        size_limit: int | None = None,
        tls: bool = False,
    ) -> "IMAPMock":
        """Put a server of kept mail at a host: on 143 with STARTTLS, 993 with TLS; or on one port.

        The same call again returns the same mock, and so does one that says no more than where.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            mailboxes: the accounts, shared with other servers of their provider.
            accounts: user names and their passwords, where there are no mailboxes to share.
            hide: capabilities that it does not have, such as "IDLE" or "MOVE"; see `IMAPMock`.
            tls_required: whether clients have to speak TLS before they log in.
            size_limit: bytes that the messages of one APPEND may have.
            tls: whether that port speaks TLS from the first byte.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or an
                argument makes no sense.
        """
        from netmocks.mail import IMAPMock

        return self._mail_server(
            *(IMAPMock, host, port, tls, "imap"),
            mailboxes=mailboxes,
            accounts=accounts,
            hide=hide,
            tls_required=tls_required,
            size_limit=size_limit,
        )

    def _mail_server(
        self, make: type[M], host: str, port: int | None, tls: bool, kind: str, **given: Any
    ) -> M:
        """Return the server at a place; put one there if need be, of what was given."""
        _needs_port(tls, port)
        arguments = {name: value for name, value in given.items() if value is not None}
        if known := self._resident(make, host, port, arguments):
            return known
        ports = USUAL[kind] if port is None else {port: tls}
        spelling = f"internet.{kind}({host!r}{'' if port is None else f', {port}'})"
        return self._house(make, host, port, ports, spelling=spelling, **arguments)

    def mail(
        self,
        domain: str,
        accounts: Mapping[str, str] | None = None,
        *,
        aliases: Mapping[str, str] | None = None,
        domains: Collection[str] | None = None,
        unknown: Literal["create", "reject"] | None = None,
        quota: int | None = None,
    ) -> Provider:
        """Put up a mail provider: smtp., pop. and imap.DOMAIN, all over the same mailboxes.

        Mail for its accounts goes to their inboxes, from whichever provider of this internet it is
        sent; mail for a domain that no provider has is taken, and seen in `provider.smtp.messages`
        alone. The same domain without arguments returns the same provider.

        Arguments:
            domain: such as "gmail.com".
            accounts: user names, such as addresses, and their passwords; where left out, whoever
                gets mail or logs in has an account.
            aliases: further addresses, and the account that each is.
            domains: those that it has mail for; the one above where left out.
            unknown: what becomes of mail for nobody; see `netmocks.mail.Mailboxes`.
            quota: bytes that each account may hold.

        Raises:
            MisuseError: a place is taken, the domain is no host name, or an argument makes no
                sense.
        """
        given = {
            "accounts": accounts,
            "aliases": aliases,
            "domains": domains,
            "unknown": unknown,
            "quota": quota,
        }
        return self._providers.at(
            domain, {name: value for name, value in given.items() if value is not None}
        )

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
        engine: Literal["real", "auto"],
    ) -> "MySQLMock | MySQLServer": ...
    def mysql(
        self,
        host: str,
        port: int = 3306,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Sequence[str] | None = None,
        engine: Literal["mock", "real", "auto"] = "mock",
    ) -> "MySQLMock | MySQLServer":
        """Put a MySQL server at a host; see `MySQLMock`, and `MySQLServer` for the real one.

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
        connector.reach()
        if engine != "mock":
            from netmocks.mysql import server

            if engine == "real" or server.installed():
                self.table.must_be_free("tcp", host, port)
                real = server.shared().renew(accounts=accounts, databases=databases or ("test",))
                self.table.add("tcp", host, port, (real.host, real.port))
                return real
        from netmocks.mysql import MySQLMock

        terms = {"accounts": accounts, "databases": databases}
        arguments: dict[str, Any] = {k: term for k, term in terms.items() if term is not None}
        if known := self._resident(MySQLMock, host, port, arguments):
            return known
        spelling = f"internet.mysql({host!r})"
        return self._house(MySQLMock, host, port, {port: False}, spelling=spelling, **arguments)

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
        from netmocks.dns import DNSMock

        known = self._mocks.get((DNSMock, host, port))
        if known is not None:
            return cast("DNSMock", known)
        ports = USUAL["dns"] if port is None else {port: False}
        spelling = f"internet.dns({host!r}{'' if port is None else f', {port}'})"
        answer = Directory(self.mail_hosts).answer
        return self._house(DNSMock, host, port, ports, directory=answer, spelling=spelling)

    def mx(self, domain: str, *hosts: str) -> None:
        """Say which hosts take the mail of a domain; the name servers of this internet tell it.

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

        Its traffic is in the journal, and `fault` breaks it as that of any mock.

        Arguments:
            host: a name or an address.
            port: the port.
            to: where the server really is: (host, port) on loopback, or a Unix socket's path.
            tls: whether clients speak TLS to the relay; the server then gets plaintext.

        Raises:
            MisuseError: the place is taken, or an argument makes no sense.
        """
        from netmocks.relay import RelayMock

        return self._house(RelayMock, host, port, {port: tls}, to=to)

    def _destination(self, host: str, port: int) -> Address:
        return switchboard.destination("tcp", (host, port))

    def host(self, host: str, port: int) -> None:
        """Claim a place for a server that is itself under test: it binds it, clients find it there.

        Nobody else on this machine is met there, whatever the port. An address that is not
        loopback needs no claim: binding it claims it.

        Raises:
            MisuseError: the place is taken.
        """
        for transport in ("tcp", "udp"):
            self.table.add(transport, host, port, claimed=True)

    def refused(self, host: str, port: int | None = None) -> None:
        """Let a host refuse connections: on one port, or on all that nobody serves.

        Raises:
            MisuseError: the place is taken.
        """
        if port is not None:
            self.table.add("tcp", host, port)
        # Datagrams too.
        self.table.set_condition(REFUSED, host, port or 0)

    def unreachable(self, host: str, *, code: int = errno.EHOSTUNREACH) -> None:
        """Let no way lead to a host: what nobody serves there can't be connected or sent to.

        Arguments:
            host: a name or an address.
            code: `errno.EHOSTUNREACH` (no route to the host) or `errno.ENETUNREACH` (none to its
                network).

        Raises:
            MisuseError: another code, or the host is no host.
        """
        if code not in UNREACHABLE:
            raise MisuseError(f"code={code!r}: it is errno.EHOSTUNREACH or errno.ENETUNREACH")
        self.table.set_condition(UNREACHABLE[code], host)

    def timeout(self, host: str, port: int | None = None) -> None:
        """Let a host never answer: connects to what nobody serves there never end by themselves.

        The client's own timeout ends them, or the end of this internet, with ConnectionResetError.
        Datagrams to it vanish. It takes a system that leaves a connection unanswered for which a
        listener has no room, as Linux does.

        Arguments:
            host: a name or an address.
            port: the only port that does so.

        Raises:
            MisuseError: the host is no host, or the system can't do that.
        """
        if self._abyss is None:
            try:
                self._abyss = Abyss()
            except OSError as error:
                raise MisuseError(f"timeout({host!r}): {error}") from None
        self.table.set_condition(Condition(targets=self._abyss.targets), host, port or 0)

    def nxdomain(self, host: str) -> None:
        """Let a name not exist, so that looking it up is no finding.

        Raises:
            MisuseError: it is served already, or is an address.
        """
        self.table.set_missing(host)

    def wait_until_listening(
        self,
        host: str,
        port: int,
        *,
        transport: Transport | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        """Wait until the code under test listens at a place (for UDP: has bound it).

        Arguments:
            host: a name or an address.
            port: the port.
            transport: "tcp" or "udp"; either where left out.
            timeout: seconds.

        Raises:
            WaitTimeout: nobody did in time; the text lists who listens where.
        """
        address = self.table.give_address(host)
        transports = (transport,) if transport else ("tcp", "udp")
        try:
            self._opened.wait_for(
                lambda route: (
                    (route.address, route.port) == (address, port) and route.transport in transports
                ),
                timeout=timeout,
            )
        except WaitTimeout:
            opened = ", ".join(dict.fromkeys(map(str, self._opened)))
            raise WaitTimeout(
                f"nobody listens at {host}:{port} within {timeout:g} s; the code under test"
                f" listens {f'at: {opened}' if opened else 'nowhere'}"
            ) from None

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
        mock = self._mocks.get((make, host, port))
        made = self._arguments.get((make, host, port), {})
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
        """Start a mock with an endpoint for each port (by whether it speaks TLS), routed."""
        address = self.table.give_address(host)
        loopback = "::1" if ":" in address else "127.0.0.1"
        options: MockOptions = {
            "name": host if port is None else f"{host}:{port}",
            "names": () if is_loopback(address) else (self.table.name_of(address) or address,),
            "endpoints": [Endpoint(loopback, tls=tls) for tls in ports.values()],
            "journal": self.journal,
            "findings": self.findings,
        }
        places = [(transport, number) for number in ports for transport in make.transports]
        for transport, number in places:
            self.table.must_be_free(transport, host, number)
        mock = make(**arguments, **options).start()
        self._mocks[make, host, port] = mock
        self._arguments[make, host, port] = arguments
        targets = dict(zip(ports, mock.addresses, strict=True))
        for transport, number in places:
            target = cast("Address", targets[number])
            route = self.table.add(transport, host, number, target)
            self._programs.serve(Stand(mock, route, ports[number]))
        return mock

    # -- what it is told (see `netharness.routing.switchboard.Region`) --------------------------

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


def _needs_port(tls: bool, port: int | None) -> None:
    if tls and port is None:
        raise MisuseError("tls=True without a port: the usual ports know for themselves")
