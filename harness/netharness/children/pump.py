"""Pump: carries a child's input and output, on the mocks' loop, without blocking anybody."""

import asyncio
import os
from collections.abc import Callable

#: Bytes read at once: what a pipe holds.
CHUNK = 65536

#: Chunks read when a child has ended: more can't be waiting in its pipe.
LAST = 64


class Intake:
    """Reads one descriptor, and owns it.

    Arguments:
        descriptor: where a child's output comes out.
        keep: called with what was read.
    """

    def __init__(self, descriptor: int, keep: Callable[[bytes], None]) -> None:
        self._descriptor = descriptor
        self._keep = keep
        os.set_blocking(descriptor, False)

    def start(self) -> None:
        """Begin to read; runs in the loop thread."""
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)

    def _read(self) -> bool:
        """Read once; true if there may be more."""
        if self._descriptor == -1:
            return False
        try:
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            return False
        except OSError:  # EIO: the terminal was hung up
            data = b""
        if not data:
            self.close()
            return False
        self._keep(data)
        return True

    def drain(self) -> None:
        """Read what is there already."""
        for _ in range(LAST):
            if not self._read():
                return

    def close(self) -> None:
        """Stop reading; runs in the loop thread."""
        if self._descriptor != -1:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1


class Outlet:
    """Writes to one descriptor, and owns it; what a child does not read waits here.

    Arguments:
        descriptor: where a child's input goes in.
        farewell: what tells the child that no more comes, besides closing.
    """

    def __init__(self, descriptor: int, farewell: bytes = b"") -> None:
        self._descriptor = descriptor
        self._farewell = farewell
        self._waiting = bytearray()
        self._ends = False
        os.set_blocking(descriptor, False)

    @property
    def is_open(self) -> bool:
        """Whether more can be written."""
        return self._descriptor != -1 and not self._ends

    def write(self, data: bytes) -> None:
        """Send it when the child takes it, if it still does; runs in the loop thread."""
        self._waiting += data
        self._flush()

    def end(self) -> None:
        """Close once all is written; runs in the loop thread."""
        self._ends = True
        self._waiting += self._farewell
        self._flush()

    def _flush(self) -> None:
        if self._descriptor == -1:
            self._waiting.clear()
            return
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                del self._waiting[: os.write(self._descriptor, self._waiting)]
        except BlockingIOError:
            loop.add_writer(self._descriptor, self._flush)
            return
        except OSError:  # nobody reads it any more
            self.close()
            return
        loop.remove_writer(self._descriptor)
        if self._ends:
            self.close()

    def close(self) -> None:
        """Close at once; runs in the loop thread."""
        if self._descriptor != -1:
            asyncio.get_running_loop().remove_writer(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1
            self._waiting.clear()
