"""What a UDP mock does with a datagram: a function from one datagram to its answers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple


class Datagram(NamedTuple):
    """One datagram and who sent it."""

    data: bytes
    #: the sender's address, as `UDPMock.send` takes it
    peer: Any


#: One answer, several, or none.
Answers = bytes | Iterable[bytes] | None

Behaviour = Callable[[Datagram], Answers | Awaitable[Answers]]


def echo(datagram: Datagram) -> bytes:
    """Send every datagram back."""
    return datagram.data


def ignore(datagram: Datagram) -> None:
    """Take every datagram and answer none."""


#: Behaviours that never block: they run on the loop itself.
QUICK: tuple[Behaviour, ...] = (echo, ignore)


def each(answers: Answers) -> Iterable[bytes]:
    """Return the answers one by one."""
    if answers is None:
        return ()
    if isinstance(answers, (bytes, bytearray, memoryview)):
        return (bytes(answers),)
    return answers
