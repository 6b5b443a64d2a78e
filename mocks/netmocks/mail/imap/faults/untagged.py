"""Untagged: data that nobody asked for."""

from collections.abc import Iterator

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, Step, Strike, Struck


class Untagged(AnswerFault):
    """Untagged responses come before what is said of the command (RFC 3501 §7).

    A server may send such at any time: "3 EXISTS", "1 EXPUNGE", "OK [ALERT] disk is full", or what
    makes no sense, such as "99 EXPUNGE" in a mailbox of two.

    Arguments:
        responses: each without the asterisk before it and without its line end.

    Raises:
        MisuseError: none, or one that is more than a line.
    """

    def __init__(self, *responses: str) -> None:
        if not responses:
            raise MisuseError('Untagged(): say what comes, such as Untagged("99 EXPUNGE")')
        for response in responses:
            if not response.isprintable() or response.startswith("*"):
                raise MisuseError(f"{response!r}: one line, such as '99 EXPUNGE', without '* '")
        self.responses = responses

    def strike(self) -> Strike:
        return _Surprising(self.responses)


class _Surprising(Strike):
    def __init__(self, responses: tuple[str, ...]) -> None:
        self._left = responses

    def through(self, data: bytes) -> Iterator[Step]:
        responses, self._left = self._left, ()
        for response in responses:
            yield Struck(f"* {response}")
            yield f"* {response}\r\n".encode()
        yield data
