"""Garbled: a line that is no reply."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike


class Garbled(AnswerFault):
    """One line of what is said is replaced by one that the protocol does not know.

    Arguments:
        line: which one, from 1; in POP3 and IMAP a multi-line reply has its status or its end
            among them.
        text: what stands there instead, without a line end.

    Raises:
        MisuseError: no such line can be.
    """

    def __init__(self, line: int = 1, text: bytes = b"%$#!") -> None:
        if line < 1:
            raise MisuseError(f"line={line!r}: the first line is 1")
        if not text or b"\n" in text:
            raise MisuseError(f"text={text!r}: one line, without its end")
        self.line = line
        self.text = text

    def strike(self) -> Strike:
        return _Garbling(self.line, self.text)


class _Garbling(LineStrike):
    def __init__(self, line: int, text: bytes) -> None:
        super().__init__()
        self._left = line
        self._text = text

    def line(self, line: bytes) -> Iterator[Step]:
        self._left -= 1
        if self._left == 0:
            yield Struck(f"{self._text!r} instead of {line!r}")
            line = self._text + b"\r\n"
        yield line
