"""TCPMock: a server of byte streams."""

import asyncio
import inspect
from typing import Any, Unpack

from netmocks.errors import MisuseError
from netmocks.mock import MockOptions, StreamMock
from netmocks.tcp.behaviours import Behaviour, Ready, discard
from netmocks.tcp.handlers import (
    AsyncHandler,
    BlockingHandler,
    Handled,
    on_blocking_socket,
)


class TCPMock(StreamMock):
    """A TCP server, with TLS if asked for.

        with TCPMock(echo) as server:
            socket.create_connection(server.address)

    Arguments:
        behaviour: what it does with a connection. One of
            - `echo`, `discard`, `greet(b"...")`, `broadcast()`;
            - a `Script`;
            - an async function of a reader and a writer, as for `asyncio.start_server`;
            - a plain function of one blocking socket, which runs in a thread;
            - a subclass of `asyncio.Protocol`, made anew for each connection.
        options: see `MockOptions`.

    Raises:
        MisuseError: no such behaviour, or an option makes no sense.
    """

    default_name = "tcp"

    def __init__(
        self,
        behaviour: Behaviour | AsyncHandler | BlockingHandler | type[asyncio.Protocol] = discard,
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        self.behaviour = _behaviour(behaviour)

    def become(
        self, behaviour: Behaviour | AsyncHandler | BlockingHandler | type[asyncio.Protocol]
    ) -> None:
        """Take another behaviour, for the connections that come from now on.

        Raises:
            MisuseError: no such behaviour.
        """
        self.behaviour = _behaviour(behaviour)

    def _engine(self) -> asyncio.BaseProtocol:
        return self.behaviour.engine(self)

    def _conclude(self) -> None:
        if text := self.behaviour.unfinished():
            self.findings.add("script", self.name, text)


def _behaviour(given: Any) -> Behaviour:
    """Return the behaviour that was meant.

    Raises:
        MisuseError: it is of no known shape.
    """
    if isinstance(given, Behaviour):
        return given
    if inspect.isclass(given) and issubclass(given, asyncio.Protocol):
        return Ready(given)
    # What is called may be an object, whose method is the function.
    if inspect.iscoroutinefunction(given) or inspect.iscoroutinefunction(type(given).__call__):
        return Handled(given)
    if callable(given) and not inspect.isclass(given):
        return Handled(on_blocking_socket(given))
    raise MisuseError(
        f"behaviour={given!r}: a TCP mock takes echo, discard, greet(...), broadcast(), a Script,"
        " an async function of (reader, writer), a function of a blocking socket, or an"
        " asyncio.Protocol class"
    )
