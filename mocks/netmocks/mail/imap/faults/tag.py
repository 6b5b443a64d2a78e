"""Tag: an end that belongs to no command."""

import re
from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck
from netmocks.mail.faults.lines import LineStrike

#: What ends a command (RFC 3501 §7.1); a line of a literal may look like it.
TAGGED = re.compile(rb"[^ *+]+( (?:OK|NO|BAD) .*\r\n)")


class WrongTag(AnswerFault):
    """A command ends with a tag that the client has not given.

    Arguments:
        tag: what stands there instead.

    Raises:
        MisuseError: it is none.
    """

    def __init__(self, tag: str = "Z999") -> None:
        if not (tag.isascii() and tag.isalnum()):
            raise MisuseError(f"tag={tag!r}: a tag is of letters and digits")
        self.tag = tag

    def strike(self) -> Strike:
        return _Retagging(self.tag)


class _Retagging(LineStrike):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag = tag

    def line(self, line: bytes) -> Iterator[Step]:
        tagged = TAGGED.fullmatch(line)
        if tagged:
            yield Struck(f"the tag {self._tag}")
            line = self._tag.encode() + tagged[1]
        yield line
