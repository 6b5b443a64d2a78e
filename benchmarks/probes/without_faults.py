"""The same build with the fault layer taken out of it: what an idle one costs is the difference."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from netmocks.wire.site import Site
from netmocks.wire.stream import Stream


def received(self: Any, data: memoryview) -> None:
    """Stand in for the stream's, which asks for faults."""
    if self._tls is not None:
        self._tls.hear(bytes(data))
    elif self._bulk:
        self._deliver_bulk(data)
    else:
        self._deliver(bytes(data))


def write(self: Any, data: bytes) -> None:
    """Stand in for the stream's, which asks for faults."""
    if not data or self.carrier.is_closing():
        return
    sent = bytes(data)
    self._write_entry(self.site.name, "sent", self.number, "out", sent)
    self.carrier.write(sent if self._tls is None else self._tls.channel.send(sent))


def is_closing(self: Any) -> bool:
    """Stand in for the stream's, which may close behind what faults hold up."""
    closing: bool = self.carrier.is_closing()
    return closing


def pause_writing(self: Any) -> None:
    """Stand in for the stream's, which balances two levels."""
    self._engine.pause_writing()


def resume_writing(self: Any) -> None:
    """Stand in for the stream's, which balances two levels."""
    self._engine.resume_writing()


def note_event(self: Site, connection: int, value: object) -> None:
    """Stand in for the site's, which counts events for faults."""
    self.journal.write(self.name, "event", connection, "", b"", value)


LAYER = (
    (Stream, (received, write, is_closing, pause_writing, resume_writing)),
    (Site, (note_event,)),
)


@contextmanager
def taken_out() -> Iterator[None]:
    """Have the layer taken out, in this process, for a while."""
    whole = [
        (owner, function.__name__, getattr(owner, function.__name__))
        for owner, functions in LAYER
        for function in functions
    ]
    try:
        for owner, functions in LAYER:
            for function in functions:
                setattr(owner, function.__name__, function)
        yield
    finally:
        for owner, name, function in whole:
            setattr(owner, name, function)
