"""Carrier: the socket of an accepted connection, in the event loop.

asyncio's own transport would do, but it takes three turns of the loop until a client is served, and
asks the system what is known already. Each turn gives the client's thread the interpreter away, and
a test with a server of its own waits for all of them.
"""

import asyncio
import errno
import os
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netmocks.wire.stream import Stream

#: Where all carriers receive, in the loop thread, one at a time: what comes is copied at once. Each
#: would otherwise have this much allocated for every piece that comes.
_INBOX = memoryview(bytearray(256 * 1024))

#: Bytes that are joined to be sent at once, where much waits in small pieces.
PARCEL = 256 * 1024

#: Bytes that may wait to be sent before the writer is asked to pause; it may go on at a quarter.
HIGH_WATER = 64 * 1024


def _name_of(sock: socket.socket) -> object:
    try:
        return sock.getsockname()
    except OSError:  # it is closed; or the client has left already, as some systems see it
        return None


class Carrier:
    """Brings a stream what its client says, and takes to the client what the stream says.

    What it is asked, and what it calls, is what asyncio's transports are asked and call.

    Arguments:
        sock: a connected socket that does not block; the carrier owns it.
        peer: the client's address.
        stream: what is carried; it is connected when the constructor returns.
    """

    def __init__(self, sock: socket.socket, peer: object, stream: "Stream") -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = sock
        self._descriptor = sock.fileno()
        self._peer = peer
        self._stream = stream
        self._is_reading = True
        self._is_sending = self._is_hearing = False
        self._has_heard_end = False
        self._pending: deque[bytes | memoryview] = deque()
        self._size = 0
        self._high, self._low = HIGH_WATER, HIGH_WATER // 4
        self._is_clogged = False
        self._has_said_end = False
        self._is_closing = False
        # Nothing is carried any more; and the stream knows.
        self._is_lost = self._is_over = False
        self._error: Exception | None = None
        try:
            stream.connection_made(self)
        except BaseException:  # which the listener reports; nobody else would end the connection
            self.abort()
            raise
        if self._is_reading:  # only now: the client need not wait for it to be greeted
            self._loop.add_reader(self._descriptor, self.hear)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        match name:
            case "peername":
                return self._peer
            case "socket":
                return self._socket
            case "sockname":
                return _name_of(self._socket)
        return default

    # -- what the client says -----------------------------------------------------------------

    def is_reading(self) -> bool:
        return self._is_reading

    def pause_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._descriptor)

    def resume_reading(self) -> None:
        if not (self._is_reading or self._is_closing or self._has_heard_end):
            self._is_reading = True
            self._loop.add_reader(self._descriptor, self.hear)

    def hear(self) -> bool:
        """Take what the client has said already; false if that is nothing, or nobody reads it."""
        if not self._is_reading:
            return False
        try:
            size = self._socket.recv_into(_INBOX)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._lose(error)
            return True
        self._is_hearing = True
        try:
            if size:
                self._stream.received(_INBOX[:size])
            else:
                self._hear_end()
        except BaseException:  # which the loop reports
            self.abort()
            raise
        finally:
            self._is_hearing = False
            self.settle()
        return True

    def _hear_end(self) -> None:
        self._has_heard_end = True
        self.pause_reading()
        if not self._stream.eof_received():
            self.close()

    # -- what it is told ----------------------------------------------------------------------

    def write(self, data: bytes | memoryview) -> None:
        if self._is_lost or not data:
            return
        if not self._pending:
            sent = self._pass(data)
            if sent == len(data) or self._is_lost:
                return
            data = memoryview(data)[sent:]
            self._is_sending = True
            self._loop.add_writer(self._descriptor, self._send)
        self._pending.append(data)
        self._size += len(data)
        self._tell_clogged()

    def _pass(self, data: bytes | memoryview) -> int:
        """Return how many bytes the system takes now; the connection may be lost with it."""
        try:
            return self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            self._lose(error)
            return 0

    def _tell_clogged(self) -> None:
        if self._size > self._high and not self._is_clogged:
            self._is_clogged = True
            self._stream.pause_writing()

    def _send(self) -> None:
        """Send what waits, as much as the system takes now."""
        parcel = self._parcel()
        sent = self._pass(parcel)
        if self._is_lost:
            return
        self._size -= sent
        if sent < len(parcel):
            self._pending.appendleft(memoryview(parcel)[sent:])
        if self._is_clogged and self._size <= self._low:
            self._is_clogged = False
            self._stream.resume_writing()  # which may write, or close
        if self._pending:
            return
        self._stop_sending()
        if self._is_closing:
            self._lose(None)
        elif self._has_said_end:
            self._shut()

    def _stop_sending(self) -> None:
        if self._is_sending:
            self._is_sending = False
            self._loop.remove_writer(self._descriptor)

    def _parcel(self) -> bytes | memoryview:
        """Take off what is to be sent at once."""
        pending = self._pending
        parcel = [pending.popleft()]
        size = len(parcel[0])
        while pending and size + len(pending[0]) <= PARCEL:
            parcel.append(pending.popleft())
            size += len(parcel[-1])
        return parcel[0] if len(parcel) == 1 else b"".join(parcel)

    def write_eof(self) -> None:
        """Say that no more comes, behind what waits; the stream sees to it that nothing does."""
        if self._is_closing or self._has_said_end:
            return
        self._has_said_end = True
        if not self._is_sending:
            self._shut()

    def _shut(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:  # the client has reset the connection, which the loop is about to tell
            if self._has_heard_end:  # but not where it does not listen any more
                self._lose(ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)))

    def get_write_buffer_size(self) -> int:
        return self._size

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if high is None:
            high = HIGH_WATER if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(f"high={high!r} and low={low!r}: high >= low >= 0 is needed")
        self._high, self._low = high, low
        self._tell_clogged()

    # -- its end ------------------------------------------------------------------------------

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        """Send what waits, and end the connection."""
        if self._is_closing:
            return
        self.pause_reading()
        self._is_closing = True
        if not self._pending:
            self._lose(None)

    def abort(self) -> None:
        """End the connection at once; what waits is lost."""
        self._lose(None)

    def settle(self) -> None:
        """Be over at once, if nothing is carried any more."""
        if self._is_lost and not self._is_over:
            self._end()

    def _lose(self, error: Exception | None) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self.pause_reading()
        self._is_closing = True
        self._stop_sending()
        self._pending.clear()
        self._size = 0
        self._error = error
        # Not now: who called may be about to do more.
        if not self._is_hearing:
            self._loop.call_soon(self.settle)

    def _end(self) -> None:
        self._is_over = True
        try:
            self._stream.connection_lost(self._error)
        finally:
            self._socket.close()
            del self._stream  # so that neither keeps the other for the garbage collector
