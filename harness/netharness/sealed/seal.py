"""Seal: the namespaces of one internet, as the test process sees them."""

import contextlib
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from netharness import place
from netharness.bequest import bequest
from netharness.children import control
from netharness.children.child import Child
from netharness.children.inheritance import inheritance
from netharness.guard.policy import POLICY
from netharness.routing.switchboard import is_bound, switchboard
from netharness.routing.table import Key, Route, Transport
from netharness.sealed import names, refusals
from netharness.sealed.files import RESOLVER, Files
from netharness.sealed.relay import relay
from netharness.stand import Stand
from netmocks.errors import MisuseError
from netmocks.mock import Mock
from netmocks.tcp import TCPMock
from netmocks.udp import Datagram, UDPMock
from netmocks.wire.authority import authority
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.loop import shared

#: The port of DNS (RFC 1035 §4.2).
DOMAIN = 53

KINDS = {"tcp": int(socket.SOCK_STREAM), "udp": int(socket.SOCK_DGRAM)}


class SealRefused(MisuseError):
    """This system does not allow a seal; the text says what it refused."""


class Region(Protocol):
    """An internet, as its seal sees it."""

    @property
    def children(self) -> list[Child]:
        """The programs that were started."""

    def opened(self, route: Route) -> None:
        """Take note that the code under test listens at a place."""

    def note(self, text: str) -> None:
        """Write something about the internet into its journal."""


class Seal:
    """The home of sealed children; see `netharness.children.family.Home`.

    Arguments:
        region: the internet that it belongs to.
    """

    def __init__(self, region: Region) -> None:
        self._region = region
        self._turn = threading.Lock()
        self._inside: list[tuple[Transport, str, int]] = []
        self._trusts = False
        self._refusals = -1
        self._resolver: UDPMock | None = None
        self._served: dict[Key, Stand] = {}
        self._relays: dict[Key, TCPMock | UDPMock] = {}

    # -- its making ---------------------------------------------------------------------------

    def helper(self) -> tuple[str, tuple[int, ...]]:
        """Return the code that runs the warden, and the descriptors that it needs."""
        self._folder = Path(tempfile.mkdtemp(prefix="netharness-"))
        self._folder.chmod(0o755)  # programs in there may be somebody else
        self._files = Files(self._folder)
        self._requests, self._theirs = socket.socketpair()
        code = (
            "from netharness.sealed.warden import main;"
            f" main(calls, events, {[str(self._folder), *inheritance.folders]!r},"
            f" {self._theirs.fileno()}, {self._files.covers!r})"
        )
        return code, (self._theirs.fileno(),)

    def settle(self) -> None:
        """Wait until the seal stands, and watch what happens in it.

        Raises:
            SealRefused: this system does not allow it.
        """
        self._theirs.close()
        try:
            said, _ = control.receive(self._requests)
        except (EOFError, OSError):
            said = ("failed", "the process that makes it ended")
        if said[0] != "ready":
            raise SealRefused(f"no seal: {said[1]}")
        self._refusals = self._ask("refusals")
        shared.call(self._watch_refusals)
        self._resolver = UDPMock(
            self._resolve, name="resolver", endpoints=[self._endpoint("udp", RESOLVER, DOMAIN)]
        ).start()

    def serve(self, stand: Stand) -> None:
        """Let a mock stand in its place inside, too; a second time, it does nothing.

        Raises:
            MisuseError: a sealed program has that place.
        """
        route = stand.route
        if self._served.setdefault(route.key, stand) is not stand:
            return  # another thread does it
        # Any protocol but that of a plain stream may turn to TLS.
        self._trusts |= stand.tls or not isinstance(stand.mock, TCPMock | UDPMock)
        stand.mock.serve_also(
            self._endpoint(route.transport, route.address, route.port, tls=stand.tls)
        )

    def ask(self, server: Mock) -> None:
        """Let a name server be the resolver in here, which knows more than who lives there."""
        if self._resolver is not None:
            self._resolver.stop()
            self._resolver = None
        for transport in server.transports:
            server.serve_also(self._endpoint(transport, RESOLVER, DOMAIN))

    def lead_out(self, route: Route) -> None:
        """Let programs in here reach a server that the code under test has outside.

        A place that a sealed program has is that program's.
        """
        is_outside = route.claimed and route.target is not None
        if not is_outside or route.key in self._relays:
            return
        with contextlib.suppress(MisuseError):
            made = relay(self._endpoint(*route.key), route)
            self._relays[route.key] = made.start()

    def _endpoint(
        self, transport: Transport, address: str, port: int, *, tls: bool = False
    ) -> Endpoint:
        try:
            made = self._ask("bound", _family(address), KINDS[transport], address, port)
        except OSError as error:
            raise MisuseError(
                f"{address}:{port}/{transport} can't be served in the seal: {error.strerror}"
            ) from None
        sock = socket.socket(fileno=made)
        switchboard.elsewhere.add(sock)
        return Endpoint(sock=sock, tls=tls)

    def _ask(self, *request: Any) -> int:
        """Return the descriptor of what was asked for.

        Raises:
            OSError: it can't be made, or the seal is gone.
        """
        with self._turn:
            control.send(self._requests, request)
            try:
                said, descriptors = control.receive(self._requests)
            except EOFError:
                raise ConnectionResetError("the seal is gone") from None
        if said[0] != "made":
            raise OSError(said[1], os.strerror(said[1]))
        return descriptors[0]

    # -- what happens in there, in the loop thread ---------------------------------------------

    async def _resolve(self, datagram: Datagram) -> bytes | None:
        with self._blamed():
            return names.answer(datagram.data, switchboard.resolve, switchboard.name_of)

    def _watch_refusals(self) -> None:
        shared.current().add_reader(self._refusals, self._report_refusals)

    def _report_refusals(self) -> None:
        for transport, address, port in refusals.read(self._refusals):
            with self._blamed(), contextlib.suppress(OSError):
                # It knows whether somebody is to be there, and reports it if nobody is.
                passed = switchboard.destination(transport, (address, port))
                if transport == "tcp" and passed == (address, port):
                    self._note_missed(address, port)

    def _note_missed(self, address: str, port: int) -> None:
        """Say so where a program looks in its own loopback for a server that is in the test's."""
        if ("tcp", address, port) in switchboard.inside or not is_bound("tcp", (address, port)):
            return
        self._region.note(
            f"{address}:{port}/tcp is open, but not in the seal; to let programs in:"
            f" internet.relay({address!r}, {port}, to=({address!r}, {port}))"
        )

    @contextlib.contextmanager
    def _blamed(self) -> Any:
        """Name the programs that may have tried what is dealt with meanwhile."""
        running = [child.name for child in self._region.children if child.running]
        told = place.elsewhere.set(f"{' or '.join(running) or 'a program'}, in the seal")
        try:
            yield
        finally:
            place.elsewhere.reset(told)

    def told(self, event: tuple[Any, ...]) -> None:
        """Take note that a program listens."""
        match event:
            case ("opened", ("tcp" | "udp") as transport, str(address), int(port)):
                for meant in _meant(address):
                    self._inside.append((transport, meant, port))
                    switchboard.inside[transport, meant, port] = self._enter
                    self._region.opened(
                        Route(transport, switchboard.name_of(meant) or meant, meant, port)
                    )

    def _enter(self, family: int, kind: int) -> int:
        """Return the descriptor of a new socket in there."""
        return self._ask("socket", family, kind)

    # -- for its children ---------------------------------------------------------------------

    def environment(
        self, child: Child, given: Mapping[str, str | None]
    ) -> Mapping[str, str | None]:
        """Return the variables of a child: no channel leads it, and it trusts the authority.

        Nor does it need a guard, which would refuse what is in here.
        """
        variables = {**bequest.before, POLICY: None}
        if self._trusts:
            variables.update(self._files.trust(authority().pem))
        return {**variables, **given}

    def began(self, child: Child) -> None:
        """Take any program: the seal holds them all."""

    def greeted(self, number: int) -> None:
        """Do nothing: nobody is led."""

    def ended(self, child: Child) -> None:
        """Hear of what a child tried last, before it is known to have ended."""
        self._report_refusals()

    # -- its end ------------------------------------------------------------------------------

    def close(self) -> None:
        """Give everything back, also of a seal that never stood."""
        for key in self._inside:
            switchboard.inside.pop(key, None)
        for made in self._relays.values():
            made.stop()
        if self._resolver is not None:
            self._resolver.stop()
        if self._refusals != -1:
            shared.call(shared.current().remove_reader, self._refusals)
            os.close(self._refusals)
        self._requests.close()
        shutil.rmtree(self._folder)


def _family(address: str) -> int:
    return int(socket.AF_INET6 if ":" in address else socket.AF_INET)


def _meant(address: str) -> Iterable[str]:
    """Return the addresses by which a place can be found."""
    match address.removeprefix("::ffff:"):
        case "0.0.0.0":  # noqa: S104  # only compared
            return ("127.0.0.1",)
        case "::":
            return ("127.0.0.1", "::1")
        case plain:
            return (plain,)
