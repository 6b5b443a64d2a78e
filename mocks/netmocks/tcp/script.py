"""Script: a dialogue step by step, the same for every client."""

import asyncio
import re
from typing import TYPE_CHECKING, NamedTuple, cast

from netmocks.difference import beginning_of, of_bytes
from netmocks.errors import MisuseError
from netmocks.tcp.behaviours import Behaviour
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.tcp.mock import TCPMock

#: Bytes that a pattern may wait for; a client that sends more without matching has departed. The
#: search for the shortest match costs the square of it: here, a twentieth of a second.
PATTERN_LIMIT = 8 * 1024


class _Step(NamedTuple):
    """One step: send these bytes, or expect them, or expect a pattern, or close (None)."""

    sends: bool
    what: bytes | re.Pattern[bytes] | None

    def __str__(self) -> str:
        if self.what is None:
            return "close" if self.sends else "the client's end of stream"
        shown = self.what.pattern if isinstance(self.what, re.Pattern) else self.what
        return f"{'send' if self.sends else 'expect'} {beginning_of(shown)}"


CLOSE = _Step(True, None)


class Script(Behaviour):
    r"""A dialogue that each client has to follow.

        Script().send(b"220 ready\r\n").expect(b"QUIT\r\n").send(b"221 bye\r\n").close()

    A client that says something else, says more, or has not said all when its connection ends
    makes a finding that shows what was expected and what came.
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
        elif isinstance(what.pattern, str):
            raise MisuseError(f"expect({what!r}): a script hears bytes: re.compile(rb'...')")
        return self._add(_Step(False, what))

    def expect_end(self) -> "Script":
        """Expect the client to end its side of the stream."""
        return self._add(_Step(False, None))

    def close(self) -> "Script":
        """Close the connection."""
        return self._add(CLOSE)

    def _add(self, step: _Step) -> "Script":
        if self._steps and self._steps[-1] == CLOSE:
            raise MisuseError(f"nothing comes after close(), such as to {step}: make it the last")
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
        self._tried = 0  # beginnings of the buffer that the step's pattern does not match
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
        if self._place < len(self._steps) and not self._departed:
            said = beginning_of(self._buffer)
            self._depart(f"the connection ended ({self.stream.ended_by}) when it had said {said}")

    def _play(self) -> None:
        """Go on until a step has to wait for the client."""
        while not self._departed and self._place < len(self._steps):
            step = self._steps[self._place]
            if not (self._speak(step) if step.sends else self._hear(step)):
                return
            self._place += 1
        if self._buffer and not self._departed:
            said = beginning_of(self._buffer)
            self._depart(f"the client said more than the script knows: {said}")

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
            said = beginning_of(self._buffer)
            self._depart(f"the client said more instead: {said}")
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
        while self._tried < min(len(self._buffer), PATTERN_LIMIT):
            self._tried += 1
            if pattern.fullmatch(self._buffer, 0, self._tried):
                self._buffer = self._buffer[self._tried :]
                self._tried = 0
                return True
        if self._tried == PATTERN_LIMIT:
            self._depart(f"no match within {PATTERN_LIMIT} bytes: {beginning_of(self._buffer)}")
        return False

    def _depart(self, what: str) -> None:
        self._departed = True
        total = len(self._steps)
        if self._place < total:
            where = f"step {self._place + 1} of {total} ({self._steps[self._place]})"
        else:
            where = f"after all {total} steps"
        self._mock.findings.add(
            "script", f"{self._mock.name}#{self.stream.number}", f"{where}: {what}"
        )
        self.stream.close()
