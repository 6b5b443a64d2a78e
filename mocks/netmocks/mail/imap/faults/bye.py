"""Bye: a server that leaves in the middle."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, End, Step, Strike, Struck
from netmocks.faults.place import AtPlace, Place, checked


class Bye(AnswerFault):
    r"""The server says BYE at a place, and closes (RFC 3501 §7.1.5).

    For one in place of a whole answer, write `reply("BYE …")`.

    Arguments:
        after: the place: a number of bytes, or bytes behind which it is, such as b")\r\n".
        text: what it says.

    Raises:
        MisuseError: no such place can be, or a text that is more than a line.
    """

    def __init__(self, after: Place, text: str = "going down") -> None:
        self.after = checked(after, "after")
        if not (text.isascii() and text.isprintable()):
            raise MisuseError(f"text={text!r}: a status is one line of ASCII")
        self.text = text

    def strike(self) -> Strike:
        return _Leaving(self.after, self.text)


class _Leaving(AtPlace):
    def __init__(self, after: Place, text: str) -> None:
        super().__init__(after)
        self._bye = f"* BYE {text}\r\n".encode()

    def at(self) -> Iterator[Step]:
        yield Struck(f"BYE after {self.where}")
        yield self._bye
        yield End.CLOSE

    def beyond(self, data: bytes) -> Iterator[Step]:
        return iter(())
