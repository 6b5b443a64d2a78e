"""Framing: packets on the wire, each with its length and its place in the dialogue.

A frame is three bytes of length, one of sequence number, and the payload. A payload of 16 MiB and
more is cut into frames of MOST bytes; one that is shorter ends it.
"""

from netmocks.errors import PeerError

#: Bytes of payload that one frame holds at most.
MOST = 0xFFFFFF

#: Bytes of payload that a client may send in one packet: MySQL's own max_allowed_packet.
PACKET_LIMIT = 64 * 1024 * 1024


class OversizeError(PeerError):
    """A packet is larger than `PACKET_LIMIT`."""


class PacketReader:
    """Makes packets of the bytes of a client, and checks their sequence numbers.

    Arguments:
        limit: bytes of payload that one packet may have.
    """

    def __init__(self, limit: int = PACKET_LIMIT) -> None:
        self.limit = limit
        self._buffer = bytearray()
        self._payload = bytearray()
        #: the sequence number that the next frame has to have
        self.expected = 0

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data

    def rest(self) -> bytes:
        """Take what was fed but not read."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    @property
    def is_empty(self) -> bool:
        """Whether it stands between two packets."""
        return not self._buffer and not self._payload

    def _jump(self, number: int) -> None:
        """Refuse a frame that is not the next; for readers that only listen to override."""
        raise PeerError(f"a packet has sequence number {number}, not {self.expected}")

    def next(self) -> bytes | None:
        """Return the payload of the next packet; None while it is not complete.

        Raises:
            PeerError: a frame has the wrong sequence number.
            OversizeError: the packet is larger than the limit.
        """
        buffer = self._buffer
        while len(buffer) >= 4:
            size = int.from_bytes(buffer[:3], "little")
            number = buffer[3]
            if number != self.expected:
                self._jump(number)
            if len(self._payload) + size > self.limit:
                raise OversizeError(f"a packet is larger than {self.limit} bytes")
            if len(buffer) < 4 + size:
                return None
            self.expected = (number + 1) & 0xFF
            if len(buffer) == 4 + size and size < MOST and not self._payload:  # as nearly always
                payload = bytes(buffer[4:])
                buffer.clear()
                return payload
            self._payload += buffer[4 : 4 + size]
            del buffer[: 4 + size]
            if size < MOST:
                payload = bytes(self._payload)
                self._payload.clear()
                return payload
        return None


class PacketWriter:
    """Frames the answers to one client."""

    def __init__(self) -> None:
        #: the sequence number of the next frame
        self.number = 0

    def frame(self, payload: bytes) -> bytes:
        """Return the frame, or the frames, of one packet."""
        size = len(payload)
        if size < MOST:  # as _one does, which would cost one call more
            number = self.number
            self.number = (number + 1) & 0xFF
            return size.to_bytes(3, "little") + bytes((number,)) + payload
        pieces = [payload[start : start + MOST] for start in range(0, size + 1, MOST)]
        return b"".join(self._one(piece) for piece in pieces)

    def _one(self, piece: bytes) -> bytes:
        number = self.number
        self.number = (number + 1) & 0xFF
        return len(piece).to_bytes(3, "little") + bytes((number,)) + piece
