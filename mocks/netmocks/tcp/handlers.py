"""Engines around a test's own functions: an async handler, or a plain one on a blocking socket."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from netmocks.tcp.behaviours import Behaviour
from netmocks.wire.stream import Stream
from netmocks.wire.worker import in_thread

if TYPE_CHECKING:
    from netmocks.tcp.mock import TCPMock

AsyncHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BlockingHandler = Callable[[socket.socket], None]

#: Bytes moved at once between the wire and a blocking handler's socket.
CHUNK = 64 * 1024


class AsyncHandlerEngine(asyncio.StreamReaderProtocol):
    """Runs a handler in the shape of `asyncio.start_server`; it ends with its connection."""

    def __init__(self, mock: "TCPMock", handler: AsyncHandler) -> None:
        self._mock = mock
        self._handler = handler
        super().__init__(asyncio.StreamReader(), self._begin)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._mock.spawn(self._run(reader, writer))

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = cast("Stream", writer.transport)
        try:
            await self._handler(reader, writer)
        except ConnectionError:
            pass  # the client left: the journal says so
        except Exception as error:
            stream.report(error)
        finally:
            stream.close()


class BlockingHandlerEngine(asyncio.Protocol):
    """Runs a plain function on a blocking socket, in a thread.

    The function gets one end of a socket pair, and this engine carries its bytes to the wire and
    back; so the journal, TLS and faults work for it too, and stopping ends it: its socket ends.
    """

    stream: Stream

    def __init__(self, mock: "TCPMock", handler: BlockingHandler) -> None:
        self._mock = mock
        self._handler = handler
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        self._mock.spawn(self._run())

    def data_received(self, data: bytes) -> None:
        self._inbox.put_nowait(data)

    def eof_received(self) -> bool:
        self._inbox.put_nowait(b"")
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._inbox.put_nowait(b"")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        carriers = [loop.create_task(self._carry_in()), loop.create_task(self._carry_out())]
        function = asyncio.ensure_future(in_thread(self._call))
        try:
            await asyncio.shield(function)
            await carriers[1]  # what the function said last, up to the end of its socket
        except ConnectionError:
            pass  # the client left: the journal says so
        except Exception as error:
            self.stream.report(error)
        finally:
            for carrier in carriers:
                carrier.cancel()
            await asyncio.wait(carriers)
            # A function that still waits for its client sees the end of the stream now.
            self._ours.close()
            self.stream.close()
            with contextlib.suppress(Exception):  # reported above, or the client is gone
                await function

    def _call(self) -> None:
        with self._theirs:
            self._handler(self._theirs)

    async def _carry_in(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):  # the function closed its socket
            while data := await self._inbox.get():
                await loop.sock_sendall(self._ours, data)
            self._ours.shutdown(socket.SHUT_WR)

    async def _carry_out(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while data := await loop.sock_recv(self._ours, CHUNK):
                self.stream.write(data)


class Handled(Behaviour):
    """The behaviour that a test's own function is."""

    def __init__(
        self, make: Callable[["TCPMock", Any], asyncio.Protocol], function: Callable[..., object]
    ) -> None:
        self._make = make
        self._function = function

    def engine(self, mock: "TCPMock") -> asyncio.Protocol:
        return self._make(mock, self._function)
