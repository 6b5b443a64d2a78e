"""A script of datagrams: what each peer is expected to send, and what it gets."""

from typing import Any

from netmocks.difference import beginning_of, of_bytes
from netmocks.errors import MisuseError, PeerError
from netmocks.transcript import address as shown
from netmocks.udp.behaviours import DATA, Datagram


class DatagramScript:
    """Expected datagrams and their answers, in order, for each peer on its own.

        DatagramScript().expect(b"ping").send(b"pong").expect(b"bye")

    A peer that sends something else, or more, makes a finding.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[bytes, list[bytes]]] = []
        self._places: dict[Any, int] = {}

    def expect(self, data: bytes) -> "DatagramScript":
        """Expect exactly this datagram next."""
        self._steps.append((_bytes(data, "expect"), []))
        return self

    def send(self, data: bytes) -> "DatagramScript":
        """Answer the expected datagram with this one; call again for more."""
        if not self._steps:
            raise MisuseError(
                "a datagram script begins with expect(): before that there is nobody to send to;"
                " for unsolicited datagrams write mock.send(data, to=peer)"
            )
        self._steps[-1][1].append(_bytes(data, "send"))
        return self

    def __call__(self, datagram: Datagram) -> list[bytes]:
        """Play one step for the datagram's peer.

        Raises:
            PeerError: the datagram is not the expected one.
        """
        place = self._places.setdefault(datagram.peer, 0)
        if place >= len(self._steps):
            raise PeerError(
                f"after all {len(self._steps)} steps of the script came"
                f" {beginning_of(datagram.data)}"
            )
        expected, answers = self._steps[place]
        if datagram.data != expected:
            raise PeerError(
                f"step {place + 1} of {len(self._steps)}:\n{of_bytes(expected, datagram.data)}"
            )
        self._places[datagram.peer] = place + 1
        return answers

    def unfinished(self) -> list[str]:
        """Say for each peer where it stopped, if before the end."""
        total = len(self._steps)
        if not self._places and total:
            return [f"no peer played it; step 1 of {total} expects {self._expected(0)}"]
        return [
            f"{shown(peer)} stopped before step {place + 1} of {total}, which expects"
            f" {self._expected(place)}"
            for peer, place in self._places.items()
            if place < total
        ]

    def _expected(self, place: int) -> str:
        return beginning_of(self._steps[place][0])


def _bytes(data: bytes, verb: str) -> bytes:
    if not isinstance(data, DATA):
        raise MisuseError(
            f"{verb}({data!r}): a datagram is of bytes: {verb}(b'...') or 'text'.encode()"
        )
    return bytes(data)
