"""Delivery: takes bytes through faults onto a stream."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import assert_never

from netmocks.faults import End, Fault, Gate, Pause, Step, Struck
from netmocks.wire.stream import Stream


class Delivery:
    """One stretch of bytes on its way to the client, with what goes wrong on it.

    Arguments:
        stream: the connection.
        fault: what goes wrong.
        write: writes to the stream; returns when the client can take more.
    """

    def __init__(
        self, stream: Stream, fault: Fault, write: Callable[[bytes], Awaitable[None]]
    ) -> None:
        self._stream = stream
        self._fault = fault
        self._strike = fault.strike()
        self._write = write
        self._has_struck = False

    async def write(self, data: bytes) -> None:
        """Send bytes, or what the fault makes of them."""
        await self._take(self._strike.through(data))

    async def finish(self) -> None:
        """Do what is left when all was said; a fault that had no place to strike is a finding."""
        await self._take(self._strike.finish())
        if not self._has_struck and not self._stream.is_closing():
            site = self._stream.site
            site.findings.add(
                "unused",
                f"{site.name}#{self._stream.number}",
                f"{self._fault!r} never struck: its place is beyond all that was said",
            )

    async def _take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if self._stream.is_closing():
                return
            await self._do(step)

    async def _do(self, step: Step) -> None:
        match step:
            case bytes():
                await self._write(step)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Gate():
                await step.passed(f"connection {self._stream.number}")
            case Struck(text):
                self._has_struck = True
                site = self._stream.site
                site.journal.write(site.name, "fault", self._stream.number, value=text)
            case End.CLOSE:
                self._stream.close()
            case End.RESET:
                self._stream.reset()
            case _:
                assert_never(step)
