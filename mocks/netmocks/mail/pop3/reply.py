"""Reply: what the server answers to one command (RFC 1939 §3)."""

from typing import NamedTuple


class Reply(NamedTuple):
    """A status line, and the lines of a multi-line reply."""

    #: "+OK", "-ERR", or "+" where the client is asked to go on with its login (RFC 5034 §4)
    status: str
    text: str
    #: the lines, each with its CRLF; None where the reply has but its status line
    lines: bytes | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.text}"

    def wire(self) -> bytes:
        """Return what goes over the wire: dots at the beginning of lines hidden, and a last one.

        A bare LF begins a line, too: for most clients it does, and one that took a dot behind it
        for the end would take the rest of the message for the next reply.
        """
        first = f"{self}\r\n".encode()
        if self.lines is None:
            return first
        hidden = self.lines.replace(b"\n.", b"\n..")
        if hidden[:1] == b".":
            hidden = b"." + hidden
        end = b".\r\n" if not hidden or hidden[-2:] == b"\r\n" else b"\r\n.\r\n"
        return first + hidden + end


def done(text: str, lines: bytes | None = None) -> Reply:
    """Return a positive reply."""
    return Reply("+OK", text, lines)


class Refused(Exception):
    """A command can't be done; its text is that of the negative reply.

    A response code stands before the text (RFC 2449 §8).
    """

    @property
    def reply(self) -> Reply:
        """What the client is told."""
        return Reply("-ERR", str(self))
