"""ContentReader: what follows DATA, up to the dot that ends it (RFC 5321 §4.1.1.4); without I/O."""

END = b"\r\n.\r\n"

#: Bytes of a line with its line end, and with the dot that hides a first dot (§4.5.3.1.6, §4.5.2).
LINE_LIMIT = 1001


class ContentReader:
    """Reads the content of one message.

    Only CRLF ends a line, so that no other sequence can end the message (RFC 5321 §2.3.8).

    Arguments:
        limit: bytes that the content may have.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # The line end of the DATA command is where the first line begins.
        self._buffer = bytearray(b"\r\n")
        self._is_too_much = False

    def receive(self, data: bytes) -> bytes | None:
        """Take bytes; return those behind the end of the content, None while it has not come."""
        searched = max(0, len(self._buffer) - len(END) + 1)
        self._buffer += data
        end = self._buffer.find(END, searched)
        if end < 0:
            if len(self._buffer) > self._limit + len(END):
                self._is_too_much = True
                del self._buffer[: -len(END)]
            return None
        rest = bytes(self._buffer[end + len(END) :])
        del self._buffer[end + 2 :]
        return rest

    @property
    def refusal(self) -> str:
        """The reply that refuses the content, "" if nothing is wrong with it."""
        if self._is_too_much or len(self._buffer) - 2 > self._limit:
            return "552 5.3.4 Error: Too much mail data"
        if len(max(self._buffer.split(b"\r\n"), key=len)) + 2 > LINE_LIMIT:
            return "500 5.5.2 Line too long (see RFC5321 4.5.3.1.6)"
        return ""

    @property
    def content(self) -> bytes:
        """The content, with the dots that hide first dots taken away (RFC 5321 §4.5.2)."""
        return bytes(self._buffer.replace(b"\r\n.", b"\r\n")[2:])
