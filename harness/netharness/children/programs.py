"""Programs: the processes of one internet: what holds them inside, and who they are."""

import sys
import threading
from typing import TYPE_CHECKING, Literal, Protocol

from netharness.children.inheritance import inheritance
from netharness.routing.table import Route, Table
from netharness.stand import Stand
from netmocks.errors import MisuseError
from netmocks.journal import Journal
from netmocks.mock import Mock

if TYPE_CHECKING:
    from netharness.children.child import Child
    from netharness.children.family import Family
    from netharness.sealed.seal import Seal

#: How programs are held inside; see `netharness.Internet`.
Mode = Literal["auto", "off", "required"]


class Region(Protocol):
    """An internet, as its programs see it."""

    journal: Journal
    table: Table

    def opened(self, route: Route) -> None:
        """Take note that the code under test listens at one of its places."""

    def note(self, text: str) -> None:
        """Write something about the internet into its journal."""

    def report_outside(self, text: str) -> str:
        """Keep a finding: a program will be outside; return its text."""


class Programs:
    """Holds nothing until the first program is started, or a seal asked for.

    Arguments:
        region: the internet that they run in.
        mode: how they are held inside.
    """

    def __init__(self, region: Region, mode: Mode) -> None:
        self.mode = mode
        self._region = region
        self._turn = threading.RLock()
        self._stands: list[Stand] = []
        self._seal: Seal | None = None
        self._family: Family | None = None
        self._name_server: Mock | None = None

    @property
    def children(self) -> "list[Child]":
        """All that were started, in order."""
        return list(self._family.children) if self._family else []

    @property
    def family(self) -> "Family":
        """What starts programs; made when it is first needed.

        Raises:
            SealRefused: a seal is required, and this system does not allow one.
            MisuseError: this system can't hold programs at all.
        """
        from netharness.sealed.seal import SealRefused

        if not inheritance.is_possible:
            raise MisuseError("programs need a system with fork and Unix sockets")
        with self._turn:
            if self._family is None:
                try:
                    self.seal()
                except SealRefused as error:
                    if self.mode == "required":
                        raise
                    self._region.note(str(error))
                    self._guide()
            assert self._family is not None
            return self._family

    def seal(self) -> None:
        """Make the seal; see `Internet.seal`."""
        from netharness.children.family import Family
        from netharness.sealed.seal import Seal, SealRefused

        with self._turn:
            if self._seal is not None:
                return
            if self.mode == "off":
                raise SealRefused("no seal: this internet was told to do without")
            if sys.platform != "linux":
                raise SealRefused(f"no seal: it takes Linux, and this is {sys.platform}")
            if self._family is not None:
                raise MisuseError("no seal: programs run without one already")
            seal = Seal(self)
            # Entered only when it stands: one that is refused leaves nothing.
            self._family = Family(seal, self._region.journal).open()
            self._seal = seal
        # Whoever comes from now on sees the seal; those who came before are seen here.
        for stand in tuple(self._stands):
            seal.serve(stand)
        for route in self._region.table.routes:
            seal.lead_out(route)
        if self._name_server is not None:
            seal.ask(self._name_server)

    def _guide(self) -> None:
        from netharness.children.family import Family
        from netharness.children.guided import Guided

        self._family = Family(Guided(self._region.report_outside), self._region.journal).open()

    def serve(self, stand: Stand) -> None:
        """Take note of a place of a mock, and let it stand in the seal, too."""
        self._stands.append(stand)
        if self._seal is not None:
            self._seal.serve(stand)

    def ask(self, server: Mock) -> None:
        """Let sealed programs ask a name server; without one, a resolver knows who lives here."""
        self._name_server = server
        if self._seal is not None:
            self._seal.ask(server)

    def opened(self, route: Route) -> None:
        """Tell the internet that a program listens, which tells all (see `tell_opened`)."""
        self._region.opened(route)

    def note(self, text: str) -> None:
        """Write something about the internet into its journal."""
        self._region.note(text)

    def tell_opened(self, route: Route) -> None:
        """Tell who waits for it that somebody listens at a place, and lead programs there."""
        if self._seal is not None:
            self._seal.lead_out(route)
        if self._family is not None:
            self._family.opened(route)

    def greeted(self, number: int) -> None:
        """Take note that a Python process of a child is led here."""
        if self._family is not None:
            self._family.greeted(number)

    def stop(self) -> None:
        """End them all, within bounds."""
        with self._turn:
            if self._family is not None:
                self._family.stop()
            self._seal = None
