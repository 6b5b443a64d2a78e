"""TLS as bytes in, bytes out: no socket, no clock.

Standing between our stream and the engine, instead of inside the event loop, it lets the journal
see a failing handshake, lets any protocol upgrade at any byte, and works alike for all engines.
"""

import ssl
from typing import NamedTuple

from netmocks.faults import Gate

#: Bytes asked for in one read: more than a TLS record holds (RFC 8446 §5.1: 2^14).
READ_SIZE = 256 * 1024


class TLSInfo(NamedTuple):
    """What a finished handshake agreed on."""

    version: str
    cipher: str
    #: the name that the client asked for (SNI, RFC 6066 §3), empty if none
    server_name: str

    def __str__(self) -> str:
        asked = f", asked for {self.server_name}" if self.server_name else ""
        return f"{self.version} {self.cipher}{asked}"


#: What a channel has still to say, the gate that it waits for (None: it ends here), and how many
#: seconds at most.
Stop = tuple[bytes, Gate | None, float | None]


class TLSChannel:
    """The server's side of one TLS connection.

    Feed ciphertext with `receive`, get plaintext; give plaintext to `send`; after either, what
    `outgoing` returns is to be written to the peer.

    Arguments:
        context: a server context; its `sni_callback` is left alone.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.ssl_object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        #: whether the handshake is done
        self.established = False
        #: where it is to stop, once it has: what is still to be said, and until when; see `Stop`
        self.stop: Stop | None = None
        #: whether the peer said that it is finished (close_notify, RFC 8446 §6.1)
        self.finished = False

    def receive(self, ciphertext: bytes) -> bytes:
        """Take bytes from the peer; return the plaintext they complete, often none.

        Raises:
            ssl.SSLError: the handshake failed or a record is broken; `outgoing` holds the alert.
        """
        self._incoming.write(ciphertext)
        if not self.established:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                return b""
            self.established = True
        return self._read()

    def _read(self) -> bytes:
        pieces = []
        try:
            while piece := self.ssl_object.read(READ_SIZE):
                pieces.append(piece)
            self.finished = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.finished = True
        return b"".join(pieces)

    def send(self, plaintext: bytes) -> bytes:
        """Encrypt bytes for the peer; return what to write."""
        self.ssl_object.write(plaintext)
        return self._outgoing.read()

    def outgoing(self) -> bytes:
        """Return what the handshake or an alert wants written, often nothing."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def farewell(self) -> bytes:
        """Return the close_notify alert to write before the connection is closed."""
        if self.established:
            try:
                self.ssl_object.unwrap()
            except ssl.SSLError:
                pass  # the peer has not said its own goodbye yet; ours is written all the same
        return self.outgoing()

    @property
    def info(self) -> TLSInfo:
        """What the handshake agreed on."""
        cipher = self.ssl_object.cipher()
        # The context's callback notes the name on the object: ssl has no getter for it.
        asked = getattr(self.ssl_object, "asked_for", "") or ""
        return TLSInfo(self.ssl_object.version() or "?", cipher[0] if cipher else "?", asked)
