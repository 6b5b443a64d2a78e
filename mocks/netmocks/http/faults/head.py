"""Head: the head of an answer taken apart, for faults that change it; the content passes."""

from abc import abstractmethod
from collections.abc import Iterator

from netmocks.faults.fault import Step, Strike, Struck

END = b"\r\n\r\n"

Lines = list[bytes]


class HeadStrike(Strike):
    """A strike at the head of an answer.

    Arguments:
        text: what the journal says of it; nothing where it strikes later, at the content.
    """

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._head: bytes | None = b""

    def through(self, data: bytes) -> Iterator[Step]:
        if self._head is None:
            yield from self.content(data)
            return
        self._head += data
        head, end, content = self._head.partition(END)
        if not end:
            return
        if head.startswith(b"HTTP/1.1 103 "):  # early hints: the answer itself is still to come
            self._head = b""
            yield head + end
            if content:
                yield from self.through(content)
            return
        self._head = None
        if self._text:
            yield Struck(self._text)
        yield from self.head(head.split(b"\r\n"))
        if content:
            yield from self.content(content)

    @abstractmethod
    def head(self, lines: Lines) -> Iterator[Step]:
        """Take the status line and the field lines; yield what becomes of the head."""

    def content(self, data: bytes) -> Iterator[Step]:
        """Take the next bytes behind the head; yield what becomes of them."""
        yield data


def joined(lines: Lines) -> bytes:
    """Return lines as a head."""
    return b"\r\n".join(lines) + END


def is_field(line: bytes, name: bytes) -> bool:
    """Whether a line is the field of that name, which is told in lower case."""
    return line.partition(b":")[0].lower() == name
