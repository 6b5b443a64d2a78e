"""What a UDP mock does with a datagram: a function from one datagram to its answers."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, NamedTuple

from netmocks.errors import MisuseError


class Datagram(NamedTuple):
    """One datagram and who sent it."""

    data: bytes
    #: the sender's address, as `UDPMock.send` takes it
    peer: Any


#: What holds bytes.
DATA = (bytes, bytearray, memoryview)

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


def each(answers: Answers) -> Iterator[bytes]:
    """Return the answers one by one.

    Raises:
        MisuseError: one is not of bytes.
    """
    if answers is None:
        return
    is_one = isinstance(answers, (*DATA, str)) or not isinstance(answers, Iterable)
    for answer in (answers,) if is_one else answers:
        if not isinstance(answer, DATA):
            raise MisuseError(
                f"a behaviour answered {answer!r}: a datagram is of bytes: b'...' or"
                " 'text'.encode(); or None for no answer"
            )
        yield bytes(answer)
