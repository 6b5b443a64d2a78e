"""What the coroutines share: a clock that is set forward instead of being waited for."""

import asyncio
import selectors

import pytest


class Clock:
    """The time of event loops that sleep in no time."""

    def __init__(self):
        #: seconds that the program believes to have passed
        self.now = 0.0

    def new_event_loop(self):
        """Stand in for `asyncio.new_event_loop`."""
        loop = asyncio.SelectorEventLoop(Selector(self))
        loop.time = lambda: self.now
        return loop


class Selector(selectors.DefaultSelector):
    """Where a loop waits: if nothing is ready, it sets the clock forward instead."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock

    def select(self, timeout=None):
        if timeout is None:  # no sleep is due: only a socket or a thread can wake the loop
            return super().select()
        ready = super().select(0)
        if not ready:
            self._clock.now += timeout
        return ready


@pytest.fixture
def clock(monkeypatch):
    """The clock of every event loop that a program makes."""
    clock = Clock()
    monkeypatch.setattr(asyncio.events, "new_event_loop", clock.new_event_loop)
    return clock
