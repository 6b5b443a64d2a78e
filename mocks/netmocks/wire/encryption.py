"""Encryption: TLS on a stream, from its first byte or from the middle of a dialogue on."""

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

from netmocks.faults import Gate
from netmocks.wire.breach import channel

if TYPE_CHECKING:
    from netmocks.wire.stream import Stream


class Encryption:
    """Shakes hands with the client, and makes plaintext of what it says.

    Arguments:
        stream: the connection.
        context: the server's.
    """

    def __init__(self, stream: "Stream", context: ssl.SSLContext) -> None:
        self._stream = stream
        #: encrypts what is said; it has what is to go wrong with it
        self.channel = channel(stream.site, stream.number, context)
        self._upgrade: asyncio.Future[None] | None = None
        self._resuming: asyncio.Task[None] | None = None  # it says the rest of a handshake

    def hear(self, ciphertext: bytes) -> None:
        """Take what came, and let the stream have the plaintext in it."""
        stream, tls = self._stream, self.channel
        was_established = tls.established
        try:
            plaintext = tls.receive(ciphertext)
        except ssl.SSLError as error:
            self._fail(error)
            return
        stream.carrier.write(tls.outgoing())
        if tls.stop is not None:
            self._stop_handshake()
        if tls.established and not was_established:
            self._greet()
        if plaintext and not stream.is_closing():
            stream.arrive(plaintext)
        if tls.finished and not stream.is_closing() and not stream.end_input():
            stream.close()

    def is_end_in_turn(self) -> bool:
        """Say whether the client may end the connection now, and note what it left out."""
        if not self.channel.established:
            self._stream.note("error", value="the client closed during the TLS handshake")
        elif not self.channel.finished:
            self._stream.note("error", value="the client closed without TLS's close_notify")
        return self.channel.established

    async def upgrade(self, received: bytes) -> None:
        """Shake hands in mid-dialogue.

        Arguments:
            received: the beginning of it, where the client did not wait.

        Raises:
            ConnectionResetError: the client left, or the handshake failed.
        """
        self._upgrade = asyncio.get_running_loop().create_future()
        if received:
            self.hear(received)
        await self._upgrade

    def lost(self, why: str) -> None:
        """Take note that the connection is over."""
        if self._upgrade is not None and not self._upgrade.done():
            text = f"the connection ended before its upgrade to TLS: {why}"
            self._upgrade.set_exception(ConnectionResetError(text))
        if self._resuming is not None:
            self._resuming.cancel()

    def extra_info(self, name: str) -> Any:
        """Return what a transport tells of TLS, by asyncio's name; None for any other."""
        match name:
            case "cipher":
                return self.channel.ssl_object.cipher()
            case "peercert":
                return self.channel.ssl_object.getpeercert()
            case "ssl_object":
                return self.channel.ssl_object
        return None

    def _greet(self) -> None:
        """The handshake is done: start the engine, or let it go on after its upgrade."""
        self._stream.note("tls", value=self.channel.info)
        if self._upgrade is None:
            self._stream.start_engine()
        elif not self._upgrade.done():  # it is when the engine gave up waiting
            self._upgrade.set_result(None)

    def _fail(self, error: ssl.SSLError) -> None:
        stage = "TLS" if self.channel.established else "the TLS handshake"
        self._stream.note("error", value=f"{stage} failed: {error.reason or error}")
        self._stream.ended_by = f"by the mock, for {stage} failed"
        self._stream.carrier.write(self.channel.outgoing())
        self._stream.carrier.close()

    def _stop_handshake(self) -> None:
        """Break the handshake off, or say the rest of it later."""
        if self._resuming is not None or self.channel.stop is None:
            return
        rest, gate, seconds = self.channel.stop
        if gate is None:
            self._stream.ended_by = "by the mock"
            self._stream.carrier.close()
        else:
            loop = asyncio.get_running_loop()
            self._resuming = loop.create_task(self._resume_handshake(rest, gate, seconds))

    async def _resume_handshake(self, rest: bytes, gate: Gate, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(gate.passed(f"connection {self._stream.number}"), seconds)
        except TimeoutError:
            pass  # it has lasted as long as it should
        self._stream.carrier.write(rest)
