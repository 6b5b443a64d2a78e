"""Script: a dialogue step by step, the same for every client."""

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, cast

from netmocks.difference import of_bytes
from netmocks.errors import MisuseError
from netmocks.tcp.behaviours import Behaviour
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.tcp.mock import TCPMock

#: Bytes that a pattern may wait for; a client that sends more without matching has departed.
PATTERN_LIMIT = 64 * 1024


class _Step(NamedTuple):
    """One step: send these bytes, or expect them, or expect a pattern, or close (None)."""

    sends: bool
    what: bytes | re.Pattern[bytes] | None

    def __str__(self) -> str:
        if self.what is None:
            return "close" if self.sends else "the client's end of stream"
        shown = self.what.pattern if isinstance(self.what, re.Pattern) else self.what
        return f"{'send' if self.sends else 'expect'} {shown!r}"


class Script(Behaviour):
    r"""A dialogue that each client has to follow.

        Script().send(b"220 ready\r\n").expect(b"QUIT\r\n").send(b"221 bye\r\n").close()

    A client that says something else, says more, or leaves too early makes a finding that shows
    what was expected and what came.
    """

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._played = 0

    def send(self, data: bytes) -> "Script":
        """Say these bytes."""
        return self._add(_Step(True, _bytes(data, "send")))

    def expect(self, what: bytes | re.Pattern[bytes]) -> "Script":
        """Expect exactly these bytes, or the shortest beginning that a pattern matches whole."""
        if not isinstance(what, re.Pattern):
            what = _bytes(what, "expect")
        return self._add(_Step(False, what))

    def expect_end(self) -> "Script":
        """Expect the client to end its side of the stream."""
        return self._add(_Step(False, None))

    def close(self) -> "Script":
        """Close the connection."""
        return self._add(_Step(True, None))

    def _add(self, step: _Step) -> "Script":
        self._steps.append(step)
        return self

    def engine(self, mock: "TCPMock") -> asyncio.Protocol:
        self._played += 1
        return _Player(tuple(self._steps), mock)

    def unfinished(self) -> str:
        if self._played or not self._steps:
            return ""
        return f"no client played it; step 1 of {len(self._steps)} is to {self._steps[0]}"


def _bytes(data: bytes, verb: str) -> bytes:
    if not isinstance(data, (bytes, bytearray)) or not data:
        raise MisuseError(
            f"{verb}({data!r}): a script speaks bytes, at least one: {verb}(b'...')"
            " or 'text'.encode()"
        )
    return bytes(data)


class _Player(asyncio.Protocol):
    """Plays a script on one connection."""

    stream: Stream

    def __init__(self, steps: tuple[_Step, ...], mock: "TCPMock") -> None:
        self._steps = steps
        self._mock = mock
        self._place = 0
        self._buffer = b""
        self._ended = False
        self._departed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._play()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._play()

    def eof_received(self) -> bool:
        self._ended = True
        self._play()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._place < len(self._steps) and not self._departed and self._mock.running:
            self._depart(f"the client left; it had sent {self._buffer!r} for this step")

    def _play(self) -> None:
        """Go on until a step has to wait for the client."""
        while not self._departed and self._place < len(self._steps):
            step = self._steps[self._place]
            if not (self._speak(step) if step.sends else self._hear(step)):
                return
            self._place += 1
        if self._buffer and not self._departed:
            self._depart(f"the client said more than the script knows: {self._buffer!r}")

    def _speak(self, step: _Step) -> bool:
        if step.what is None:
            self.stream.close()
        else:
            self.stream.write(cast("bytes", step.what))
        return True

    def _hear(self, step: _Step) -> bool:
        if step.what is None:
            return self._hear_end()
        if isinstance(step.what, re.Pattern):
            return self._hear_pattern(step.what)
        return self._hear_bytes(step.what)

    def _hear_end(self) -> bool:
        if self._buffer:
            self._depart(f"the client's end of stream was expected, but it said {self._buffer!r}")
        return self._ended and not self._departed

    def _hear_bytes(self, expected: bytes) -> bool:
        said = self._buffer[: len(expected)]
        if said == expected:
            self._buffer = self._buffer[len(expected) :]
            return True
        if not expected.startswith(said):
            self._depart(f"the client said something else\n{of_bytes(expected, said)}")
        return False

    def _hear_pattern(self, pattern: re.Pattern[bytes]) -> bool:
        end = _shortest(pattern.fullmatch, self._buffer)
        if end is not None:
            self._buffer = self._buffer[end:]
            return True
        if len(self._buffer) > PATTERN_LIMIT:
            self._depart(f"{len(self._buffer)} bytes, and still no match of {pattern.pattern!r}")
        return False

    def _depart(self, what: str) -> None:
        self._departed = True
        place = min(self._place, len(self._steps) - 1)
        self._mock.findings.add(
            "script",
            f"{self._mock.name}#{self.stream.number}",
            f"step {place + 1} of {len(self._steps)} ({self._steps[place]}): {what}",
        )
        self.stream.close()


def _shortest(match: Callable[[bytes], object], data: bytes) -> int | None:
    """Return the length of the shortest beginning that matches, None if none does."""
    return next((end for end in range(1, len(data) + 1) if match(data[:end])), None)
