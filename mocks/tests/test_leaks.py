"""Hundreds of lives of each mock leave nothing behind."""

import gc
import socket
import threading
import weakref
from functools import partial
from pathlib import Path

import pytest

from netmocks.http import HTTPMock
from netmocks.mail import SMTPMock
from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, echo
from netmocks.udp import UDPMock
from netmocks.wire.loop import LoopThread, shared
from netmocks.wire.worker import NAME as WORKER

#: Where a process can see its own descriptors: on Linux, or on BSD and macOS.
DESCRIPTORS = next((path for path in ("/proc/self/fd", "/dev/fd") if Path(path).is_dir()), None)

needs_descriptors = pytest.mark.skipif(
    DESCRIPTORS is None, reason="this system does not show a process its descriptors"
)

MOCKS = [TCPMock, UDPMock, HTTPMock, SMTPMock]

CYCLES = 500

#: All that a client says to send one message.
DELIVERY = (
    b"EHLO client.example.com\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
    b"DATA\r\nSubject: hello\r\n\r\nhello\r\n.\r\nQUIT\r\n"
)


def what_is_held():
    """Count this process's descriptors and threads."""
    for thread in threading.enumerate():
        if thread.name == WORKER:
            thread.join(PATIENCE)  # its function has ended, and it is about to
    gc.collect()
    return len(list(Path(DESCRIPTORS).iterdir())), threading.active_count()


@pytest.fixture(params=["loop of its own", "loop that stays"])
def loop(request):
    """Whether each mock is the last on the loop thread, which ends with it."""
    if request.param == "loop that stays":
        shared.acquire()
    yield
    if request.param == "loop that stays":
        shared.release()


@needs_descriptors
@pytest.mark.parametrize("kind", MOCKS)
def test_starts_and_stops_keep_descriptors_and_threads_constant(kind, loop):
    kind().start().stop()  # what is imported and opened once
    before = what_is_held()
    for _ in range(CYCLES):
        with kind():
            pass
    assert what_is_held() == before


@needs_descriptors
@pytest.mark.parametrize("kind", [TCPMock, HTTPMock, SMTPMock])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_clients_that_hang_on_keep_descriptors_and_threads_constant(kind, tls):
    def live():
        with kind(tls=tls) as mock:
            client = socket.create_connection(mock.address, timeout=PATIENCE)
            client.sendall(b"half a li")
        client.close()

    live()
    before = what_is_held()
    for _ in range(CYCLES // 5):
        live()
    assert what_is_held() == before


@needs_descriptors
def test_handlers_keep_descriptors_and_threads_constant():
    def handle(client):
        client.sendall(client.recv(1))

    def live():
        with TCPMock(handle) as mock:
            with socket.create_connection(mock.address, timeout=PATIENCE) as client:
                client.sendall(b"x")
                client.recv(1)
            with socket.create_connection(mock.address, timeout=PATIENCE):
                pass

    live()
    before = what_is_held()
    for _ in range(CYCLES // 5):
        live()
    assert what_is_held() == before


def test_the_loop_thread_ends_with_the_last_mock(monkeypatch):
    own = LoopThread()  # for others may hold the one of this process
    monkeypatch.setattr("netmocks.mock.shared", own)

    async def itself():
        return threading.current_thread()

    first, last = TCPMock(echo).start(), UDPMock().start()
    thread = own.wait(itself())
    first.stop()
    assert own.wait(itself()) is thread
    last.stop()
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (partial(TCPMock, echo), b"hello"),
        (SMTPMock, DELIVERY),
    ],
    ids=["tcp", "smtp"],
)
def test_a_mock_that_has_served_leaves_no_work_to_the_garbage_collector(connect, kind, said):
    gc.collect()
    gc.disable()
    try:
        with kind() as mock:
            client = connect(mock)
            client.sendall(said)
            client.shutdown(socket.SHUT_WR)
            client.makefile("rb").read()
        still_there = weakref.ref(mock)
        del mock
        assert still_there() is None
    finally:
        gc.enable()
