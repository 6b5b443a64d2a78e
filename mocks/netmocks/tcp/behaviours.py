"""What a TCP mock does with its connections; echo, discard, greet and broadcast are ready."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from netmocks.tcp.mock import TCPMock


class Behaviour(ABC):
    """Makes the engine, any `asyncio.Protocol`, of each connection."""

    @abstractmethod
    def engine(self, mock: "TCPMock") -> asyncio.Protocol:
        """Return the engine of a new connection to that mock."""

    def unfinished(self) -> str:
        """Say what the behaviour still expected when its mock stopped; usually nothing."""
        return ""


class Ready(Behaviour):
    """A behaviour that needs nothing of its mock."""

    def __init__(self, make: Callable[[], asyncio.Protocol]) -> None:
        self._make = make

    def engine(self, mock: "TCPMock") -> asyncio.Protocol:
        return self._make()


class _Engine(asyncio.Protocol):
    """What the ready engines share: they keep the transport, and half-closing ends them."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)


class _Echo(_Engine):
    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class _Greeter(_Engine):
    def __init__(self, greeting: bytes) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.write(self._greeting)
        self.transport.close()


class _Member(_Engine):
    def __init__(self, members: "set[_Member]") -> None:
        self._members = members

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._members.add(self)

    def data_received(self, data: bytes) -> None:
        for member in tuple(self._members):
            member.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._members.discard(self)


#: Send everything back (RFC 862).
echo: Final = Ready(_Echo)

#: Take everything and say nothing (RFC 863).
discard: Final = Ready(_Engine)


def greet(greeting: bytes) -> Behaviour:
    """Say one thing to each client and close, whatever it says: for clients that listen first.

    A client that speaks first may see a reset; for it write a `Script` that expects what it says.
    """
    return Ready(partial(_Greeter, greeting))


def broadcast() -> Behaviour:
    """Send whatever one client says to all clients, itself included."""
    return Ready(partial(_Member, set()))
