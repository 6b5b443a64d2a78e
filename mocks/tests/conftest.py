"""What every test of the mocks has: a look at what it left behind, and clients."""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from netmocks.findings import Findings
from netmocks.journal import Entry, Journal
from netmocks.mock import Mock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority
from netmocks.wire.loop import shared
from netmocks.wire.site import Site
from netmocks.wire.stream import LINGER_NONE


@pytest.fixture(autouse=True)
def nothing_is_left_behind(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that leaves a mock or a thread, or whose loop had to complain to nobody."""
    # Compared with what was there before: others may hold the loop thread for a whole session.
    leases, threads = shared.leases, set(threading.enumerate())
    yield
    assert shared.leases == leases, "a mock still runs, or was stopped twice"
    for thread in set(threading.enumerate()) - threads:
        thread.join(PATIENCE)  # it may be just about to end
        assert not thread.is_alive(), f"{thread} still runs"
    complaints = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.name == "asyncio" and record.levelno >= logging.ERROR
    ]
    assert not complaints


@pytest.fixture
def connect() -> Iterator[Callable[[Mock], socket.socket]]:
    """Connect to a mock, by IPv4, IPv6 or a Unix socket; the test's end closes what is open."""
    with ExitStack() as stack:

        def connect(mock: Mock) -> socket.socket:
            if isinstance(mock.address, str):
                client = stack.enter_context(socket.socket(socket.AF_UNIX))
                client.settimeout(PATIENCE)
                client.connect(mock.address)
                return client
            return stack.enter_context(socket.create_connection(mock.address, timeout=PATIENCE))

        yield connect


@pytest.fixture
def connect_tls(connect: Callable[[Mock], socket.socket]) -> Iterator[Callable[..., ssl.SSLSocket]]:
    """Connect to a mock and shake hands, as a client that trusts its authority."""
    with ExitStack() as stack:

        def connect_tls(
            mock: Mock, server_name: str = "localhost", context: ssl.SSLContext | None = None
        ) -> ssl.SSLSocket:
            context = context or authority().client_context()
            return stack.enter_context(
                context.wrap_socket(connect(mock), server_hostname=server_name)
            )

        yield connect_tls


@pytest.fixture
def reset() -> Callable[[socket.socket], None]:
    """Close a client's socket with RST instead of FIN."""

    def reset(client: socket.socket) -> None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        client.close()

    return reset


@pytest.fixture
def entry() -> Callable[..., Callable[[Entry], bool]]:
    """Make a predicate for `wait_for`: an entry of this kind, with this text in its value."""
    return lambda kind, text="": lambda entry: entry.kind == kind and text in str(entry.value)


class MemoryStream:
    """Stands in for a connection: keeps what the engine does to it."""

    number = 1
    encrypted = False
    tls_info = None
    server_name = ""
    ended_by = "by the client"

    def __init__(self) -> None:
        self.site = Site("mock", Journal(), Findings())
        self.sent = b""
        self.closed = False
        self.ended = False
        self.reading = True
        self.upgraded = asyncio.Event()

    def write(self, data: bytes) -> None:
        assert not self.ended
        if not self.closed:
            self.sent += data
            self.site.journal.write(self.site.name, "sent", data=data)

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True
        self.site.journal.write(self.site.name, "event", value="reading again")

    def expect_bulk(self, count: int) -> None:
        self.bulk = count

    def report(self, error: BaseException) -> None:
        self.site.report(error, self.number)

    async def start_tls(self, context: ssl.SSLContext) -> None:
        assert self.reading, "the handshake could not be read"
        self.upgraded.set()

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 40000)}.get(name, default)


@pytest.fixture
def memory_stream() -> Callable[[], MemoryStream]:
    """Make a stand-in for a connection."""
    return MemoryStream
