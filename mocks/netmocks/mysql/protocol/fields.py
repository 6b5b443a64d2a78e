"""Fields: the integers and strings that packets are made of (Protocol::FixedLengthInteger and kin).

All integers are little-endian. A length-encoded one has 1, 3, 4 or 9 bytes.
"""

import struct

from netmocks.errors import PeerError

#: What stands for NULL in a text row, where a length would be.
NULL = b"\xfb"


def integer(value: int, size: int) -> bytes:
    """Return an integer of a fixed number of bytes."""
    return value.to_bytes(size, "little")


def encoded_integer(value: int) -> bytes:
    """Return a length-encoded integer."""
    if value < 0xFB:
        return bytes((value,))
    if value <= 0xFFFF:
        return b"\xfc" + value.to_bytes(2, "little")
    if value <= 0xFFFFFF:
        return b"\xfd" + value.to_bytes(3, "little")
    return b"\xfe" + value.to_bytes(8, "little")


def encoded_string(value: bytes) -> bytes:
    """Return a length-encoded string."""
    return encoded_integer(len(value)) + value


class Fields:
    """Reads the fields of one packet, in their order.

    Raises:
        PeerError: (by every method) the packet ends too early.
    """

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._place = 0

    @property
    def place(self) -> int:
        """The place of what is read next."""
        return self._place

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self._payload) - self._place

    def take(self, size: int) -> bytes:
        """Read a fixed number of bytes."""
        end = self._place + size
        if end > len(self._payload):
            raise PeerError(
                f"a packet of {len(self._payload)} bytes ends too early: {size} bytes were to come"
                f" at byte {self._place}"
            )
        piece = self._payload[self._place : end]
        self._place = end
        return piece

    def rest(self) -> bytes:
        """Read all that is left."""
        return self.take(self.left)

    def integer(self, size: int) -> int:
        """Read an unsigned integer of so many bytes."""
        return int.from_bytes(self.take(size), "little")

    def signed(self, size: int) -> int:
        """Read a signed integer of so many bytes."""
        return int.from_bytes(self.take(size), "little", signed=True)

    def real(self, kind: str) -> float:
        """Read a float ("f") or double ("d")."""
        value: float = struct.unpack(f"<{kind}", self.take(struct.calcsize(kind)))[0]
        return value

    def encoded_integer(self) -> int:
        """Read a length-encoded integer."""
        first = self.integer(1)
        if first < 0xFB:
            return first
        size = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first)
        if size is None:
            raise PeerError(f"0x{first:02x} begins no length-encoded integer")
        return self.integer(size)

    def encoded_string(self) -> bytes:
        """Read a length-encoded string."""
        return self.take(self.encoded_integer())

    def terminated_string(self) -> bytes:
        """Read a string up to its NUL; or all that is left, as some clients end a packet."""
        end = self._payload.find(b"\0", self._place)
        if end < 0:
            return self.rest()
        piece = self.take(end - self._place)
        self._place += 1
        return piece
