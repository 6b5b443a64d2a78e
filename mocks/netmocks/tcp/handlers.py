"""Engines around a test's own functions: an async handler, or a plain one on a blocking socket."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, cast

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
        self._mock.spawn(self._run(reader, writer), self._handler)

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = cast("Stream", writer.transport)
        try:
            await self._handler(reader, writer)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # pytest.fail() and sys.exit() too: the test is told
            if not (isinstance(error, ConnectionError) and stream.is_closing()):
                stream.report(error)
        finally:
            stream.close()


def on_blocking_socket(handler: BlockingHandler) -> AsyncHandler:
    """Return an async handler that runs a plain function, in a thread, on a blocking socket.

    The function gets one end of a socket pair, whose bytes are carried to the wire and back; so
    the journal, TLS and faults work for it too, and stopping ends it: its socket ends.
    """

    @wraps(handler)
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        function = asyncio.create_task(in_thread(partial(handler, theirs)))
        function.add_done_callback(partial(_ended, theirs))
        try:
            with ours:
                async with asyncio.TaskGroup() as carriers:
                    inward = carriers.create_task(_carry_in(reader, ours))
                    outward = carriers.create_task(_carry_out(ours, writer))
                    # It is not cancelled with us, for a thread can't be.
                    await asyncio.wait([function, outward], return_when=asyncio.FIRST_COMPLETED)
                    if not function.done():  # it has closed its side alone
                        writer.write_eof()
                        await asyncio.wait([function])
                    inward.cancel()  # while what it said last is still carried outward
        finally:
            # One that still waits for its client sees the end of its socket now.
            await asyncio.wait([function])
        await function

    return handle


def _ended(theirs: socket.socket, function: asyncio.Task[None]) -> None:
    theirs.close()
    if not function.cancelled():
        function.exception()  # what it raises when its mock stops is nobody's business


async def _carry_in(reader: asyncio.StreamReader, ours: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):  # the client reset, or the function closed its socket
        while data := await reader.read(CHUNK):
            await loop.sock_sendall(ours, data)
    with contextlib.suppress(OSError):
        ours.shutdown(socket.SHUT_WR)


async def _carry_out(ours: socket.socket, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    try:
        while data := await loop.sock_recv(ours, CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:  # the client is gone, as the function shall see
        with contextlib.suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)


class Handled(Behaviour):
    """The behaviour that a test's own async function is."""

    def __init__(self, handler: AsyncHandler) -> None:
        self._handler = handler

    def engine(self, mock: "TCPMock") -> asyncio.Protocol:
        return AsyncHandlerEngine(mock, self._handler)
