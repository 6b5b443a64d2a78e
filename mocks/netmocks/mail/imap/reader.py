"""CommandReader: the bytes of a client, cut into commands (RFC 3501 §2.2); without I/O."""

import re
from typing import NamedTuple

from netmocks.mail.imap.reply import Bad, No

#: Bytes that the text of one command may have, its literals apart (RFC 7162 §4 asks for 8,192).
TEXT_LIMIT = 64 * 1024

#: Literals of one command; each may hold little, and all of them cost.
LITERALS_LIMIT = 1000

#: What announces a literal at the end of a line (RFC 3501 §4.3, RFC 7888 §3).
ANNOUNCED = re.compile(rb"\{(\d{1,20})(\+?)\}\r\n\Z")


class RawCommand(NamedTuple):
    """One command as it came, nothing of it understood yet."""

    #: its lines; that of a literal ends in the announcement, "{3}\r\n"
    text: bytes
    #: the literals, in order
    literals: tuple[bytes, ...] = ()
    #: why it can't be served, None if nothing is wrong so far
    refusal: Bad | No | None = None

    @property
    def tag(self) -> bytes:
        """Its first word, "*" where that is none that could be answered (RFC 3501 §2.2.1)."""
        word = self.text.split(None, 1)[:1]
        return word[0] if word and TAG.fullmatch(word[0]) else b"*"


TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[^_`a-z|}~\]]{1,200}")


class Announcement(NamedTuple):
    """A literal is to come, once the client is told to go on."""

    size: int


class CommandReader:
    """Cuts what a client says into commands, or into lines where an exchange goes on.

    What is too much is not kept: the command's refusal says so once its end has come.

    Arguments:
        limit: bytes that the literals of one command may have together; it may be changed.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        #: whether literals may come without a go-ahead (RFC 7888, LITERAL+)
        self.takes_unasked = True
        self._buffer = bytearray()
        #: how much of the buffer was searched for a line end
        self._searched = 0
        self._begin()

    def _begin(self) -> None:
        self._lines: list[bytes] = []
        self._literals: list[bytes] = []
        self._refusal: Bad | No | None = None
        #: bytes of the literal that is being read; None between literals
        self._missing: int | None = None
        self._text_size = self._literal_size = 0

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data

    def forget(self) -> None:
        """Drop what was read but not used."""
        self._buffer.clear()
        self._searched = 0
        self._begin()

    @property
    def waiting(self) -> int:
        """Bytes that nothing was made of."""
        return len(self._buffer)

    @property
    def is_within(self) -> bool:
        """Whether a command has begun and not ended."""
        return bool(self._buffer or self._lines or self._missing is not None)

    def line(self) -> bytes | None:
        """Return the next line without its end; None while it has not come.

        Of a line that is too long, the beginning is returned, which is too long as well.
        """
        line = self._take_line()
        return None if line is None else line.rstrip(b"\r\n")

    def command(self) -> RawCommand | Announcement | None:
        """Return the next command; None while it has not come.

        Where an announcement is returned, the client waits for a go-ahead; after that, ask again.
        """
        while True:
            if self._missing is not None and not self._take_literal():
                return None
            line = self._take_line()
            if line is None:
                return None
            self._keep(line)
            announced = ANNOUNCED.search(line)
            if announced is None:
                return self._finish()
            if ending := self._announce(int(announced[1]), waits=not announced[2]):
                return ending

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            if len(self._buffer) > TEXT_LIMIT:  # the rest of it is as unwelcome: keep a beginning
                del self._buffer[TEXT_LIMIT + 1 :]
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def _keep(self, line: bytes) -> None:
        self._text_size += len(line)
        if self._text_size > TEXT_LIMIT:
            self._refusal = self._refusal or Bad("the command is too long")
            line = line[:200] if not self._lines else b""
        elif not line.endswith(b"\r\n"):
            self._refusal = self._refusal or Bad("a line ends with CRLF, not with LF alone")
        self._lines.append(line)

    def _announce(self, size: int, *, waits: bool) -> RawCommand | Announcement | None:
        """Get ready for a literal; return what the engine has to do first, if anything."""
        self._literal_size += size
        if self._literal_size > self.limit or len(self._literals) >= LITERALS_LIMIT:
            self._literals.clear()
            self._refusal = self._refusal or No(
                f"a literal of {size} bytes is more than the {self.limit} that are taken", "TOOBIG"
            )
        if not waits and not self.takes_unasked:
            self._refusal = self._refusal or Bad("a literal waits for the go-ahead")
        if waits and self._refusal:
            return self._finish()  # the client hears of it instead of the go-ahead
        self._missing = size
        return Announcement(size) if waits else None

    def _take_literal(self) -> bool:
        """Take what has come of a literal; true once it is complete."""
        assert self._missing is not None
        if self._refusal:  # it comes all the same, and is not kept
            dropped = min(self._missing, len(self._buffer))
            del self._buffer[:dropped]
            self._missing -= dropped
            if self._missing:
                return False
        elif len(self._buffer) < self._missing:
            return False
        else:
            self._literals.append(bytes(self._buffer[: self._missing]))
            del self._buffer[: self._missing]
        self._missing = None
        self._searched = 0
        return True

    def _finish(self) -> RawCommand:
        command = RawCommand(b"".join(self._lines), tuple(self._literals), self._refusal)
        self._begin()
        return command
