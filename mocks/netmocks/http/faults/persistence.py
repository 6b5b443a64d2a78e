"""Persistence: a connection that ends though nobody said so (RFC 9112 §9.3)."""

from collections.abc import Iterator

from netmocks.faults.fault import AnswerFault, End, Step, Strike, Struck


class NoKeepAlive(AnswerFault):
    """The connection is closed behind a right answer, without a word of it in the head."""

    def strike(self) -> Strike:
        return _Closing()


class _Closing(Strike):
    def through(self, data: bytes) -> Iterator[Step]:
        yield data

    def finish(self) -> Iterator[Step]:
        yield Struck("not kept alive")
        yield End.CLOSE
