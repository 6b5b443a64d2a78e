"""Flightpath: one direction of a datagram socket where faults are placed."""

import asyncio
from collections.abc import Callable
from functools import partial
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
        # Replaced, never changed: what is under way goes on through those that it set out for.
        self._stages: tuple[_Stage, ...] = ()

    def add(self, placed: Placed, fault: DatagramFault) -> None:
        """Let one more fault strike, behind those that are here."""
        self._stages = (*self._stages, _Stage(placed, fault.strike()))

    def send(self, data: bytes, peer: Any) -> None:
        """Let a datagram pass all faults."""
        self._pass(data, peer, self._stages)

    def _pass(self, data: bytes, peer: Any, stages: "tuple[_Stage, ...]") -> None:
        if not stages:
            self._arrive(data, peer)
            return
        stage, rest = stages[0], stages[1:]
        for flight in self._struck(stage, data, peer):
            go_on = partial(self._pass, flight.data, peer, rest)
            if flight.behind:
                stage.hold(flight.behind, go_on)
            elif flight.delay:
                stage.delay(flight.delay, go_on)
            else:
                go_on()
                for late in stage.overtaken():
                    late()

    def _struck(self, stage: "_Stage", data: bytes, peer: Any) -> list[Flight]:
        number, placed = self._number_of(peer), stage.placed
        if not placed.concerns(number):
            return [Flight(data)]
        flights = stage.strike.through(data)
        if flights is None or not placed.claim():
            return [Flight(data)]
        self._site.note_hit(number, placed, stage.strike.text, self._direction)
        return flights

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more; what it holds back goes on."""
        gone = [stage for stage in self._stages if stage.placed is placed]
        self._stages = tuple(stage for stage in self._stages if stage.placed is not placed)
        for stage in gone:
            for go_on in stage.release():
                go_on()

    def close(self) -> None:
        """Give up: what is under way is lost."""
        for stage in self._stages:
            stage.release()


#: Sends a datagram on behind a stage that held it up.
GoOn = Callable[[], None]


class _Stage:
    """One placed fault, and what it holds back."""

    def __init__(self, placed: Placed, strike: DatagramStrike) -> None:
        self.placed = placed
        self.strike = strike
        self._held: list[tuple[int, GoOn]] = []  # how many are still to overtake it
        self._delayed: dict[asyncio.TimerHandle, GoOn] = {}

    def hold(self, behind: int, go_on: GoOn) -> None:
        """Hold one back until so many have overtaken it."""
        self._held.append((behind, go_on))

    def delay(self, seconds: float, go_on: GoOn) -> None:
        """Hold one back for so long."""

        def end() -> None:
            del self._delayed[timer]
            go_on()

        timer = asyncio.get_running_loop().call_later(seconds, end)
        self._delayed[timer] = go_on

    def overtaken(self) -> list[GoOn]:
        """Another one has passed: return those that were overtaken often enough."""
        held = [(behind - 1, go_on) for behind, go_on in self._held]
        self._held = [each for each in held if each[0]]
        return [go_on for behind, go_on in held if not behind]

    def release(self) -> list[GoOn]:
        """Return all that it holds back, those first that had to wait least."""
        timers = sorted(self._delayed, key=asyncio.TimerHandle.when)
        for timer in timers:
            timer.cancel()
        released = [go_on for _, go_on in self._held] + [self._delayed[timer] for timer in timers]
        self._held, self._delayed = [], {}
        return released
