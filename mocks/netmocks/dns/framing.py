"""Framing: messages in a stream, each behind its length in two bytes (RFC 1035 §4.2.2)."""

from collections.abc import Iterator

from netmocks.errors import PeerError

LENGTH = 2


class Frames:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes; yield the messages that they complete.

        Raises:
            PeerError: a message of no bytes.
        """
        self._pending += data
        while len(self._pending) >= LENGTH:
            size = int.from_bytes(self._pending[:LENGTH])
            if not size:
                raise PeerError("a message of length 0")
            if len(self._pending) < LENGTH + size:
                return
            message = bytes(self._pending[LENGTH : LENGTH + size])
            del self._pending[: LENGTH + size]
            yield message

    @property
    def is_between(self) -> bool:
        """Whether the last message was complete."""
        return not self._pending


def framed(message: bytes) -> bytes:
    """Return a message as it goes into a stream."""
    return len(message).to_bytes(LENGTH) + message
