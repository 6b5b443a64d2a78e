"""Flightpath: one direction of a datagram socket where faults are placed."""

import asyncio
from collections.abc import Callable
from typing import Any

from netmocks.faults import DatagramFault, Placed
from netmocks.faults.datagrams import DatagramStrike, Flight
from netmocks.faults.placed import Direction
from netmocks.wire.site import Site


class FlightPath:
    """The datagrams of one socket in one direction, and the faults that strike them, in order.

    Arguments:
        site: the mock.
        direction: which way it leads.
        number_of: returns a peer's ordinal.
        arrive: takes a datagram at the end of its way, and its peer.
    """

    def __init__(
        self,
        site: Site,
        direction: Direction,
        number_of: Callable[[Any], int],
        arrive: Callable[[bytes, Any], None],
    ) -> None:
        self._site = site
        self._direction: Direction = direction
        self._number_of = number_of
        self._arrive = arrive
        self._stages: list[_Stage] = []
        self._timers: set[asyncio.TimerHandle] = set()

    def add(self, placed: Placed, fault: DatagramFault) -> None:
        """Let one more fault strike, behind those that are here."""
        self._stages.append(_Stage(placed, fault.strike()))

    def send(self, data: bytes, peer: Any, place: int = 0) -> None:
        """Let a datagram pass the stages from a place on."""
        if place == len(self._stages):
            self._arrive(data, peer)
            return
        stage = self._stages[place]
        overtaken = stage.passing()
        for flight in self._struck(stage, data, peer):
            if flight.behind:
                stage.held.append([flight.behind, flight.data, peer])
            elif flight.delay:
                self._send_later(flight, peer, place + 1)
            else:
                self.send(flight.data, peer, place + 1)
        for late, its_peer in overtaken:
            self.send(late, its_peer, place + 1)

    def _struck(self, stage: "_Stage", data: bytes, peer: Any) -> list[Flight]:
        number, placed = self._number_of(peer), stage.placed
        if not placed.concerns(number):
            return [Flight(data)]
        flights = stage.strike.through(data)
        if flights is None or not placed.claim():
            return [Flight(data)]
        self._site.note_fault(number, stage.strike.text, self._direction)
        placed.struck(number, stage.strike.text)
        return flights

    def _send_later(self, flight: Flight, peer: Any, place: int) -> None:
        def send() -> None:
            self._timers.discard(timer)
            self.send(flight.data, peer, place)

        timer = asyncio.get_running_loop().call_later(flight.delay, send)
        self._timers.add(timer)

    def withdraw(self, placed: Placed) -> None:
        """Let go what a fault holds back for others to overtake it; it strikes no more."""
        for place, stage in enumerate(self._stages):
            if stage.placed is placed:
                held, stage.held = stage.held, []
                for _, data, peer in held:
                    self.send(data, peer, place + 1)

    def close(self) -> None:
        """Give up: what is under way is lost."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


class _Stage:
    """One placed fault, and what it holds back."""

    def __init__(self, placed: Placed, strike: DatagramStrike) -> None:
        self.placed = placed
        self.strike = strike
        #: how many are still to overtake it, the datagram, and its peer
        self.held: list[list[Any]] = []

    def passing(self) -> list[tuple[bytes, Any]]:
        """Another one passes: return those that were overtaken often enough."""
        for held in self.held:
            held[0] -= 1
        late = [(data, peer) for left, data, peer in self.held if not left]
        self.held = [held for held in self.held if held[0]]
        return late
