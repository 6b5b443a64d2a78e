"""What the scenarios of sockets share: clients in the test's own hands, and pairs of sockets."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from netharness import Internet
from netmocks.record import PATIENCE
from netmocks.wire.loop import NAME


@pytest.fixture(autouse=True)
def no_socket_waits_for_ever() -> Iterator[None]:
    """Let a program that would wait without end fail its test instead."""
    usual = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    yield
    socket.setdefaulttimeout(usual)


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    """Join the threads that a program made for its clients, which join it no more."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name != NAME:  # the mocks' own, which the first test that has any begins
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"{thread.name} has outlived its test"


class Visitor:
    """A client of a server under test."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        #: what the server takes for its address
        self.name = "{}:{}".format(*sock.getsockname())

    def say(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def hear(self, size: int) -> bytes:
        """Receive so many bytes, fewer only if the server closes."""
        heard = b""
        while len(heard) < size and (chunk := self.socket.recv(size - len(heard))):
            heard += chunk
        return heard

    def hear_all(self) -> bytes:
        """Receive until the server closes."""
        return b"".join(iter(lambda: self.socket.recv(1024), b""))

    def finish(self) -> None:
        """Say that no more will be said, and stay to hear."""
        self.socket.shutdown(socket.SHUT_WR)

    def leave(self) -> None:
        """Close."""
        self.socket.close()

    def reset(self) -> None:
        """Close with RST: no linger means no goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@pytest.fixture
def visit(internet: Internet) -> Iterator[Callable[[str, int], Visitor]]:
    """Visit a place: `visit(host, port)`; visitors leave before the internet ends."""
    with contextlib.ExitStack() as stack:

        def visit(host: str, port: int) -> Visitor:
            return Visitor(stack.enter_context(socket.create_connection((host, port))))

        yield visit


@pytest.fixture
def visit_net(net: Internet) -> Iterator[Callable[[str, int], Visitor]]:
    """Visit a place of processes; see `visit`."""
    with contextlib.ExitStack() as stack:

        def visit(host: str, port: int) -> Visitor:
            return Visitor(stack.enter_context(socket.create_connection((host, port))))

        yield visit


@pytest.fixture
def pair() -> Iterator[Callable[[], tuple[socket.socket, socket.socket]]]:
    """Make connected sockets, for excerpts that need no server: `ours, theirs = pair()`."""
    with contextlib.ExitStack() as stack:

        def pair() -> tuple[socket.socket, socket.socket]:
            ours, theirs = map(stack.enter_context, socket.socketpair())
            return ours, theirs

        yield pair
