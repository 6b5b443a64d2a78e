"""Codes: a reply whose lines disagree."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike


class MixedCodes(AnswerFault):
    """The last line of a multi-line reply has another code than those before it.

    Arguments:
        code: the code of the last line.

    Raises:
        MisuseError: a code that is none.
    """

    def __init__(self, code: int = 550) -> None:
        if not 200 <= code <= 599:
            raise MisuseError(f"reply code {code!r}: it is a number from 200 to 599, such as 550")
        self.code = code

    def strike(self) -> Strike:
        return _Mixing(self.code)


class _Mixing(LineStrike):
    def __init__(self, code: int) -> None:
        super().__init__()
        self._code = b"%d" % code
        self._has_begun = False

    def line(self, line: bytes) -> Iterator[Step]:
        if self._has_begun and line[3:4] == b" ":
            yield Struck(f"{self._code.decode()} behind lines of {line[:3].decode()}")
            line = self._code + line[3:]
        self._has_begun = True
        yield line
