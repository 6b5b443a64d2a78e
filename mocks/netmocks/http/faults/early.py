"""Early: an answer that does not wait for the content of its request."""

from collections.abc import Iterator

from netmocks.faults.fault import AnswerFault, Step, Strike, Struck


class EarlyAnswer(AnswerFault):
    """The answer is sent when the head of the request is there; its content is read and dropped.

    With "Connection: close" the connection is closed behind the answer, while the client may still
    be sending: what servers do that refuse an upload. Where a request has no content, there is
    nothing to be early for.
    """

    def strike(self) -> Strike:
        return _Early()


class _Early(Strike):
    def __init__(self) -> None:
        self._has_struck = False

    def through(self, data: bytes) -> Iterator[Step]:
        if not self._has_struck:
            self._has_struck = True
            yield Struck("answered before the content of the request")
        yield data
